// One document: GET, HEAD, PUT, DELETE, and POST to the database. Source: Apache CouchDB 3.5, "Documents".
import { type Database } from './database-catalog.ts';
import { makeId, parseDocument, parseId, parseRev, revOf, type IncomingDocument } from './document-parse.ts';
import { readOpenRevs, readRevision, renderRevision, type ReadOptions } from './document-reads.ts';
import { writeDocument } from './document-writes.ts';
import { jsonParameter, type Exchange } from './exchange.ts';
import { readLocalDocument } from './local-documents.ts';
import { badRequest, methodNotAllowed, notFound, notImplemented, Refusal } from './refusal.ts';
import { parseJson, readBody, requireJsonType } from './request-body.ts';
import { leavesAbove, leavesOf, splitRev } from './revision-tree.ts';
import { type ServerParts } from './server-parts.ts';
import { type WriteRequest } from './write-request.ts';

export interface DocumentTarget {
  database: Database;
  parts: ServerParts;
  id: string;
}

export async function answerDocument(exchange: Exchange, target: DocumentTarget): Promise<void> {
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      return target.id.startsWith('_local/') ? getLocal(exchange, target) : getDocument(exchange, target);
    case 'PUT':
      return putDocument(exchange, target);
    case 'DELETE':
      return deleteDocument(exchange, target);
    case 'COPY':
    case 'POST':
      throw notImplemented('COPY, and POST of a form to a document, are not served: GET it and PUT it.');
    default:
      throw methodNotAllowed('DELETE,GET,HEAD,POST,PUT,COPY');
  }
}

async function getLocal({ answer }: Exchange, { database, id }: DocumentTarget): Promise<void> {
  await answer.json(200, await readLocalDocument(database.store, id));
}

async function getDocument(exchange: Exchange, { database, id }: DocumentTarget): Promise<void> {
  const { answer, query } = exchange;
  const { store } = database;
  const options = parseReadOptions(query);
  const openRevs = parseOpenRevs(query);
  const [metadata] = await store.metadata([id]);
  if (openRevs) {
    const found = await readOpenRevs(store, metadata, { revs: openRevs, latest: isLatest(query) });
    if (found.length === 0 && openRevs === 'all') throw notFound();
    const rows = found.map(async (revision) =>
      'missing' in revision ? revision : { ok: await renderRevision(store, revision, options) },
    );
    return answer.json(200, await Promise.all(rows));
  }
  if (!metadata) throw notFound();
  const rev = chosenRev(query, metadata);
  const revision = await readRevision(store, metadata, rev);
  if (!revision) throw notFound();
  if (rev === undefined && revision.deleted) throw notFound('deleted');
  const etag = `"${revision.rev}"`;
  if (!hasMeta(options)) {
    answer.header('ETag', etag);
    if (etagMatches(exchange, etag)) return answer.empty(304);
  }
  await answer.json(200, await renderRevision(store, revision, options));
}

/** The revision asked for; with `latest` the winner among the leaves above it. */
function chosenRev(query: URLSearchParams, metadata: Parameters<typeof readRevision>[1]): string | undefined {
  const asked = query.get('rev');
  if (asked === null) return undefined;
  const rev = revOf(parseRev(asked));
  if (!isLatest(query)) return rev;
  return leavesAbove(leavesOf(metadata.rev_tree), rev)[0]?.rev ?? rev;
}

export function isLatest(query: URLSearchParams): boolean {
  return query.get('latest') === 'true';
}

export function parseReadOptions(query: URLSearchParams): ReadOptions {
  const meta = query.get('meta') === 'true';
  const on = (name: string): boolean => query.get(name) === 'true';
  const attsSince = jsonParameter(query, 'atts_since');
  return {
    revs: on('revs'),
    revsInfo: meta || on('revs_info'),
    conflicts: meta || on('conflicts'),
    deletedConflicts: meta || on('deleted_conflicts'),
    localSeq: on('local_seq'),
    attachments: on('attachments') || attsSince !== undefined,
    ...(attsSince === undefined ? {} : { attsSince: parseRevList(attsSince) }),
  };
}

function hasMeta({ revsInfo, conflicts, deletedConflicts, localSeq }: ReadOptions): boolean {
  return Boolean(revsInfo || conflicts || deletedConflicts || localSeq);
}

function parseOpenRevs(query: URLSearchParams): readonly string[] | 'all' | undefined {
  const value = query.get('open_revs');
  if (value === null) return undefined;
  return value === 'all' ? 'all' : parseRevList(jsonParameter(query, 'open_revs'));
}

export function parseRevList(value: unknown): string[] {
  if (!Array.isArray(value)) throw badRequest('Invalid list of revisions');
  return value.map((rev) => revOf(parseRev(rev)));
}

