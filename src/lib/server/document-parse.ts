// A document as a client sends it, taken apart: id, path of revisions, fields, attachments.
// Invariant: what comes out can be stored as it is; CouchDB refuses the same things in the same words (couch_doc).
import { randomBytes } from 'node:crypto';
import { badRequest, documentTooLarge, docValidation, illegalDocid } from './refusal.ts';
import { isObject } from './request-body.ts';

/** Newest first; `ids` is empty for a document without a revision. */
export interface RevisionPath {
  start: number;
  ids: string[];
}

export type IncomingAttachment =
  { kind: 'data'; contentType: string; data: Buffer; revpos?: number } | { kind: 'stub'; revpos?: number };

export interface IncomingDocument {
  /** Empty where the client left it to the server. */
  id: string;
  path: RevisionPath;
  deleted: boolean;
  /** Without fields of CouchDB's own. */
  fields: Record<string, unknown>;
  attachments: Map<string, IncomingAttachment>;
}

/** Fields of CouchDB's that are answers only and ignored in a document. */
const IGNORED = new Set(['_revs_info', '_local_seq', '_conflicts', '_deleted_conflicts']);
/** Fields of replication documents, and the one CouchDB 3 keeps for later: all are the document's own. */
const KEPT = /^_(access|replication_(id|state|state_time|state_reason|stats))$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** An attachment whose bytes come after the document, in a part of their own. */
export interface FollowingAttachment {
  contentType: string;
  revpos?: number;
  /** In bytes, as they come. */
  length?: number;
  isPacked: boolean;
}

/**
 * `limit.following` takes up the attachments that follow the document, in its order; without it none may. They have to
 * be put among the attachments before the document is written.
 */
export function parseDocument(
  value: unknown,
  limit: { documentBytes: number; bodyBytes: number; following?: Map<string, FollowingAttachment> },
): IncomingDocument {
  if (!isObject(value)) throw badRequest('Document must be a JSON object');
  const document: IncomingDocument = {
    id: '',
    path: { start: 0, ids: [] },
    deleted: false,
    fields: {},
    attachments: new Map(),
  };
  for (const [name, field] of Object.entries(value)) {
    if (!name.startsWith('_') || KEPT.test(name)) document.fields[name] = field;
    else if (!IGNORED.has(name)) takeOwnField(document, { name, field }, limit.following);
  }
  if (value._revisions === undefined && value._rev !== undefined) document.path = parseRev(value._rev);
  // A body within the limit can hold no document above it.
  if (
    limit.bodyBytes > limit.documentBytes &&
    Buffer.byteLength(JSON.stringify(document.fields)) > limit.documentBytes
  ) {
    throw documentTooLarge(document.id);
  }
  return document;
}

function takeOwnField(
  document: IncomingDocument,
  { name, field }: { name: string; field: unknown },
  following: Map<string, FollowingAttachment> | undefined,
): void {
  if (name === '_id') document.id = parseId(field);
  else if (name === '_rev') return;
  else if (name === '_revisions') document.path = parseRevisions(field);
  else if (name === '_deleted' && typeof field === 'boolean') document.deleted = field;
  else if (name === '_attachments' && isObject(field))
    document.attachments = parseAttachments(field, following);
  else throw docValidation(`Bad special document member: ${name}`);
}

export function parseId(id: unknown): string {
  if (typeof id !== 'string') throw illegalDocid('Document id must be a string');
  if (id === '') throw illegalDocid('Document id must not be empty');
  if (id === '_design/' || id === '_local/') throw illegalDocid(`Illegal document id \`${id}\``);
  if (id.startsWith('_') && !id.startsWith('_design/') && !id.startsWith('_local/')) {
    throw illegalDocid('Only reserved document ids may start with underscore.');
  }
  return id;
}

export function makeId(): string {
  return randomBytes(16).toString('hex');
}

