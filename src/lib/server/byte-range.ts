// `Range` of a request for an attachment. Source: Apache CouchDB 3.5, chttpd_db:parse_ranges; RFC 7233, section 2.1.
// Invariant: what comes out lies within the attachment.
import { Refusal } from './refusal.ts';

export interface ByteRange {
  from: number;
  /** The last byte, included. */
  to: number;
}

/** As many as CouchDB answers; who asks for more gets the whole. */
const RANGES_AT_MOST = 9;

/** Undefined where the whole is to be sent: no header, one nobody understands, all from the first byte on. */
export function parseRanges(header: string | undefined, length: number): ByteRange[] | undefined {
  const list = /^bytes=(.*)$/.exec(header?.trim() ?? '')?.[1];
  if (list === undefined) return undefined;
  const ranges: ByteRange[] = [];
  for (const one of list.split(',')) {
    const match = /^\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/.exec(one);
    const [, first = '', last = ''] = match ?? [];
    if (!match || (first === '' && last === '')) return undefined;
    if (first !== '' && Number(first) === 0 && last === '') return undefined;
    ranges.push(rangeOf(first, last, length));
  }
  return ranges.length > RANGES_AT_MOST ? undefined : ranges;
}

function rangeOf(first: string, last: string, length: number): ByteRange {
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (to < from) {
    throw new Refusal(416, 'requested_range_not_satisfiable', 'Requested range not satisfiable');
  }
  return { from, to };
}

export function contentRange({ from, to }: ByteRange, length: number): string {
  return `bytes ${from}-${to}/${length}`;
}
