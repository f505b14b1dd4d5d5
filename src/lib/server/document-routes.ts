// One document: GET, HEAD, PUT, DELETE, and POST to the database. Source: Apache CouchDB 3.5, "Documents".
import { type Database } from './database-catalog.ts';
import { readDocument } from './document-body.ts';
import { etagOfBody, getDocument, getLocal } from './document-get.ts';
import { makeId, parseDocument, parseId, parseRev, revOf, type IncomingDocument } from './document-parse.ts';
import { type DocumentTarget } from './document-target.ts';
import { writeDocument } from './document-writes.ts';
import { type Exchange } from './exchange.ts';
import { readLocalDocument } from './local-documents.ts';
import { badRequest, methodNotAllowed, notFound, notImplemented, tooBusy } from './refusal.ts';
import { parseJson, requireJsonType } from './request-body.ts';
import { splitRev } from './revision-tree.ts';
import { type ServerParts } from './server-parts.ts';
import { type WriteRequest } from './write-request.ts';

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

async function putDocument(exchange: Exchange, { database, parts, id }: DocumentTarget): Promise<void> {
  const { query, answer, user } = exchange;
  parseId(id);
  const document = await readDocument(exchange, parts.limits);
  document.id = id;
  const newEdits = query.get('new_edits') !== 'false';
  takeRevOfRequest(document, exchange);
  requireRevision(document, newEdits);
  if (query.get('batch') === 'ok') return writeLater(exchange, document, { database, user, newEdits, parts });
  const row = await writeDocument(document, { database, user, newEdits, parts });
  const isLocal = id.startsWith('_local/');
  answer.header(
    'ETag',
    isLocal ? etagOfBody({ _id: id, _rev: row.rev, ...document.fields }) : `"${row.rev}"`,
  );
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
  const body = await exchange.body(parts.limits.requestBytes);
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

/** `batch=ok`: answered with 202 before anything is checked or written. Refuses with 503 where too much is waiting. */
async function writeLater(
  exchange: Exchange,
  document: IncomingDocument,
  write: WriteRequest,
): Promise<void> {
  if (
    write.parts.later.take(document, () => write.database.use(() => writeDocument(document, write))) ===
    'full'
  ) {
    throw tooBusy('Too many writes are waiting. Try again in a moment.');
  }
  await exchange.answer.json(202, { ok: true, id: document.id });
}
