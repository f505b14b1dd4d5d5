// What the import asks of a server: the grids of a community, the documents of a scope, and to take new ones in batches.
// Invariant: a batch the server did not answer is told as such; nothing is tried twice by itself, since running the
// command again does no harm.
import * as z from 'zod';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { bulkDocsSchema } from '#lib/protocol/wire.ts';
import type { CouchAnswer, CouchClient } from './couch-client.ts';
import type { KnownGrid } from './roster-grids.ts';

export type ServerFault =
  | { kind: 'unreachable'; reason: string }
  | { kind: 'signIn' }
  | { kind: 'forbidden' }
  | { kind: 'missing'; scope: string }
  | { kind: 'notCouchdb' }
  | { kind: 'unexpected'; status: number; what: string };

/** Thrown by everything here; caught by the command alone. */
export class RosterServerError extends Error {
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(fault.kind);
    this.name = 'RosterServerError';
    this.fault = fault;
  }
}

export type Body = Readonly<Record<string, unknown>>;
export interface RefusedDocument {
  id: string;
  error: string;
  reason: string;
}

const PAGE = 1_000;
const BATCH = 200;
const BATCH_BYTES = 2_000_000;

const rowsSchema = z.looseObject({
  rows: z.array(z.looseObject({ id: z.string(), doc: z.looseObject({ _id: z.string() }).nullish() })),
});

/** All documents of a database, without design documents. */
export async function readScope(client: CouchClient, scope: string): Promise<Body[]> {
  const bodies: Body[] = [];
  let from = '';
  for (;;) {
    const start = from === '' ? '' : `&skip=1&startkey=${encodeURIComponent(JSON.stringify(from))}`;
    const body = answered(
      await client.request('GET', `/${scope}/_all_docs?include_docs=true&limit=${PAGE}${start}`),
      scope,
    );
    const { rows } = parsed(rowsSchema, body);
    bodies.push(...rows.flatMap(({ doc }) => (doc && !doc._id.startsWith('_design/') ? [doc] : [])));
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return bodies;
    from = last.id;
  }
}

/** The same of what is restricted; undefined where there is no such database, or not for this user. */
export async function readCare(client: CouchClient, scope: string): Promise<Body[] | undefined> {
  try {
    return await readScope(client, scope);
  } catch (error) {
    const kind = error instanceof RosterServerError ? error.fault.kind : undefined;
    if (kind === 'missing' || kind === 'forbidden') return undefined;
    throw error;
  }
}

/** The directory's documents, and the grids of this community among them by code. */
export async function readDirectory(
  client: CouchClient,
  community: string,
): Promise<{ bodies: Body[]; grids: KnownGrid[] }> {
  const bodies = await readScope(client, DIRECTORY);
  const grids = bodies.flatMap((body) => {
    const parsed = parseDocument('grid', body);
    if (body.type !== 'grid' || parsed.outcome !== 'read' || !parsed.document.code.startsWith(community))
      return [];
    return [{ code: parsed.document.code, name: parsed.document.name }];
  });
  return { bodies, grids: grids.sort((a, b) => a.code.localeCompare(b.code)) };
}

/** Writes in batches of at most 200 documents and 2 MB. Gives the documents the server did not take. */
export async function writeDocuments(
  client: CouchClient,
  { scope, documents }: { scope: string; documents: readonly Body[] },
  onBatch: (documents: number) => void,
): Promise<RefusedDocument[]> {
  const refused: RefusedDocument[] = [];
  for (const batch of batchesOf(documents)) {
    const answer = await client.request('POST', `/${scope}/_bulk_docs`, { docs: batch, new_edits: true });
    const rows = parsed(bulkDocsSchema, answered(answer, scope));
    for (const [at, row] of rows.entries()) {
      if (row.error === undefined) continue;
      refused.push({
        id: String(row.id ?? batch[at]?._id),
        error: row.error,
        reason: String(row.reason ?? ''),
      });
    }
    onBatch(batch.length);
  }
  return refused;
}

function batchesOf(documents: readonly Body[]): Body[][] {
  const batches: Body[][] = [];
  let bytes = Infinity;
  for (const document of documents) {
    const size = Buffer.byteLength(JSON.stringify(document), 'utf8');
    const batch = batches.at(-1);
    if (!batch || batch.length === BATCH || bytes + size > BATCH_BYTES) {
      batches.push([document]);
      bytes = size;
    } else {
      batch.push(document);
      bytes += size;
    }
  }
  return batches;
}

function answered(answer: CouchAnswer, scope: string): unknown {
  if (answer.outcome === 'unreachable')
    throw new RosterServerError({ kind: 'unreachable', reason: answer.reason });
  const { status, body } = answer;
  if (status === 200 || status === 201 || status === 202) return body;
  const isCouchdb = typeof body === 'object' && body !== null && 'error' in body;
  if (!isCouchdb) throw new RosterServerError({ kind: 'notCouchdb' });
  if (status === 401) throw new RosterServerError({ kind: 'signIn' });
  if (status === 403) throw new RosterServerError({ kind: 'forbidden' });
  if (status === 404) throw new RosterServerError({ kind: 'missing', scope });
  throw new RosterServerError({ kind: 'unexpected', status, what: String(body.error) });
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  body: unknown,
): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new RosterServerError({ kind: 'notCouchdb' });
}
