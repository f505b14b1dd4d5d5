// Who was erased since a backup was made: from the directory that is replaced, or from receipts. Ids of documents, no more.
// Invariant: nothing is restored before it is known what must not come back.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { CouchClient } from '../../couch-client.ts';
import { AdminError } from '../admin-command.ts';
import { askCouch } from './ask-couch.ts';
import { RESTORING_ID } from './restoring-rules.ts';
import { restoreWords as words } from './restore-words.ts';

const idsSchema = z.looseObject({ ids: z.array(z.string().min(1).max(200)) });
const storedSchema = z.looseObject({ _id: z.string(), _rev: z.string(), ...idsSchema.shape });
const rowsSchema = z.looseObject({ rows: z.array(z.looseObject({ id: z.string() })) });

export interface Erasures {
  /** Of documents that must not come back. */
  ids: Set<string>;
  /** The directory's own, with their paths: they go into the one that takes its place. */
  documents: Record<string, unknown>[];
}

const NONE = 'none';

/** Throws an `AdminError` where neither this server nor the operator says who was erased. */
export async function readErasures(
  client: CouchClient,
  databases: ReadonlySet<string>,
  files: readonly string[],
): Promise<Erasures> {
  const documents = databases.has(DIRECTORY) ? await fromDirectory(client) : undefined;
  if (!documents && files.length === 0) throw new AdminError(words.erasuresUnknown);
  const ids = new Set((documents ?? []).flatMap(({ ids: erased }) => erased));
  for (const file of files.filter((each) => each !== NONE))
    for (const id of await fromReceipt(file)) ids.add(id);
  return { ids, documents: documents ?? [] };
}

/** Undefined where it is no directory that was ever filled: a restore that was cut short may have left it so. */
async function fromDirectory(client: CouchClient): Promise<z.infer<typeof storedSchema>[] | undefined> {
  const range = (from: string, to: string) =>
    `startkey=${encodeURIComponent(JSON.stringify(from))}&endkey=${encodeURIComponent(JSON.stringify(to))}`;
  const ask = (query: string) => askCouch(client, `/${DIRECTORY}/_all_docs?${query}`, { as: rowsSchema });
  const rules = await ask(range('_design/', '_design0'));
  if (!rules || rules.rows.length === 0) return undefined;
  const stored = await ask(range('erasure:', 'erasure;'));
  const documents: z.infer<typeof storedSchema>[] = [];
  for (const { id } of stored?.rows ?? []) {
    const path = `/${DIRECTORY}/${encodeURIComponent(id)}?revs=true`;
    const document = await askCouch(client, path, { as: storedSchema });
    if (document) documents.push(document);
  }
  return documents;
}

async function fromReceipt(file: string): Promise<string[]> {
  const read = await readFile(file, 'utf8')
    .then((text) => idsSchema.safeParse(JSON.parse(text)))
    .catch(() => undefined);
  if (!read?.success) throw new AdminError(words.erasureFile(file));
  return read.data.ids;
}

/** A database in the middle of a restore. */
export const isRestoring = async (
  client: CouchClient,
  database: string,
  backup: string,
): Promise<boolean> => {
  const markSchema = z.looseObject({ backup: z.string().optional() });
  const path = `/${encodeURIComponent(database)}/${RESTORING_ID}`;
  return (await askCouch(client, path, { as: markSchema }))?.backup === backup;
};
