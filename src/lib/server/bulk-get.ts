// POST /{db}/_bulk_get: many documents and revisions in one answer. Source: Apache CouchDB 3.5, "/{db}/_bulk_get".
// Invariant: one result for each question, in its order; without a revision all leaves, as CouchDB gives them.
import { type Database } from './database-catalog.ts';
import { parseRev, revOf } from './document-parse.ts';
import { readOpenRevs, renderRevision, type ReadOptions } from './document-reads.ts';
import { isLatest, parseReadOptions, parseRevList } from './document-routes.ts';
import { type Exchange } from './exchange.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { badRequest, Refusal, tooMany } from './refusal.ts';
import { isObject, parseJsonObject, readBody, requireJsonType } from './request-body.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

const NOT_HERE = ['open_revs', 'new_edits', 'w', 'rev', 'atts_since'];
/** Documents read before the first goes out: what is held in memory at once; fewer with their attachments. */
const SLICE = 200;
const SLICE_WITH_ATTACHMENTS = 8;

interface Question {
  id: string | null;
  rev?: string;
  attsSince?: string[];
  error?: { error: string; reason: unknown };
}

export async function answerBulkGet(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  for (const name of NOT_HERE) {
    if (exchange.query.has(name)) throw badRequest(`"${name}" query parameter is not acceptable`);
  }
  const { docs } = parseJsonObject(await readBody(exchange.request, parts.limits.requestBytes));
  if (!Array.isArray(docs)) throw badRequest("Missing JSON list of 'docs'.");
  if (docs.length > parts.limits.bulkCount) throw tooMany('get', parts.limits.bulkCount);
  const questions = docs.map(parseQuestion);
  const options = parseReadOptions(exchange.query);
  const latest = isLatest(exchange.query);
  const length = options.attachments ? SLICE_WITH_ATTACHMENTS : SLICE;
  const stream = exchange.answer.stream(200);
  await stream.write('{"results": [');
  for (let at = 0; at < questions.length; at += length) {
    if (exchange.gone.aborted) return stream.cutOff();
    const slice = questions.slice(at, at + length);
    const known = await database.store.metadata(slice.map(({ id }) => id ?? ''));
    const results = slice.map((question, index) =>
      answerQuestion(question, known[index], { database, options, latest }),
    );
    const texts = (await Promise.all(results)).map((result) => JSON.stringify(result));
    await stream.write((at > 0 ? ',' : '') + texts.join(','));
  }
  await stream.end(']}\n');
}

function parseQuestion(value: unknown): Question {
  const { id, rev, atts_since: attsSince } = isObject(value) ? value : {};
  if (!isObject(value))
    return { id: null, error: { error: 'bad_request', reason: 'document must be a JSON object' } };
  if (id === undefined) return { id: null, error: { error: 'bad_request', reason: 'document id missed' } };
  if (typeof id !== 'string')
    return { id: null, error: { error: 'illegal_docid', reason: 'Document id must be a string' } };
  try {
    return {
      id,
      ...(rev === undefined ? {} : { rev: revOf(parseRev(rev)) }),
      ...(attsSince === undefined ? {} : { attsSince: parseRevList(attsSince) }),
    };
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    return { id, rev: String(rev), error: { error: failure.error, reason: failure.reason } };
  }
}

async function answerQuestion(
  { id, rev, attsSince, error }: Question,
  metadata: DocumentMetadata | undefined,
  { database, options, latest }: { database: Database; options: ReadOptions; latest: boolean },
): Promise<object> {
  const refused = (reason: { error: string; reason: unknown }, of = rev ?? 'undefined'): object => ({
    error: { id, rev: of, ...reason },
  });
  if (error) return { id, docs: [refused(error)] };
  const { store } = database;
  const found = await readOpenRevs(store, metadata, { revs: rev === undefined ? 'all' : [rev], latest });
  const missing = { error: 'not_found', reason: 'missing' };
  if (found.length === 0) return { id, docs: [refused(missing)] };
  const own = attsSince ? { ...options, attachments: true, attsSince } : options;
  const docs = found.map(async (revision) =>
    'missing' in revision
      ? refused(missing, revision.missing)
      : { ok: await renderRevision(store, revision, own) },
  );
  return { id, docs: await Promise.all(docs) };
}
