// How much, how deep and of what names anybody but an administrator may send (security.md 1), for every server behind.
// Invariant: a body that passes holds nothing that was not counted here; over a limit it is refused whole, with a sentence,
// and nothing of it was stored.
import { type Call } from './call-rules.ts';
import { checkShape } from './json-shape.ts';
import { badRequest, Refusal } from './refusal.ts';
import { isObject, parseJson } from './request-body.ts';

export interface MemberLimits {
  /** A request's body, as it comes and unpacked. */
  requestBytes: number;
  /** A document's JSON without the bytes of its attachments. */
  documentBytes: number;
  attachmentBytes: number;
  /** Documents in one `_bulk_docs`. */
  batchCount: number;
  idBytes: number;
  jsonDepth: number;
  /** Documents of one `_find`. */
  findCount: number;
}

export const MEMBER_LIMITS: MemberLimits = {
  requestBytes: 10 * 1024 * 1024,
  documentBytes: 256 * 1024,
  attachmentBytes: 1024 * 1024,
  batchCount: 200,
  idBytes: 200,
  jsonDepth: 32,
  findCount: 1000,
};

export type SentDocument = Record<string, unknown>;

const ID = /^[A-Za-z0-9:_-]+$/;
/** `_local/` ids of replicators are a hash and more; Apache CouchDB has no limit. */
const LOCAL_ID_BYTES = 1000;
/** Room for the quotes and braces around what is taken out. */
const BASE64_RATIO = 3 / 4;

/** The documents of a `_bulk_docs`; none for other calls. Refuses with 400 or 413. */
export function checkMemberBody(call: Call, body: Buffer, limits: MemberLimits): SentDocument[] {
  // CouchDB takes a POST of nothing for a question without wishes.
  if (body.length === 0 && call !== 'bulk-docs') return [];
  const value = parseMemberJson(body, limits);
  if (call === 'find') checkFind(value, limits);
  if (call === 'local') checkDocumentSize(value, limits);
  if (call !== 'bulk-docs') return [];
  return checkBatch(value, limits);
}

function parseMemberJson(body: Buffer, { jsonDepth }: MemberLimits): unknown {
  const shape = checkShape(body, jsonDepth);
  if (shape === 'too-deep') throw badRequest(`JSON nested deeper than ${jsonDepth} is not taken.`);
  if (shape === 'name-twice') throw badRequest('An object has the same name twice.');
  return parseJson(body);
}

function checkFind(value: unknown, { findCount }: MemberLimits): void {
  const limit = isObject(value) ? value.limit : undefined;
  if (typeof limit !== 'number' || limit <= findCount) return;
  throw new Refusal(400, 'query_parse_error', `Limit is too large, must not exceed ${findCount}`);
}

function checkBatch(value: unknown, limits: MemberLimits): SentDocument[] {
  const { docs, new_edits: newEdits } = isObject(value) ? value : {};
  if (!Array.isArray(docs)) throw badRequest('`docs` parameter must be an array.');
  if (newEdits !== false) {
    throw badRequest('Only replicated revisions are taken here: `new_edits` must be false.');
  }
  if (docs.length > limits.batchCount) {
    throw new Refusal(413, 'max_bulk_docs_count_exceeded', `At most ${limits.batchCount} documents at once.`);
  }
  const documents: SentDocument[] = [];
  for (const one of docs as unknown[]) {
    if (!isObject(one)) throw badRequest('Document must be a JSON object');
    checkDocument(one, limits);
    documents.push(one);
  }
  return documents;
}

function checkDocument(document: SentDocument, limits: MemberLimits): void {
  checkId(document._id, limits);
  if (generationOf(document) < 1) throw badRequest('A replicated revision has a generation of 1 or more.');
  checkDocumentSize(document, limits);
  for (const attachment of attachmentsOf(document)) {
    if (base64Bytes(attachment.data) > limits.attachmentBytes) {
      throw new Refusal(
        413,
        'attachment_too_large',
        `At most ${limits.attachmentBytes} bytes an attachment.`,
      );
    }
  }
}

/** Design documents are not refused here: they have a row of their own in the answer. */
function checkId(id: unknown, { idBytes }: MemberLimits): void {
  if (typeof id !== 'string') throw badRequest('Every document needs an `_id`.');
  if (id.startsWith('_design/')) return;
  if (id.startsWith('_'))
    throw new Refusal(400, 'illegal_docid', 'Ids that start with an underscore are not taken.');
  if (id.length > idBytes || !ID.test(id)) {
    throw new Refusal(
      400,
      'illegal_docid',
      `An id has at most ${idBytes} of letters, digits, ":", "_" and "-".`,
    );
  }
}

/** The id in the path of a `_local` document. */
export function checkLocalId(id: string): void {
  if (Buffer.byteLength(id) > LOCAL_ID_BYTES) {
    throw new Refusal(
      400,
      'illegal_docid',
      `An id of a _local document has at most ${LOCAL_ID_BYTES} bytes.`,
    );
  }
}

function checkDocumentSize(document: unknown, { documentBytes }: MemberLimits): void {
  const carried = isObject(document) ? attachmentsOf(document) : [];
  const data = carried.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0);
  if (Buffer.byteLength(JSON.stringify(document)) - data > documentBytes) {
    throw new Refusal(413, 'document_too_large', `At most ${documentBytes} bytes a document.`);
  }
}

function attachmentsOf({ _attachments: attachments }: SentDocument): Record<string, unknown>[] {
  return isObject(attachments) ? Object.values(attachments).filter(isObject) : [];
}

const base64Bytes = (data: unknown) => (typeof data === 'string' ? data.length * BASE64_RATIO : 0);

/** Of the revision a document is sent as; 0 where it names none. */
export function generationOf(document: SentDocument): number {
  const revision = revisionOf(document);
  return Number(/^(\d{1,15})-/.exec(revision ?? '')?.[1] ?? 0);
}

/** `_revisions` counts where there is one, as CouchDB has it; undefined where the document names no revision. */
export function revisionOf({ _rev: rev, _revisions: revisions }: SentDocument): string | undefined {
  if (isObject(revisions)) {
    const { start, ids } = revisions;
    const newest: unknown = Array.isArray(ids) ? ids[0] : undefined;
    return typeof start === 'number' && typeof newest === 'string' ? `${start}-${newest}` : undefined;
  }
  return typeof rev === 'string' ? rev : undefined;
}
