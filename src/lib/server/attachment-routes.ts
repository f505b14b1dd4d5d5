// One attachment: GET, HEAD, PUT, DELETE; parts of it where CouchDB has them. Source: Apache CouchDB 3.5,
// "/{db}/{docid}/{attname}" and chttpd_db:db_attachment_req.
// Invariant: an attachment is written as an edit of its document, through the same checks and validation; it is served
// as a download under a sandbox, so that what somebody uploaded never runs as a page of this origin.
import { etagMatches } from './accept.ts';
import { type Answer } from './answer.ts';
import { contentTypeOf, isCompressible } from './attachment-type.ts';
import { contentRange, parseRanges, type ByteRange } from './byte-range.ts';
import { revOfRequest } from './document-routes.ts';
import { type DocumentTarget } from './document-target.ts';
import { checkAttachmentName, parseId, parseRev, type IncomingDocument } from './document-parse.ts';
import { readRevision, type Revision } from './document-reads.ts';
import { writeDocument } from './document-writes.ts';
import { type Exchange } from './exchange.ts';
import { newBoundary } from './multipart.ts';
import { type StoredAttachment } from './pouch-layout.ts';
import { badRequest, conflict, methodNotAllowed, notFound, Refusal } from './refusal.ts';

export interface AttachmentTarget extends DocumentTarget {
  name: string;
}

export async function answerAttachment(exchange: Exchange, target: AttachmentTarget): Promise<void> {
  const { method } = exchange;
  if (target.id.startsWith('_local/')) throw badRequest('_local documents do not accept attachments.');
  if (method === 'GET' || method === 'HEAD') return getAttachment(exchange, target);
  if (method === 'PUT' || method === 'DELETE') return writeAttachment(exchange, target);
  throw methodNotAllowed('DELETE,GET,HEAD,PUT');
}

async function getAttachment(exchange: Exchange, target: AttachmentTarget): Promise<void> {
  const { answer, query, request } = exchange;
  const asked = query.get('rev');
  const revision = await openRevision(target, asked === null ? undefined : asked);
  const attachment = attachmentOf(revision, target.name);
  const etag = `"${attachment.digest.replace(/^md5-/, '')}"`;
  answer.header('ETag', etag);
  answer.header('Accept-Ranges', isCompressible(attachment) ? 'none' : 'bytes');
  answer.header('Content-Security-Policy', 'sandbox');
  answer.header('Content-Disposition', 'attachment');
  if (etagMatches(request, etag)) {
    answer.header('Content-Type', contentTypeOf(attachment));
    return answer.empty(304);
  }
  const bytes = await target.database.store.bytes(attachment.digest);
  const ranges = isCompressible(attachment) ? undefined : parseRanges(request.headers.range, bytes.length);
  await sendBytes(exchange, { attachment, bytes, ranges });
}

async function sendBytes(
  { answer }: Exchange,
  {
    attachment,
    bytes,
    ranges,
  }: { attachment: StoredAttachment; bytes: Buffer; ranges: ByteRange[] | undefined },
): Promise<void> {
  const type = contentTypeOf(attachment);
  const [range, ...others] = ranges ?? [];
  if (range && others.length > 0) return sendRanges(answer, { type, bytes, ranges: [range, ...others] });
  answer.header('Content-Type', type);
  if (!range) return answer.bytes(200, bytes);
  answer.header('Content-Range', contentRange(range, bytes.length));
  answer.bytes(206, bytes.subarray(range.from, range.to + 1));
}

async function sendRanges(
  answer: Answer,
  { type, bytes, ranges }: { type: string; bytes: Buffer; ranges: readonly ByteRange[] },
): Promise<void> {
  const boundary = newBoundary();
  const stream = answer.stream(206, `multipart/byteranges; boundary="${boundary}"`);
  await stream.write(`--${boundary}`);
  for (const range of ranges) {
    const about = `\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, bytes.length)}\r\n\r\n`;
    await stream.write(about);
    await stream.write(bytes.subarray(range.from, range.to + 1));
    await stream.write(`\r\n--${boundary}`);
  }
  await stream.end('--');
}

async function openRevision({ database, id }: AttachmentTarget, rev: string | undefined): Promise<Revision> {
  const [metadata] = await database.store.metadata([id]);
  if (!metadata) throw notFound();
  if (rev === undefined && metadata.deleted) throw notFound('deleted');
  const revision = await readRevision(database.store, metadata, rev);
  if (!revision) throw notFound();
  return revision;
}

function attachmentOf({ body }: Revision, name: string): StoredAttachment {
  const attachments = body._attachments;
  const attachment = attachments && Object.hasOwn(attachments, name) ? attachments[name] : undefined;
  if (!attachment) throw notFound('Document is missing attachment');
  return attachment;
}

async function writeAttachment(exchange: Exchange, target: AttachmentTarget): Promise<void> {
  const { answer, method, request, user } = exchange;
  const { database, parts, id, name } = target;
  parseId(id);
  checkAttachmentName(name);
  const data = method === 'PUT' ? await readAttachment(exchange, target) : undefined;
  const rev = revOfRequest(exchange);
  const document = await documentToEdit(target, rev, method === 'DELETE');
  if (data) {
    const contentType = String(request.headers['content-type'] ?? 'application/octet-stream');
    document.attachments.set(name, { kind: 'data', contentType, data });
  } else document.attachments.delete(name);
  const row = await writeDocument(document, { database, user, newEdits: true, parts });
  if (data) {
    answer.header(
      'Location',
      `/${encodeURIComponent(database.name)}/${encodeURIComponent(id)}/${encodeURIComponent(name)}`,
    );
  }
  await answer.json(data ? 201 : 200, { ok: true, id, rev: row.rev });
}

async function readAttachment(exchange: Exchange, { parts, name }: AttachmentTarget): Promise<Buffer> {
  try {
    return await exchange.body(parts.limits.attachmentBytes);
  } catch (failure) {
    if (failure instanceof Refusal && failure.status === 413)
      throw new Refusal(413, 'attachment_too_large', name);
    throw failure;
  }
}

/** The document as it stands at a revision, its attachments as stubs; a new one where no revision is named. */
async function documentToEdit(
  target: AttachmentTarget,
  rev: string | undefined,
  mustHave: boolean,
): Promise<IncomingDocument> {
  const fresh: IncomingDocument = {
    id: target.id,
    path: { start: 0, ids: [] },
    deleted: false,
    fields: {},
    attachments: new Map(),
  };
  if (rev === undefined) {
    if (mustHave) attachmentOf(await openRevision(target, undefined), target.name);
    return fresh;
  }
  const [metadata] = await target.database.store.metadata([target.id]);
  const revision = metadata && (await readRevision(target.database.store, metadata, rev));
  // CouchDB answers an unknown revision here as a conflict, with the words of a missing one.
  if (!revision) throw metadata ? conflict() : new Refusal(409, 'not_found', 'missing_rev');
  if (mustHave) attachmentOf(revision, target.name);
  const { _id, _rev, _deleted, _attachments = {}, ...fields } = revision.body;
  for (const name of Object.keys(_attachments)) fresh.attachments.set(name, { kind: 'stub' });
  return { ...fresh, path: parseRev(rev), fields };
}
