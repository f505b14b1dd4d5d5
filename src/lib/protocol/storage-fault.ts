// What can be wrong with a device's storage, said in one word, so that sync and device need to know no IndexedDB.

export type StorageFaultKind =
  /** No room: nothing of the transaction was written. */
  | 'full'
  /** The connection is gone: another tab upgrades or deletes the database, or the browser closed it. */
  | 'closed'
  /** The database was written by a newer build; this one must not write into it. */
  | 'newer-schema'
  /** No IndexedDB here (private mode, storage refused, no secure context). */
  | 'unavailable'
  /** Another tab holds the old database open and does not let go. */
  | 'blocked'
  /** The key does not open this store. */
  | 'wrong-key'
  /** The database that lay here is gone: the browser cleared it, or somebody did. */
  | 'wiped'
  /** A record is not what was sealed in its place: swapped, altered, or decayed. */
  | 'tampered'
  /** Another tab has begun a later turn of syncing; this one must stop. */
  | 'fenced'
  /** Anything else the database said. */
  | 'broken';

export class StorageFault extends Error {
  readonly kind: StorageFaultKind;
  constructor(kind: StorageFaultKind, message: string = kind, cause?: unknown) {
    super(message, { cause });
    this.name = 'StorageFault';
    this.kind = kind;
  }
}

/** The fault's kind, undefined for an error that is none. */
export function storageFaultKind(error: unknown): StorageFaultKind | undefined {
  return error instanceof StorageFault ? error.kind : undefined;
}
