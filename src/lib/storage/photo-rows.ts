// The rows of photos. Bytes stand apart from what is known of them, so that counting a thousand reads no picture.
// In the clear: random ids, where a photo stands in its life, sizes and counters; digest, size of the picture and the
// document it will be are sealed (security.md 2).
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { RowEnvelope } from '#lib/protocol/envelope.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import type { Sealed } from './rows.ts';

export type PhotoState =
  /** Of a form that is not saved. */
  | 'draft'
  /** Of such a form, taken away by hand; goes with the draft, until then it can be put back. */
  | 'removed'
  /** Of a saved visit, not confirmed by the server. */
  | 'waiting'
  /** The server refused it; kept until a person acts. */
  | 'refused'
  /** Taken here and confirmed. */
  | 'sent'
  /** A copy of what the server has. */
  | 'fetched';

export interface PhotoRow {
  id: string;
  state: PhotoState;
  /** Key of the draft, later the id of the visit. */
  of: string;
  /** Where it goes or came from; empty for a draft. */
  scope: string;
  /** Where the visit itself is; empty for a draft and for a copy. */
  eventScope: string;
  /** Order of making on this device; no clock. 0 for a copy. */
  ordinal: number;
  /** When it was taken, once saved when its visit was. Milliseconds since 1970 by this device's clock, for people. */
  savedAt: number;
  /** When it was last looked at or confirmed, likewise: the longest ago goes first where there is no room. */
  usedAt: number;
  tries: number;
  sizeBytes: number;
  /** Grows with every write of this row. */
  version: number;
  sealed: Sealed;
  /** Once saved, sealed to the organisation; absent until its key is known here. */
  envelope?: RowEnvelope;
  /** The revision whose envelope the server has (left-rows.ts). */
  handedOver?: Revision;
}

/** Sealed in a row. */
export interface PhotoContent {
  /** Of the bytes, as CouchDB gives it. */
  digest: string;
  width: number;
  height: number;
  /** What its bytes are sealed under, base64; absent: under the owner's key, as copies are and earlier builds did. */
  key?: string;
  /** Once saved: the document it becomes, and its revision. */
  document?: { rev: Revision; body: DocumentBody };
  /** Why it was refused. */
  reason?: string;
}

export interface PhotoBytesRow {
  id: string;
  sealed: Sealed;
}
