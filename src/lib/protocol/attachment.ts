// An attachment as CouchDB keeps it: its digest, and its bytes as they stand in a document's JSON.
// Invariant: the digest is the one CouchDB gives to bytes it does not pack (images), so that equal digests are equal bytes.
import SparkMD5 from 'spark-md5';

/** What names an attachment wherever it lies. */
export interface AttachmentStub {
  content_type: string;
  /** `md5-` and base64. */
  digest: string;
  length: number;
  /** The generation it came with. */
  revpos: number;
}

/** `md5-` and the MD5 in base64. Source: Apache CouchDB, "Documents", attachments. */
export function attachmentDigest(bytes: Uint8Array<ArrayBuffer>): string {
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  return `md5-${btoa(SparkMD5.ArrayBuffer.hash(whole.buffer, true))}`;
}

/** So many at a time: a call takes no more arguments than fit on its stack. */
const CHUNK_BYTES = 0x8000;

/** RFC 4648, section 4. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  return btoa(text);
}
