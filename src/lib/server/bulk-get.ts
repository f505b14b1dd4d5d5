// POST /{db}/_bulk_get: many documents and revisions in one answer. Source: Apache CouchDB 3.5, "/{db}/_bulk_get".
// Invariant: one result for each question, in its order; without a revision all leaves, as CouchDB gives them.
import { accepts } from './accept.ts';
import { type AnswerStream } from './answer.ts';
import { type Database } from './database-catalog.ts';
import { relatedType, renderRelated, writeRelated } from './document-multipart.ts';
import { parseRev, revOf } from './document-parse.ts';
import { readOpenRevs, renderRevision, type ReadOptions, type Revision } from './document-reads.ts';
import { type Exchange } from './exchange.ts';
import { newBoundary } from './multipart.ts';
import { isLatest, parseReadOptions, parseRevList } from './read-query.ts';
import { badRequest, Refusal, tooMany } from './refusal.ts';
import { isObject, parseJsonObject, requireJsonType } from './request-body.ts';
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
  const { docs } = parseJsonObject(await exchange.body(parts.limits.requestBytes));
  if (!Array.isArray(docs)) throw badRequest("Missing JSON list of 'docs'.");
  if (docs.length > parts.limits.bulkCount) throw tooMany('get', parts.limits.bulkCount);
  const questions = docs.map(parseQuestion);
  const options = parseReadOptions(exchange.query);
  const latest = isLatest(exchange.query);
  const asking = { database, options, latest };
  if (takesMultipart(exchange)) return sendMultipart(exchange, questions, asking);
  const length = options.attachments ? SLICE_WITH_ATTACHMENTS : SLICE;
  const stream = exchange.answer.stream(200);
  await stream.write('{"results": [');
  for (let at = 0; at < questions.length; at += length) {
    if (exchange.gone.aborted) return stream.cutOff();
    const found = await findAll(questions.slice(at, at + length), asking);
    const results = found.map((one) => renderFound(one, asking));
    const texts = (await Promise.all(results)).map((result) => JSON.stringify(result));
    await stream.write((at > 0 ? ',' : '') + texts.join(','));
  }
  await stream.end(']}\n');
}

interface Asking {
  database: Database;
  options: ReadOptions;
  latest: boolean;
}

/** CouchDB sends multipart only to who takes no JSON. */
function takesMultipart({ request }: Exchange): boolean {
  if (accepts(request, 'application/json')) return false;
  return accepts(request, 'multipart/mixed') || accepts(request, 'multipart/related');
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

interface Found {
  question: Question;
  revisions: (Revision | { missing: string })[];
}

async function findAll(questions: readonly Question[], { database, latest }: Asking): Promise<Found[]> {
  const { store } = database;
  const known = await store.metadata(questions.map(({ id }) => id ?? ''));
  const found = questions.map(async (question, at): Promise<Found> => {
    const { rev, error } = question;
    if (error) return { question, revisions: [] };
    const revs = rev === undefined ? 'all' : [rev];
    return { question, revisions: await readOpenRevs(store, known[at], { revs, latest }) };
  });
  return Promise.all(found);
}

const MISSING = { error: 'not_found', reason: 'missing' };

function refusedQuestion({ id, rev = 'undefined', error = MISSING }: Question): object {
  return { id, rev, ...error };
}

function optionsFor({ attsSince }: Question, options: ReadOptions): ReadOptions {
  return attsSince ? { ...options, attachments: true, attsSince } : options;
}

async function renderFound({ question, revisions }: Found, { database, options }: Asking): Promise<object> {
  const { id } = question;
  if (revisions.length === 0) return { id, docs: [{ error: refusedQuestion(question) }] };
  const own = optionsFor(question, options);
  const docs = revisions.map(async (revision) =>
    'missing' in revision
      ? { error: { id, rev: revision.missing, ...MISSING } }
      : { ok: await renderRevision(database.store, revision, own) },
  );
  return { id, docs: await Promise.all(docs) };
}

async function sendMultipart(
  { answer, request, gone }: Exchange,
  questions: readonly Question[],
  asking: Asking,
): Promise<void> {
  const type = accepts(request, 'multipart/mixed') ? 'multipart/mixed' : 'multipart/related';
  const outer = newBoundary();
  const stream = answer.stream(200, `${type}; boundary="${outer}"`);
  const part = (head: string): Promise<void> => stream.write(`\r\n--${outer}\r\n${head}\r\n\r\n`);
  const refuse = async (reason: object): Promise<void> => {
    await part('Content-Type: application/json; error="true"');
    await stream.write(JSON.stringify(reason));
  };
  for (let at = 0; at < questions.length; at += SLICE_WITH_ATTACHMENTS) {
    for (const { question, revisions } of await findAll(
      questions.slice(at, at + SLICE_WITH_ATTACHMENTS),
      asking,
    )) {
      if (gone.aborted) return stream.cutOff();
      if (revisions.length === 0) await refuse(refusedQuestion(question));
      for (const revision of revisions) {
        if ('missing' in revision) await refuse({ rev: revision.missing, ...MISSING });
        else
          await sendPart(revision, { stream, part, asking, options: optionsFor(question, asking.options) });
      }
    }
  }
  await stream.end(questions.length > 0 ? `\r\n--${outer}--\r\n` : '');
}

interface SendingPart {
  stream: AnswerStream;
  part: (head: string) => Promise<void>;
  asking: Asking;
  options: ReadOptions;
}

async function sendPart(revision: Revision, { stream, part, asking, options }: SendingPart): Promise<void> {
  const { store } = asking.database;
  const boundary = newBoundary();
  const document = await renderRelated(store, revision, options);
  const hasParts = document.following.length > 0;
  const named = `X-Doc-Id: ${headerText(revision.body._id)}\r\nX-Rev-Id: ${revision.rev}\r\n`;
  await part(`${hasParts ? named : ''}Content-Type: ${relatedType(document, boundary)}`);
  await writeRelated((piece) => stream.write(piece), document, { store, boundary });
}

/** An id may have any character; what would end the header is written in percent. */
function headerText(id: string): string {
  return id.replace(/[\r\n]/g, encodeURIComponent);
}
