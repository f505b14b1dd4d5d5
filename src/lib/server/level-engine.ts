// The key-value engine a database lies on: LevelDB, or another of abstract-leveldown's kind.
// Invariant: no write through a handle of `syncWrites` is acknowledged before LevelDB has synced its log, so that a 201
// survives `kill -9` and a power cut.
import leveldown from 'leveldown';

export type Failure = Error | null | undefined;

/** One operation of a batch as it reaches the engine: keys and text values are strings, attachments are buffers. */
export interface LevelOperation {
  type: 'put' | 'del';
  key: string | Buffer;
  value?: string | Buffer;
}

export interface LevelIterator {
  next(callback: (failure: Failure, key?: string, value?: string) => void): void;
  end(callback: (failure: Failure) => void): void;
}

export interface LevelRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  limit?: number;
}

type Done = (failure: Failure) => void;
type Got = (failure: Failure, value?: string | Buffer) => void;

/** What is used here of abstract-leveldown's interface, LevelDB's and memdown's alike. */
export interface LevelHandle {
  open(options: object, callback: Done): void;
  close(callback: Done): void;
  get(key: string, options: object, callback: Got): void;
  getMany?(
    keys: string[],
    options: object,
    callback: (failure: Failure, values?: (string | Buffer | undefined)[]) => void,
  ): void;
  batch(operations: LevelOperation[], options: object, callback: Done): void;
  iterator(options: object): LevelIterator;
  /** Rewrites files so that what was deleted takes no room; LevelDB only. */
  compactRange?(start: string, end: string, callback: Done): void;
  _batch(operations: LevelOperation[], options: object, callback: Done): void;
  _put(key: string, value: string, options: object, callback: Done): void;
  _del(key: string, options: object, callback: Done): void;
}

/** A constructor of handles, callable without `new`: leveldown, or memdown in tests. */
export interface LevelEngine {
  (location: string): LevelHandle;
  destroy?(location: string, callback: Done): void;
}

export const levelDb = leveldown as LevelEngine;

/** Makes every write of a handle wait for the disk, whatever its caller asks for. */
export function syncWrites(handle: LevelHandle): LevelHandle {
  const batch = handle._batch.bind(handle);
  const put = handle._put.bind(handle);
  const del = handle._del.bind(handle);
  handle._batch = (operations, options, callback) => batch(operations, { ...options, sync: true }, callback);
  handle._put = (...[key, value, options, callback]) => put(key, value, { ...options, sync: true }, callback);
  handle._del = (key, options, callback) => del(key, { ...options, sync: true }, callback);
  return handle;
}