/** Of printable ASCII, for a revision goes into `ETag`. CouchDB takes any id after the dash; no replicator makes others. */
const REVISION_ID = /^[!#-,.-~]+$/;

/** A path of one revision. Another dash in it is refused: PouchDB could not keep it. */
export function parseRev(rev: unknown): RevisionPath {
  const match = typeof rev === 'string' ? /^(\d{1,15})-([^-]+)$/.exec(rev) : null;
  if (!match?.[2] || !REVISION_ID.test(match[2])) throw badRequest('Invalid rev format');
  checkHex(match[2], () => badRequest('Invalid rev format'));
  return { start: Number(match[1]), ids: [match[2]] };
}

export function revOf(path: RevisionPath): string {
  return `${path.start}-${path.ids[0] ?? ''}`;
}

/** CouchDB packs an id of 32 characters into 16 bytes, and so demands that they are hex digits. */
function checkHex(id: string, refusal: () => Error): void {
  if (id.length === 32 && !/^[0-9a-fA-F]{32}$/.test(id)) throw refusal();
}

function parseRevisions(value: unknown): RevisionPath {
  const { start, ids } = isObject(value) ? value : {};
  if (typeof start !== 'number' || !Number.isSafeInteger(start))
    throw docValidation("_revisions.start isn't an integer.");
  if (!Array.isArray(ids)) throw docValidation("_revisions.ids isn't a array.");
  for (const id of ids as unknown[]) {
    if (typeof id !== 'string' || !REVISION_ID.test(id)) throw docValidation("RevId isn't a string");
    checkHex(id, () => docValidation("RevId isn't a valid hexadecimal"));
  }
  // `_local` documents have one revision of generation 0.
  if (ids.length > Math.max(start, 1))
    throw docValidation('_revisions.ids is longer than _revisions.start allows');
  return { start, ids: ids as string[] };
}

function parseAttachments(
  value: Record<string, unknown>,
  following: Map<string, FollowingAttachment> | undefined,
): Map<string, IncomingAttachment> {
  const attachments = new Map<string, IncomingAttachment>();
  for (const [name, attachment] of Object.entries(value)) {
    checkAttachmentName(name);
    if (!isObject(attachment)) throw invalidAttachment(name);
    if (attachment.follows === true && attachment.stub !== true && following) {
      following.set(name, parseFollowing(name, attachment));
    } else attachments.set(name, parseAttachment(name, attachment));
  }
  return attachments;
}

export function checkAttachmentName(name: string): void {
  if (name.startsWith('_'))
    throw badRequest(`Attachment name '${name}' starts with prohibited character '_'`);
  if (name === '') throw badRequest('Attachment name must not be empty');
}

function parseAttachment(name: string, attachment: Record<string, unknown>): IncomingAttachment {
  const { data, stub } = attachment;
  if (stub === true) return { kind: 'stub', ...revposOf(attachment) };
  if (typeof data !== 'string' || data.length % 4 !== 0 || !BASE64.test(data)) throw invalidAttachment(name);
  const contentType = typeOf(name, attachment);
  return { kind: 'data', contentType, data: Buffer.from(data, 'base64'), ...revposOf(attachment) };
}

function parseFollowing(name: string, attachment: Record<string, unknown>): FollowingAttachment {
  const { length, encoding = 'identity', encoded_length: encodedLength } = attachment;
  if (encoding !== 'gzip' && encoding !== 'identity') throw invalidAttachment(name);
  const isPacked = encoding === 'gzip';
  const told = isPacked ? encodedLength : length;
  const contentType = typeOf(name, attachment);
  return {
    contentType,
    isPacked,
    ...(typeof told === 'number' ? { length: told } : {}),
    ...revposOf(attachment),
  };
}

function typeOf(
  name: string,
  { content_type: type = 'application/octet-stream' }: Record<string, unknown>,
): string {
  if (typeof type !== 'string') throw invalidAttachment(name);
  return type;
}

function revposOf({ revpos }: Record<string, unknown>): { revpos?: number } {
  return typeof revpos === 'number' && Number.isSafeInteger(revpos) && revpos >= 0 ? { revpos } : {};
}

function invalidAttachment(name: string): Error {
  return badRequest(`Invalid attachment data for ${name}`);
}
