// Promises over a LevelDB handle: many keys in one hop, ranges in slices.
import { type LevelEngine, type LevelHandle, type LevelOperation, type LevelRange } from './level-engine.ts';

const TEXT = { asBuffer: false, keyAsBuffer: false, valueAsBuffer: false };

/** Values in the order of the keys; undefined where there is none. */
export function readMany(level: LevelHandle, keys: string[]): Promise<(string | undefined)[]> {
  if (keys.length === 0) return Promise.resolve([]);
  if (!level.getMany) return Promise.all(keys.map((key) => readOne(level, key)));
  return new Promise((resolve, reject) => {
    level.getMany?.(keys, TEXT, (failure, values) =>
      failure ? reject(failure) : resolve((values ?? []) as (string | undefined)[]),
    );
  });
}

export function readOne(level: LevelHandle, key: string): Promise<string | undefined> {
  return read(level, key, TEXT).then((value) => value as string | undefined);
}

export function readBytes(level: LevelHandle, key: string): Promise<Buffer | undefined> {
  return read(level, key, { asBuffer: true }).then((value) => value as Buffer | undefined);
}

function read(level: LevelHandle, key: string, options: object): Promise<string | Buffer | undefined> {
  return new Promise((resolve, reject) => {
    level.get(key, options, (failure, value) => {
      if (!failure) resolve(value);
      else if (/notfound/i.test(failure.message)) resolve(undefined);
      else reject(failure);
    });
  });
}

/** All operations or none; resolves when they are on disk. */
export function writeBatch(level: LevelHandle, operations: LevelOperation[]): Promise<void> {
  return new Promise((resolve, reject) => {
    level.batch(operations, {}, (failure) => (failure ? reject(failure) : resolve()));
  });
}

/** The entries of a range, from a snapshot taken now. A caller that stops early ends the iterator too. */
export async function* readRange(
  level: LevelHandle,
  range: LevelRange,
): AsyncGenerator<[key: string, value: string]> {
  const iterator = level.iterator({ ...range, ...TEXT, highWaterMark: 256 * 1024 });
  try {
    for (;;) {
      const entry = await new Promise<[string, string] | undefined>((resolve, reject) => {
        iterator.next((failure, key, value) => {
          if (failure) reject(failure);
          else resolve(key === undefined ? undefined : [String(key), String(value)]);
        });
      });
      if (!entry) return;
      yield entry;
    }
  } finally {
    await new Promise<void>((resolve) => iterator.end(() => resolve()));
  }
}

/** How many bytes the values of a range have, from a snapshot taken in this very turn; too few where it is stopped. */
export async function measureRange(
  level: LevelHandle,
  range: LevelRange,
  stop: AbortSignal,
): Promise<number> {
  const iterator = level.iterator({ ...range, keyAsBuffer: false, valueAsBuffer: true });
  let total = 0;
  try {
    for (;;) {
      const length = await new Promise<number | undefined>((resolve, reject) => {
        iterator.next((failure, key, value) => {
          if (failure) reject(failure);
          else resolve(key === undefined ? undefined : Buffer.byteLength(value ?? ''));
        });
      });
      if (length === undefined || stop.aborted) return total;
      total += length;
    }
  } finally {
    await new Promise<void>((resolve) => iterator.end(() => resolve()));
  }
}

export function openLevel(level: LevelHandle): Promise<void> {
  return new Promise((resolve, reject) =>
    level.open({}, (failure) => (failure ? reject(failure) : resolve())),
  );
}

export function closeLevel(level: LevelHandle): Promise<void> {
  return new Promise((resolve, reject) => level.close((failure) => (failure ? reject(failure) : resolve())));
}

/** Removes what lies at a location; the engine in memory has nothing to remove. */
export function destroyLevel(engine: LevelEngine, location: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!engine.destroy) return resolve();
    engine.destroy(location, (failure) => (failure ? reject(failure) : resolve()));
  });
}
