// Multipart bodies as CouchDB reads and writes them: `multipart/related` for a document with its attachments,
// `multipart/mixed` for several of those. Source: RFC 2046, section 5.1; Apache CouchDB 3.5, couch_httpd_multipart.
// Invariant: bytes of a part come out as they went in; nothing of a name or type can end a header.
import { randomBytes } from 'node:crypto';
import { badRequest, tooLarge } from './refusal.ts';

export interface Part {
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

const LINE = '\r\n';
const HEADER_BYTES_AT_MOST = 16 * 1024;
/** More than any document of the field has attachments by far. */
const PARTS_AT_MOST = 200;
const BLANKS_AT_MOST = 64;

export function newBoundary(): string {
  return randomBytes(16).toString('hex');
}

/** The boundary a content type names; undefined where it is not of this type or names none. */
export function boundaryOf(contentType: string, type: string): string | undefined {
  const [kind = '', ...parameters] = contentType.split(';');
  if (kind.trim().toLowerCase() !== type) return undefined;
  const match = /^\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s"]{1,200}))\s*$/i;
  for (const parameter of parameters) {
    const found = match.exec(parameter);
    if (found) return found[1] ?? found[2];
  }
  return undefined;
}

/** The parts of a whole body. Refuses with 400 what breaks off, with 413 what has too many. */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const parts: Part[] = [];
  let before = nextDelimiter(body, boundary, 0);
  while (before && !before.last) {
    const after = nextDelimiter(body, boundary, before.end);
    if (!after) break;
    if (parts.length >= PARTS_AT_MOST) throw tooLarge();
    parts.push(parsePart(body.subarray(before.end, Math.max(before.end, after.start))));
    before = after;
  }
  if (!before?.last) throw badRequest('The multipart body is incomplete.');
  return parts;
}

interface Delimiter {
  /** Where the line break before it begins. */
  start: number;
  /** Where its part begins. */
  end: number;
  last: boolean;
}

/** A delimiter stands at the beginning of a line and has nothing after it but two dashes, or blanks. */
function nextDelimiter(body: Buffer, boundary: string, from: number): Delimiter | undefined {
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark, from); at >= 0; at = body.indexOf(mark, at + 1)) {
    const atLineStart = at === 0 || body.subarray(at - 2, at).toString('latin1') === LINE;
    if (!atLineStart) continue;
    const rest = /^(--|[ \t]*\r\n)/.exec(
      body.subarray(at + mark.length, at + mark.length + BLANKS_AT_MOST).toString('latin1'),
    );
    if (!rest) continue;
    const end = at + mark.length + rest[0].length;
    return { start: at - LINE.length, end, last: rest[0] === '--' };
  }
  return undefined;
}

function parsePart(part: Buffer): Part {
  const headers = new Map<string, string>();
  // A part without headers begins with the empty line.
  if (part.subarray(0, 2).toString('latin1') === LINE) return { headers, body: part.subarray(2) };
  const end = part.indexOf(LINE + LINE);
  if (end < 0 || end > HEADER_BYTES_AT_MOST) throw badRequest('A part of the multipart body has no headers.');
  for (const line of part.subarray(0, end).toString('utf8').split(LINE)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: part.subarray(end + 2 * LINE.length) };
}

/** The `filename` of a part; CouchDB writes it as it is, quotes and all. */
export function fileNameOf({ headers }: Part): string | undefined {
  const match = /;\s*filename="(.*)"\s*(?:;[^"]*)?$/s.exec(headers.get('content-disposition') ?? '');
  return match?.[1];
}

/** For a quoted parameter in a header: what would end it is written in percent, as forms do. */
export function quotedName(name: string): string {
  return name.replace(/["\r\n]/g, (character) =>
    character === '"' ? '%22' : character === '\r' ? '%0D' : '%0A',
  );
}
