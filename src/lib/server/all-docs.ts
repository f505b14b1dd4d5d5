// GET and POST /{db}/_all_docs: documents by id. Source: Apache CouchDB 3.5, "/{db}/_all_docs".
// Invariant: ids come in the order of their bytes; a range that is bounded reads nothing outside its bounds (but for
// `offset`, which counts what lies before them).
import { type AnswerStream } from './answer.ts';
import { parseAllDocsQuery, toIdRange, type AllDocsQuery } from './all-docs-query.ts';
import { type Database } from './database-catalog.ts';
import { readRevision, renderRevision } from './document-reads.ts';
import { type IdRange } from './document-store.ts';
import { type Exchange } from './exchange.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { formatSeq } from './sequence.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

const SLICE = 200;
const SLICE_WITH_ATTACHMENTS = 8;

export async function answerAllDocs(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'GET,HEAD,POST');
  const query = await parseAllDocsQuery(exchange, parts.limits.requestBytes);
  const designOnly = exchange.segments[1] === '_design_docs';
  const range = toIdRange(query, designOnly);
  const offset = query.keys ? null : query.skip + (await countBefore(database, range));
  const head: Record<string, unknown> = { total_rows: database.store.docCount(), offset };
  if (query.updateSeq) head.update_seq = formatSeq(database.store.sequences.highest(), database);
  const stream = exchange.answer.stream(200);
  await stream.write(`${JSON.stringify(head).slice(0, -1)},"rows":[\r\n`);
  const rows = createRowWriter(stream, { database, query });
  if (query.keys) await writeKeys(query.keys, { rows, query, database });
  else if (range) {
    for await (const metadata of database.store.range(range)) {
      if (metadata.deleted) continue;
      if (exchange.gone.aborted) return stream.cutOff();
      if ((await rows.add({ key: metadata.id, metadata })) === 'full') break;
    }
  }
  await rows.flush();
  await stream.end('\r\n]}\n');
}

async function writeKeys(
  keys: readonly unknown[],
  { rows, query, database }: { rows: RowWriter; query: AllDocsQuery; database: Database },
): Promise<void> {
  const ordered = query.descending ? [...keys].reverse() : keys;
  const wanted = ordered.slice(query.skip, query.skip + query.limit);
  for (let at = 0; at < wanted.length; at += SLICE) {
    const slice = wanted.slice(at, at + SLICE);
    const known = await database.store.metadata(slice.map((key) => (typeof key === 'string' ? key : '')));
    for (const [index, key] of slice.entries()) await rows.add({ key, metadata: known[index] });
  }
}

/** How many documents lie before a range: CouchDB's `offset`. */
async function countBefore({ store }: Database, range: IdRange | undefined): Promise<number> {
  const bounds = range ?? {};
  const { gte, gt, lte, lt, reverse } = bounds;
  const before: IdRange = reverse
    ? { ...(lte === undefined ? {} : { gt: lte }), ...(lt === undefined ? {} : { gte: lt }) }
    : { ...(gte === undefined ? {} : { lt: gte }), ...(gt === undefined ? {} : { lte: gt }) };
  return Object.keys(before).length === 0 ? 0 : store.countRange(before);
}

interface Row {
  key: unknown;
  metadata: DocumentMetadata | undefined;
}

interface RowWriter {
  add(row: Row): Promise<'more' | 'full'>;
  flush(): Promise<void>;
}

/** Collects rows into slices, each read and written at once. For a range it also skips and limits. */
function createRowWriter(
  stream: AnswerStream,
  { database, query }: { database: Database; query: AllDocsQuery },
): RowWriter {
  const waiting: Row[] = [];
  let toSkip = query.keys ? 0 : query.skip;
  let left = query.keys ? Infinity : query.limit;
  const length = query.attachments ? SLICE_WITH_ATTACHMENTS : SLICE;
  let written = false;
  const writer: RowWriter = {
    async add(row) {
      if (left <= 0) return 'full';
      if (toSkip > 0) {
        toSkip--;
        return 'more';
      }
      left--;
      waiting.push(row);
      if (waiting.length >= length) await writer.flush();
      return left > 0 ? 'more' : 'full';
    },
    async flush() {
      const rows = waiting.splice(0);
      if (rows.length === 0) return;
      const texts = await renderRows(rows, { database, query });
      await stream.write((written ? ',\r\n' : '') + texts.join(',\r\n'));
      written = true;
    },
  };
  return writer;
}

async function renderRows(
  rows: readonly Row[],
  { database, query }: { database: Database; query: AllDocsQuery },
): Promise<string[]> {
  const { store } = database;
  const withDoc = rows.map(({ metadata }) => query.includeDocs && metadata && !metadata.deleted);
  const seqs = rows.map(({ metadata }, at) =>
    withDoc[at] && metadata ? (metadata.rev_map[metadata.winningRev] ?? 0) : 0,
  );
  const bodies = query.includeDocs ? await store.bodies(seqs) : [];
  const rendered = rows.map(async ({ key, metadata }, at) => {
    if (!metadata) return { key, error: 'not_found' };
    const row: Record<string, unknown> = { id: metadata.id, key, value: { rev: metadata.winningRev } };
    if (metadata.deleted)
      return {
        ...row,
        value: { rev: metadata.winningRev, deleted: true },
        ...(query.includeDocs ? { doc: null } : {}),
      };
    if (!withDoc[at]) return row;
    const body = bodies[at];
    if (!body) return renderAnew(metadata.id, { database, query });
    const revision = { rev: metadata.winningRev, deleted: false, body, metadata };
    return { ...row, doc: await renderRevision(store, revision, query) };
  });
  return (await Promise.all(rendered)).map((row) => JSON.stringify(row));
}

/** The row of a document that was written again, and its former body compacted, since the listing began. */
async function renderAnew(
  id: string,
  { database: { store }, query }: { database: Database; query: AllDocsQuery },
): Promise<object> {
  const [metadata] = await store.metadata([id]);
  const revision = metadata && (await readRevision(store, metadata));
  if (!revision) throw new Error('a document without the body of its winner');
  const { rev, deleted } = revision;
  const value = { rev, ...(deleted ? { deleted } : {}) };
  return { id, key: id, value, doc: deleted ? null : await renderRevision(store, revision, query) };
}
