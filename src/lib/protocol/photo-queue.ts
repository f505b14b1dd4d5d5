// The `PhotoQueue` port: what sending photos asks of a device's storage (sync.md 4.5).
// Guarantees: every method is one transaction, whole or not at all; a photo is listed only once the documents it belongs
// to are confirmed; nothing counts as sent but by `confirmPhoto`; a queue belongs to one turn of syncing, and throws a
// `StorageFault` of kind `fenced` once a later one has begun. Every method may throw a `StorageFault`.
import type { DocumentBody, Scope } from './document.ts';
import type { Revision } from './revision.ts';

export interface PhotoPlace {
  id: string;
  scope: Scope;
}

/** Its place in the queue. */
export interface PhotoInQueue extends PhotoPlace {
  /** How often sending it has failed; from the second time on it may be there already. */
  tries: number;
}

export interface SentPhoto extends PhotoPlace {
  rev: Revision;
}

export interface WaitingPhoto extends SentPhoto {
  /** Without fields of CouchDB's but `_id`. */
  body: DocumentBody;
  /** Of the one attachment. */
  name: string;
  contentType: string;
  /** As it was when the photo was taken. */
  digest: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface PhotoQueue {
  /** Those that may go now: fewest tries first, then oldest. */
  listWaitingPhotos(): Promise<PhotoInQueue[]>;
  /** Undefined where it no longer waits. Throws `tampered` where its bytes are not those that were taken. */
  readWaitingPhoto(id: string): Promise<WaitingPhoto | undefined>;
  /** The server has it with the digest it had when it was taken. Strict. */
  confirmPhoto(id: string): Promise<void>;
  /** The server refused it for what it is: kept until a person acts. Strict. */
  rejectPhoto(id: string, reason: string): Promise<void>;
  /** Not now: counts a try. */
  postponePhoto(id: string): Promise<void>;
  /** Confirmed ones taken on this tablet whose bytes are still here. */
  listSentPhotos(): Promise<SentPhoto[]>;
  /** The server has lost these: they wait again. Strict. */
  resendPhotos(ids: readonly string[]): Promise<void>;
}
