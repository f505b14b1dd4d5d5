// Document ids are `type:ULID`, made on the device: 48 bits of time, 80 of chance, Crockford base 32, sortable by
// making. Never a name, a number or a grid in them (sync.md 1). Source: the ULID specification.
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Where ids get their time (milliseconds since 1970) and their chance (bytes) from. */
export interface IdSource {
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
}

function ulid(source: IdSource): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(source.nowMs())), place = 0; place < 10; place++) {
    time = CROCKFORD.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + drawn(source, 16);
}

const drawn = (source: Pick<IdSource, 'randomBytes'>, length: number): string =>
  Array.from(source.randomBytes(length), (byte) => CROCKFORD.charAt(byte % 32)).join('');

/** 100 bits of chance, as 20 characters, that a new document keeps for good (document-head.ts). */
export const newSalt = (source: Pick<IdSource, 'randomBytes'>): string => drawn(source, 20);

/** A new id of this type: `visit:01KAMB6W3Z8J0Q3H5V9D2N7TXC`. */
export function newDocumentId(type: string, source: IdSource): string {
  return `${type}:${ulid(source)}`;
}

/** The type in a document id. */
export function typeOfId(id: string): string {
  const colon = id.indexOf(':');
  return colon < 0 ? '' : id.slice(0, colon);
}
