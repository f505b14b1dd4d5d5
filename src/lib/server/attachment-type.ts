// The type of an attachment, and what CouchDB makes of it.
import { type StoredAttachment } from './pouch-layout.ts';

/** Base64 in a document may name any type; one that cannot stand in a header must not hide its bytes. */
export function contentTypeOf({ content_type: type }: StoredAttachment): string {
  return /^[\t\x20-\x7e\x80-\xff]+$/.test(type) ? type : 'application/octet-stream';
}

/** CouchDB packs these in its store (`compressible_types`), and gives no parts of what is packed. */
export function isCompressible({ content_type: type }: StoredAttachment): boolean {
  return /^\s*(text\/|application\/(javascript|json|xml)\s*(;|$))/i.test(type);
}
