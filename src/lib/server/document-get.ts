// GET and HEAD of one document, as JSON or in multipart. Source: Apache CouchDB 3.5, "/{db}/{docid}" and
// chttpd_db:db_doc_req.
// Invariant: multipart goes to who takes it, which a client that does not say what it takes does, as in CouchDB.
import { createHash } from 'node:crypto';
import { accepts, etagMatches } from './accept.ts';
import { relatedType, renderRelated, writeRelated } from './document-multipart.ts';
import { parseRev, revOf } from './document-parse.ts';
import {
  readOpenRevs,
  readRevision,
  renderRevision,
  type ReadOptions,
  type Revision,
} from './document-reads.ts';
import { type DocumentTarget } from './document-target.ts';
import { type Exchange } from './exchange.ts';
import { readLocalDocument } from './local-documents.ts';
import { newBoundary } from './multipart.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { hasMeta, isLatest, parseOpenRevs, parseReadOptions } from './read-query.ts';
import { notFound } from './refusal.ts';
import { leavesAbove, leavesOf } from './revision-tree.ts';

export async function getLocal(exchange: Exchange, { database, id }: DocumentTarget): Promise<void> {
  const document = await readLocalDocument(database.store, id);
  await sendTagged(exchange, etagOfBody(document), () => exchange.answer.json(200, document));
}

/** `_local` documents say their revision too, but may be written anew under the same one: their tag is of the body. */
export function etagOfBody(document: object): string {
  return `"${createHash('md5').update(JSON.stringify(document)).digest('base64url')}"`;
}

async function sendTagged(
  { answer, request }: Exchange,
  etag: string,
  send: () => Promise<void>,
): Promise<void> {
  answer.header('ETag', etag);
  if (etagMatches(request, etag)) return answer.empty(304);
  await send();
}

export async function getDocument(exchange: Exchange, target: DocumentTarget): Promise<void> {
  const { query } = exchange;
  const { store } = target.database;
  const options = parseReadOptions(query);
  const openRevs = parseOpenRevs(query);
  const [metadata] = await store.metadata([target.id]);
  if (openRevs) return getOpenRevs(exchange, target, { metadata, revs: openRevs, options });
  if (!metadata) throw notFound();
  const rev = chosenRev(query, metadata);
  const revision = await readRevision(store, metadata, rev);
  if (!revision) throw notFound();
  if (rev === undefined && revision.deleted) throw notFound('deleted');
  const send = (): Promise<void> => sendRevision(exchange, target, { revision, options });
  return hasMeta(options) ? send() : sendTagged(exchange, `"${revision.rev}"`, send);
}

/** The revision asked for; with `latest` the winner among the leaves above it. */
function chosenRev(query: URLSearchParams, metadata: DocumentMetadata): string | undefined {
  const asked = query.get('rev');
  if (asked === null) return undefined;
  const rev = revOf(parseRev(asked));
  if (!isLatest(query)) return rev;
  return leavesAbove(leavesOf(metadata.rev_tree), rev)[0]?.rev ?? rev;
}

async function sendRevision(
  { answer, request }: Exchange,
  { database: { store } }: DocumentTarget,
  { revision, options }: { revision: Revision; options: ReadOptions },
): Promise<void> {
  const hasBytes = options.attachments && revision.body._attachments !== undefined;
  if (!hasBytes || !accepts(request, 'multipart/related')) {
    return answer.json(200, await renderRevision(store, revision, options));
  }
  const boundary = newBoundary();
  const document = await renderRelated(store, revision, options);
  const stream = answer.stream(200, relatedType(document, boundary));
  await writeRelated((piece) => stream.write(piece), document, { store, boundary });
  await stream.end('');
}

async function getOpenRevs(
  { answer, query, request, gone }: Exchange,
  { database: { store } }: DocumentTarget,
  asked: { metadata: DocumentMetadata | undefined; revs: readonly string[] | 'all'; options: ReadOptions },
): Promise<void> {
  const { metadata, revs, options } = asked;
  const found = await readOpenRevs(store, metadata, { revs, latest: isLatest(query) });
  if (found.length === 0 && revs === 'all') throw notFound();
  if (!accepts(request, 'multipart/mixed')) {
    const rows = found.map(async (revision) =>
      'missing' in revision ? revision : { ok: await renderRevision(store, revision, options) },
    );
    return answer.json(200, await Promise.all(rows));
  }
  const [outer, boundary] = [newBoundary(), newBoundary()];
  const stream = answer.stream(200, `multipart/mixed; boundary="${outer}"`);
  await stream.write(`--${outer}`);
  for (const revision of found) {
    if (gone.aborted) return stream.cutOff();
    if ('missing' in revision) {
      const json = JSON.stringify({ missing: revision.missing });
      await stream.write(`\r\nContent-Type: application/json; error="true"\r\n\r\n${json}`);
    } else {
      const document = await renderRelated(store, revision, options);
      await stream.write(`\r\nContent-Type: ${relatedType(document, boundary)}\r\n\r\n`);
      await writeRelated((piece) => stream.write(piece), document, { store, boundary });
    }
    await stream.write(`\r\n--${outer}`);
  }
  await stream.end('--');
}
