// The body of a PUT of a document: JSON, or `multipart/related` with the attachments after it.
// Source: Apache CouchDB 3.5, "Documents with attachments", couch_doc:doc_from_multi_part_stream.
// Invariants: every attachment that was to follow has come, and is as long as the document says, or all is refused;
// unpacked, all of them together are no larger than a body may come.
import {
  checkAttachmentName,
  parseDocument,
  type FollowingAttachment,
  type IncomingDocument,
} from './document-parse.ts';
import { type Exchange } from './exchange.ts';
import { boundaryOf, fileNameOf, parseMultipart, type Part } from './multipart.ts';
import { badContentType, badRequest, Refusal, tooLarge } from './refusal.ts';
import { parseJson, unpack } from './request-body.ts';
import { type Limits } from './server-parts.ts';

export async function readDocument(exchange: Exchange, limits: Limits): Promise<IncomingDocument> {
  const contentType = String(exchange.request.headers['content-type'] ?? '');
  if (/^\s*multipart\/related\s*;/i.test(contentType)) {
    const body = await exchange.body(relatedBytes(limits));
    return readRelated(body, boundaryOf(contentType, 'multipart/related'), limits);
  }
  const body = await exchange.body(limits.requestBytes);
  return parseDocument(parseJson(body), { ...limits, bodyBytes: body.length });
}

/** What a body with attachments may take, packed; and its attachments, unpacked. */
function relatedBytes({ requestBytes, attachmentBytes }: Limits): number {
  return requestBytes + attachmentBytes;
}

async function readRelated(
  body: Buffer,
  boundary: string | undefined,
  limits: Limits,
): Promise<IncomingDocument> {
  if (boundary === undefined) throw badRequest('The multipart body names no boundary.');
  const [first, ...parts] = parseMultipart(body, boundary);
  const firstType = first?.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (!first || firstType !== 'application/json') {
    throw badContentType('Content-Type must be application/json');
  }
  if (first.body.length > limits.requestBytes) throw tooLarge();
  const following = new Map<string, FollowingAttachment>();
  const document = parseDocument(parseJson(first.body), {
    ...limits,
    bodyBytes: first.body.length,
    following,
  });
  let leftBytes = relatedBytes(limits);
  for (const [name, part] of pairParts([...following.keys()], parts)) {
    const attachment = following.get(name);
    if (!attachment) continue;
    const data = await readPart(name, {
      attachment,
      part,
      mostBytes: Math.min(leftBytes, limits.attachmentBytes),
    });
    leftBytes -= data.length;
    const { contentType, revpos } = attachment;
    document.attachments.set(name, {
      kind: 'data',
      contentType,
      data,
      ...(revpos === undefined ? {} : { revpos }),
    });
  }
  return document;
}

/** By name where each part has one of the names; else in their order, as CouchDB takes them. */
function pairParts(names: readonly string[], parts: readonly Part[]): [string, Part][] {
  if (parts.length < names.length) throw badRequest('An attachment that was to follow did not come.');
  const named = new Map(parts.map((part) => [fileNameOf(part), part]));
  const isNamed = parts.length === names.length && names.every((name) => named.has(name));
  return names.flatMap((name, at): [string, Part][] => {
    const part = isNamed ? named.get(name) : parts[at];
    return part ? [[name, part]] : [];
  });
}

/** The bytes of an attachment, unpacked. Refuses with 413 what is larger. */
async function readPart(
  name: string,
  { attachment, part, mostBytes }: { attachment: FollowingAttachment; part: Part; mostBytes: number },
): Promise<Buffer> {
  checkAttachmentName(name);
  const { length, isPacked } = attachment;
  if (length !== undefined && length !== part.body.length) {
    throw badRequest(`The attachment ${name} is not as long as its document says.`);
  }
  const data = isPacked ? await unpack(part.body, mostBytes) : part.body;
  if (data.length > mostBytes) throw new Refusal(413, 'attachment_too_large', name);
  return data;
}
