// How large a database is: what its files take, and what lies in them unpacked.
// Invariant: nothing is read before somebody asks; then bodies and bytes of attachments are measured once, from one
// snapshot, and every later write adds its own, so that a second question costs a look at a folder.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { measureRange } from './level-access.ts';
import { type LevelHandle } from './level-engine.ts';
import { afterBodies, afterBytes, bodyKey, bytesKey } from './pouch-layout.ts';
import { type Serial } from './serial.ts';

/** In bytes. */
export interface DatabaseSizes {
  /** What the folder takes on the disk; 0 where there is none. */
  file: number;
  /** What of it is in use: all of it; LevelDB does not tell. */
  active: number;
  /** Bodies of all stored revisions and attachments, unpacked. */
  external: number;
}

export interface StoredSizes {
  /** A batch was written: its bodies and attachments had so many bytes; or went, then the number is negative. */
  grew(bytes: number): void;
  /** The first one waits for its turn among the writes; later ones for nobody. */
  measure(): Promise<DatabaseSizes>;
}

export function createStoredSizes(
  { level, location }: { level: LevelHandle; location: string },
  exclusive: Serial,
): StoredSizes {
  let grown = 0;
  let begun = false;
  let first: Promise<number> | undefined;

  /** The snapshot is taken in a turn when nobody writes; others need not wait until it is read. */
  async function measureOnce(): Promise<number> {
    const { measured } = await exclusive(() => {
      begun = true;
      grown = 0;
      return Promise.resolve({ measured: measureAll() });
    });
    return measured;
  }

  async function measureAll(): Promise<number> {
    const ranges = [
      measureRange(level, { gte: bodyKey(0), lt: afterBodies }),
      measureRange(level, { gte: bytesKey(''), lt: afterBytes }),
    ];
    const [bodies = 0, attachments = 0] = await Promise.all(ranges);
    return bodies + attachments;
  }

  return {
    grew(bytes) {
      if (begun) grown += bytes;
    },
    async measure() {
      first ??= measureOnce();
      first.catch(() => (first = undefined));
      const [measured, file] = await Promise.all([first, folderBytes(location)]);
      return { file, active: file, external: measured + grown };
    },
  };
}

async function folderBytes(location: string): Promise<number> {
  const names = await readdir(location).catch(() => []);
  // LevelDB removes files while it compacts.
  const sizes = names.map((name) =>
    stat(path.join(location, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
