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

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** So many at a time: a call takes no more arguments than fit on its stack. */
const CHUNK = 0x6000;

/** RFC 4648, section 4. */
export function base64Of(bytes: Uint8Array): string {
  const codes = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill('='.charCodeAt(0));
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    const digits = Math.min(4, bytes.length - at + 1);
    for (let digit = 0; digit < digits; digit++)
      codes[to + digit] = ALPHABET.charCodeAt((bits >> (18 - 6 * digit)) & 63);
  }
  let text = '';
  for (let at = 0; at < codes.length; at += CHUNK)
    text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  return text;
}
