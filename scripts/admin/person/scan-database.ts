// Everything one database says, document by document with all its leaves, the losing and the deleted ones too. Attachments are
// stubs. Source: Apache CouchDB 3.5, `_changes` (`style=all_docs`, `include_docs`), documents with `open_revs`.
import * as z from 'zod';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';

const ROWS = 500;

const leafSchema = z.looseObject({
  _id: z.string(),
  _rev: z.string(),
  _deleted: z.boolean().optional(),
  _revisions: z.looseObject({ start: z.number(), ids: z.array(z.string()) }).optional(),
});
export type ScannedLeaf = z.infer<typeof leafSchema>;

const pageSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      changes: z.array(z.looseObject({ rev: z.string() })),
      doc: leafSchema.nullish(),
    }),
  ),
  last_seq: z.unknown(),
});
const openRevsSchema = z.array(z.looseObject({ ok: leafSchema.optional() }));

export interface ScannedDocument {
  database: string;
  id: string;
  leaves: ScannedLeaf[];
}

/** In the order of the feed; design documents are left out. Throws a `ProvisionError`. */
export async function* scanDatabase(client: CouchClient, database: string): AsyncGenerator<ScannedDocument> {
  let since = '0';
  for (;;) {
    const query = `style=all_docs&include_docs=true&limit=${ROWS}&since=${inUrl(since)}`;
    const page = await askCouch(client, `/${inUrl(database)}/_changes?${query}`, { as: pageSchema });
    if (!page) throw new ProvisionError('refused', `${database} is gone`);
    if (page.results.length === 0) return;
    for (const { id, changes, doc } of page.results) {
      if (id.startsWith('_design/')) continue;
      const isPlain = doc && changes.length === 1;
      yield { database, id, leaves: isPlain ? [doc] : await readLeavesOf(client, database, id) };
    }
    // A sequence is the server's own word: text goes back as text, anything else as JSON.
    since = typeof page.last_seq === 'string' ? page.last_seq : JSON.stringify(page.last_seq);
  }
}

/** With their paths. */
export async function readLeavesOf(
  client: CouchClient,
  database: string,
  id: string,
): Promise<ScannedLeaf[]> {
  const path = `/${inUrl(database)}/${inUrl(id)}?open_revs=all&revs=true`;
  const rows = (await askCouch(client, path, { as: openRevsSchema })) ?? [];
  return rows.flatMap(({ ok }) => (ok ? [ok] : []));
}

const OF_COUCHDB = ['_rev', '_revisions', '_attachments', '_conflicts', '_deleted_conflicts'];

/** What it says, as it is written again. */
export const bodyOf = (leaf: ScannedLeaf): Record<string, unknown> & { _id: string } =>
  Object.fromEntries(Object.entries(leaf).filter(([name]) => !OF_COUCHDB.includes(name))) as Record<
    string,
    unknown
  > & { _id: string };