export function etagMatches({ request }: Exchange, etag: string): boolean {
  const asked = request.headers['if-none-match'];
  if (asked === undefined) return false;
  return asked.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}

async function putDocument(exchange: Exchange, { database, parts, id }: DocumentTarget): Promise<void> {
  const { request, query, answer, user } = exchange;
  parseId(id);
  if (/^multipart\/related/i.test(String(request.headers['content-type'] ?? ''))) {
    throw notImplemented(
      'Documents in multipart are not served yet: send attachments as base64, or PUT each by itself.',
    );
  }
  const body = await readBody(request, parts.limits.requestBytes);
  const document = parseDocument(parseJson(body), { ...parts.limits, bodyBytes: body.length });
  document.id = id;
  const newEdits = query.get('new_edits') !== 'false';
  takeRevOfRequest(document, exchange);
  requireRevision(document, newEdits);
  if (query.get('batch') === 'ok') return writeLater(exchange, document, { database, user, newEdits, parts });
  const row = await writeDocument(document, { database, user, newEdits, parts });
  answer.header('ETag', `"${row.rev}"`);
  answer.header('Location', `/${encodeURIComponent(database.name)}/${encodeURIComponent(id)}`);
  await answer.json(row.deleted ? 200 : 201, { ok: true, id, rev: row.rev });
}

/** `new_edits: false` says that the revision exists elsewhere: it must be named. */
export function requireRevision(document: IncomingDocument, newEdits: boolean): void {
  if (newEdits || document.path.ids.length > 0) return;
  throw badRequest('When `new_edits: false`, the document needs `_rev` or `_revisions` specified');
}

/** The revision in `?rev=` or `If-Match` counts where the body has none, and must agree where it has one. */
function takeRevOfRequest(document: IncomingDocument, exchange: Exchange): void {
  const inBody = document.path.ids.length > 0 ? revOf(document.path) : undefined;
  const asked = revOfRequest(exchange);
  if (asked === undefined) return;
  if (inBody === undefined) document.path = parseRev(asked);
  else if (inBody !== asked) {
    throw badRequest('Document rev from request body and query string have different values');
  }
}

export function revOfRequest({ query, request }: Exchange): string | undefined {
  const inQuery = query.get('rev');
  const header = request.headers['if-match'];
  const inHeader = header?.trim().replace(/^"|"$/g, '');
  const revs = [inQuery, inHeader]
    .filter((rev) => rev !== null && rev !== undefined)
    .map((rev) => revOf(parseRev(rev)));
  if (revs.length === 2 && revs[0] !== revs[1])
    throw badRequest('Document rev and etag have different values');
  return revs[0];
}

async function deleteDocument(exchange: Exchange, { database, parts, id }: DocumentTarget): Promise<void> {
  const { answer, user } = exchange;
  const isLocal = id.startsWith('_local/');
  if (isLocal) await readLocalDocument(database.store, id);
  else {
    const [metadata] = await database.store.metadata([id]);
    if (!metadata) throw notFound();
    if (metadata.deleted) throw notFound('deleted');
  }
  const rev = revOfRequest(exchange);
  const path =
    rev === undefined ? { start: 0, ids: [] } : { start: splitRev(rev).generation, ids: [splitRev(rev).id] };
  const document: IncomingDocument = { id, path, deleted: true, fields: {}, attachments: new Map() };
  const row = await writeDocument(document, { database, user, newEdits: true, parts });
  answer.header('ETag', `"${row.rev}"`);
  await answer.json(200, { ok: true, id, rev: row.rev });
}

export async function answerPostedDocument(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  const { request, query, answer, user } = exchange;
  requireJsonType(request);
  const body = await readBody(request, parts.limits.requestBytes);
  const document = parseDocument(parseJson(body), { ...parts.limits, bodyBytes: body.length });
  // Whose id is made here has no history, whatever revision was sent.
  if (document.id === '') {
    document.id = makeId();
    document.path = { start: 0, ids: [] };
  }
  const write = { database, user, newEdits: true, parts };
  if (query.get('batch') === 'ok') return writeLater(exchange, document, write);
  const row = await writeDocument(document, write);
  answer.header('Location', `/${encodeURIComponent(database.name)}/${encodeURIComponent(document.id)}`);
  await answer.json(201, { ok: true, id: row.id, rev: row.rev });
}

/** `batch=ok`: answered with 202 before anything is checked or written; what is refused then, nobody is told. */
async function writeLater(
  exchange: Exchange,
  document: IncomingDocument,
  write: WriteRequest,
): Promise<void> {
  const { database, parts } = write;
  void database
    .use(() => writeDocument(document, write))
    .catch((failure: unknown) => {
      if (!(failure instanceof Refusal)) parts.log(`fault: a batched write: ${String(failure)}`);
    });
  await exchange.answer.json(202, { ok: true, id: document.id });
}
