// The rows of a person's database. In the clear stand only what the database must find or order by: scope, random id,
// revision, opaque reference, counters (security.md 2); everything a resident said is in `sealed`.
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { RowEnvelope } from '#lib/protocol/envelope.ts';
import type { Checkpoint, Leaf } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';

/**
 * Raised when tables or what is sealed change; a database of a higher number is not written by this build. Every earlier
 * number is opened and brought up to it (tables.ts, `VERSIONS`), and only ever by adding.
 */
export const STORE_SCHEMA = 5;

/** Nonce (12 bytes), then AES-GCM's ciphertext with its tag. */
export type Sealed = Uint8Array<ArrayBuffer>;

/** Where a document, or unsent work on it, stands. */
export type DocumentKey = [scope: string, id: string];

/** The last revision known to be on the server. */
export interface DocumentRow {
  scope: string;
  id: string;
  rev: Revision;
  ref?: string;
  sealed: Sealed;
}
/** Sealed in a document and in a leaf. `path` is left out for generation 1, `conflicts` where there are none. */
export interface DocumentContent {
  body: DocumentBody;
  path?: Revision[];
  conflicts?: Revision[];
}

/**
 * Documents of one type that came down together, sealed as one: a put costs the same for one document as for a hundred, and so
 * does opening. A document is in one bundle or in one row of `documents`, never in both.
 */
export interface BundleRow {
  scope: string;
  type: string;
  /** `scope|id` of each document, in the order they are sealed in. */
  keys: string[];
  /** Their revisions, in the same order. */
  revs: Revision[];
  /** References that occur among them, each once. */
  refs: string[];
  /** The contents of its documents, packed (bundles.ts). */
  sealed: Sealed;
}
export interface StoredBundle extends BundleRow {
  number: number;
}

/** Unsent work on one document. What is waiting is this table. */
export interface EditRow {
  scope: string;
  id: string;
  /** The newest revision. */
  rev: Revision;
  ref?: string;
  /** Order of making on this device; no clock. */
  ordinal: number;
  /** Milliseconds since 1970 by this device's clock, for people. */
  savedAt: number;
  /** The newest revision that may exist on the server; those below it in the path may too. */
  attempted?: Revision;
  tries: number;
  /** Grows with every write of this row: what was read is compared before it is written over. */
  version: number;
  sealed: Sealed;
  /** The server's last answer, sealed. */
  answer?: Sealed;
  /** The newest revision, sealed to the organisation; absent until its key is known here. */
  envelope?: RowEnvelope;
  /** The revision whose envelope the server has (left-rows.ts). */
  handedOver?: Revision;
}
/** A revision with its body and what came before it. */
export interface Base {
  rev: Revision;
  body: DocumentBody;
  path: Revision[];
}
/** Sealed in an edit and in a rejection. */
export interface EditContent {
  /** What the edit began from; undefined for a document made here. */
  base?: Base;
  /** Revisions made here since, newest first. */
  path: Revision[];
  body: DocumentBody;
  /** Body of the newest attempted revision, where a newer one has been typed since. */
  sent?: { rev: Revision; body: DocumentBody };
}

/** A losing leaf the server reported, until merged. */
export interface LeafRow {
  scope: string;
  id: string;
  rev: Revision;
  deleted: boolean;
  sealed: Sealed;
}
export type LeafContent = Pick<Leaf, 'body' | 'path'>;

/** An edit the server refused, kept until a person acts. */
export interface RejectionRow {
  scope: string;
  id: string;
  rev: Revision;
  savedAt: number;
  refusedAt: number;
  sealed: Sealed;
  envelope?: RowEnvelope;
  /** The revision whose envelope the server has (left-rows.ts). */
  handedOver?: Revision;
}
export interface RejectionContent {
  edit: EditContent;
  error: string;
  reason: string;
}

/**
 * This device's own work the server has confirmed, kept for a server that comes back without it (sync.md 8). Of a
 * document only what no later confirmed revision of its own has in its path.
 */
export interface ConfirmedRow {
  scope: string;
  id: string;
  rev: Revision;
  /** Milliseconds since 1970 by this device's clock. */
  confirmedAt: number;
  /** Of the edit it was (own-order.ts); absent where an older build confirmed it. */
  ordinal?: number;
  deleted: boolean;
  /** Until it is known that the server still had it after it had a checkpoint of ours. */
  unproven?: 1;
  sealed: Sealed;
}
export type ConfirmedContent = LeafContent;

export interface CheckpointRow extends Checkpoint {
  scope: string;
}

export interface DraftRow {
  key: string;
  savedAt: number;
  sealed: Sealed;
}

/** `schema`, `replicaId`, `turn`, `ordinal`, `numbered`, counts in the clear; `canary` and what the device keeps, sealed. */
export interface MetaRow {
  key: string;
  value: number | string | Sealed;
}
