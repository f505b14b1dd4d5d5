// The way in: a request's body, unpacked, limited, and parsed as JSON that can be stored as it is.
// Invariant: what comes out of here is no deeper than `MAX_DEPTH`, is well-formed Unicode and no larger than was
// allowed, packed or unpacked; anything else is a refusal, and nothing of it was kept.
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { badContentType, badRequest, tooLarge } from './refusal.ts';

/** CouchDB has no limit; a document of the field has a depth of 6. Recursion over a hundred levels overflows nothing. */
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** The whole body, unpacked if it came as gzip. Refuses with 413 above `maxBytes` of the one or the other. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw badContentType(`${encoding} is not a supported content encoding.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const packed = await collect(request, maxBytes);
  return encoding === 'gzip' ? unpack(packed, maxBytes) : packed;
}

async function collect(source: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Refuses with 400 what is not gzip, with 413 what is larger unpacked. */
export async function unpack(packed: Buffer, maxBytes: number): Promise<Buffer> {
  const unpacker = createGunzip();
  unpacker.end(packed);
  try {
    return await collect(unpacker as AsyncIterable<Buffer>, maxBytes);
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure)
      throw badRequest('Request body is not properly gzipped.');
    throw failure;
  }
}

/** Refuses what a form on another site could send: CouchDB demands it of every POST of JSON. */
export function requireJsonType(request: IncomingMessage): void {
  const type = String(request.headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase();
  if (type !== 'application/json') throw badContentType('Content-Type must be application/json');
}

/**
 * Numbers become doubles, as in every JavaScript client: an integer beyond 2^53 is stored as the nearest double, where
 * CouchDB would keep all its digits. What must keep them (an ID number, a code) is text.
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body) || deeperThan(body, MAX_DEPTH)) throw invalidJson();
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidJson();
  }
  if (mayHaveLoneSurrogate(body) && !wellFormedThroughout(value)) throw invalidJson();
  return value;
}

function invalidJson() {
  return badRequest('invalid UTF-8 JSON');
}

export function parseJsonObject(
  body: Buffer,
  reason = 'Request body must be a JSON object',
): Record<string, unknown> {
  const value = parseJson(body);
  if (!isObject(value)) throw badRequest(reason);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deeperThan(body: Buffer, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

function mayHaveLoneSurrogate(body: Buffer): boolean {
  return body.includes('\\ud') || body.includes('\\uD');
}

function wellFormedThroughout(value: unknown): boolean {
  if (typeof value === 'string')
    return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value);
  if (Array.isArray(value)) return value.every(wellFormedThroughout);
  if (isObject(value))
    return Object.entries(value).every(
      ([key, item]) => wellFormedThroughout(key) && wellFormedThroughout(item),
    );
  return true;
}
