// Multipart bodies as CouchDB reads and writes them: `multipart/related` for a document with its attachments,
// `multipart/mixed` for several of those. Source: RFC 2046, section 5.1; Apache CouchDB 3.5, couch_httpd_multipart.
// Invariants: bytes of a part come out as they went in; nothing of a name or type can end a header; a body is gone over
// once, whatever its boundary.
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
/** Lines that begin as a delimiter and go on otherwise; a boundary is made so that there are none. */
const FALSE_DELIMITERS_AT_MOST = 10_000;
const LINE_BYTES = Buffer.from(LINE);
const [DASH, SPACE, TAB] = Buffer.from('- \t');

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
  const delimiters = listDelimiters(body, boundary);
  let before = delimiters.next().value;
  while (before && !before.last) {
    const after = delimiters.next().value;
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
function* listDelimiters(body: Buffer, boundary: string): Generator<Delimiter, undefined> {
  // Two of them never overlap: there is no line break in a boundary.
  const mark = Buffer.from(`${LINE}--${boundary}`);
  const bare = mark.subarray(LINE.length);
  let falseOnes = 0;
  let at = body.subarray(0, bare.length).equals(bare) ? -LINE.length : body.indexOf(mark);
  while (at === -LINE.length || at >= 0) {
    const afterMark = at + mark.length;
    const end = endOfDelimiter(body, afterMark);
    if (end !== undefined) yield { start: at, end, last: body[afterMark] === DASH };
    else if (++falseOnes > FALSE_DELIMITERS_AT_MOST) {
      throw badRequest('The boundary of the multipart body stands in it too often where nothing begins.');
    }
    // The line break that ends one may begin the next.
    at = body.indexOf(mark, end === undefined ? afterMark : Math.max(end - LINE.length, afterMark));
  }
  return undefined;
}

function endOfDelimiter(body: Buffer, from: number): number | undefined {
  if (body[from] === DASH && body[from + 1] === DASH) return from + 2;
  let at = from;
  while (at < from + BLANKS_AT_MOST && (body[at] === SPACE || body[at] === TAB)) at++;
  return startsLine(body, at) ? at + LINE.length : undefined;
}

function startsLine(body: Buffer, at: number): boolean {
  return body[at] === LINE_BYTES[0] && body[at + 1] === LINE_BYTES[1];
}

function parsePart(part: Buffer): Part {
  const headers = new Map<string, string>();
  // A part without headers begins with the empty line.
  if (startsLine(part, 0)) return { headers, body: part.subarray(2) };
  const end = part.indexOf(LINE + LINE);
  if (end < 0 || end > HEADER_BYTES_AT_MOST) throw badRequest('A part of the multipart body has no headers.');
  for (const line of part.subarray(0, end).toString('utf8').split(LINE)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: part.subarray(end + 2 * LINE.length) };
}

/** The `filename` of a part; CouchDB writes it as it is, quotes and all: it ends at the last quote. */
export function fileNameOf({ headers }: Part): string | undefined {
  const disposition = headers.get('content-disposition') ?? '';
  const opening = /;\s*filename="/.exec(disposition);
  if (!opening) return undefined;
  const rest = disposition.slice(opening.index + opening[0].length);
  const end = rest.lastIndexOf('"');
  return end >= 0 && /^\s*(?:;|$)/.test(rest.slice(end + 1)) ? rest.slice(0, end) : undefined;
}

/** For a quoted parameter in a header: what would end it is written in percent, as forms do. */
export function quotedName(name: string): string {
  return name.replace(/["\r\n]/g, (character) =>
    character === '"' ? '%22' : character === '\r' ? '%0D' : '%0A',
  );
}
