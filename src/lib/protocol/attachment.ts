// An attachment as CouchDB keeps it: its digest, and its bytes as they stand in a document's JSON.
// Invariant: the digest is the one CouchDB gives to bytes it does not pack (images), so that equal digests are equal bytes.
import SparkMD5 from 'spark-md5';

/** `md5-` and the MD5 in base64. Source: Apache CouchDB, "Documents", attachments. */
export function attachmentDigest(bytes: Uint8Array<ArrayBuffer>): string {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  const hex = SparkMD5.ArrayBuffer.hash(whole.buffer);
  const digest = Uint8Array.from({ length: 16 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
  return `md5-${base64Of(digest)}`;
}

const ALPHABET = Uint8Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  (digit) => digit.charCodeAt(0),
);
const PADDING = '='.charCodeAt(0);
/** So many at a time: a call takes no more arguments than fit on its stack. */
const CHUNK = 0x6000;

/** RFC 4648, section 4. Written for photos: nothing is made for each three bytes. */
export function base64Of(bytes: Uint8Array): string {
  const { length } = bytes;
  const codes = new Uint8Array(4 * Math.ceil(length / 3));
  let to = 0;
  for (let at = 0; at < length; at += 3) {
    // Beyond the end an array has nothing, which counts as zero bits.
    const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    codes[to++] = ALPHABET[bits >> 18]!;
    codes[to++] = ALPHABET[(bits >> 12) & 63]!;
    codes[to++] = at + 1 < length ? ALPHABET[(bits >> 6) & 63]! : PADDING;
    codes[to++] = at + 2 < length ? ALPHABET[bits & 63]! : PADDING;
  }
  let text = '';
  for (let at = 0; at < codes.length; at += CHUNK)
    text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  return text;
}
