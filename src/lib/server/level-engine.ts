// The key-value engine below PouchDB's LevelDB adapter, tapped: every batch is written with `sync`, and what was
// written is told to whoever keeps an index of it.
// Invariant: no write is acknowledged before LevelDB has synced its log, so that a 201 survives `kill -9`.
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
  _get(key: string, options: object, callback: Got): void;
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

export interface EngineTap {
  /** Gets the handle of the one location that is opened. */
  onOpen: (handle: LevelHandle) => void;
  /** Every batch, after LevelDB has acknowledged it and before PouchDB learns of it. */
  onBatch: (operations: readonly LevelOperation[]) => void;
  /**
   * A value read beforehand, null for one known to be missing, undefined to go and read. PouchDB reads what it is about
   * to write one key at a time; a thousand keys read in one hop and handed out here save it a thousand.
   */
  readAhead: (key: string) => string | null | undefined;
}

/** One for all: an error's stack costs more than the read it saves. */
const MISSING = new Error('NotFound: read ahead');

/** An engine to hand to PouchDB as its `db` option. */
export function tapEngine(engine: LevelEngine, tap: EngineTap): LevelEngine {
  const tapped = function tappedLevel(location: string): LevelHandle {
    const handle = syncWrites(engine(location));
    const batch = handle._batch.bind(handle);
    const get = handle._get.bind(handle);
    handle._batch = (operations, options, callback) => {
      batch(operations, options, (failure) => {
        if (!failure) tap.onBatch(operations);
        callback(failure);
      });
    };
    handle._get = (key, options, callback) => {
      const known = tap.readAhead(String(key));
      if (known === undefined) get(key, options, callback);
      else process.nextTick(callback, known === null ? MISSING : null, known ?? undefined);
    };
    tap.onOpen(handle);
    return handle;
  };
  return Object.assign(tapped, {
    destroy: (location: string, done: Done) => destroyLevel(engine, location, done),
  });
}

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

export function destroyLevel(engine: LevelEngine, location: string, done: Done): void {
  if (engine.destroy) engine.destroy(location, done);
  else done(null);
}
