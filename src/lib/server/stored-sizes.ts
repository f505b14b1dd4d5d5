// How large a database is: what its files take, and what lies in them unpacked.
// Invariants: nobody waits for a count. What lies in the files is counted with every write and kept over a restart; where
// it was not kept (the process was killed, or somebody else wrote) it is counted anew beside everything else, once
// somebody asks, from one snapshot; until then the files say about as much.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { measureRange, readOne, writeBatch } from './level-access.ts';
import { type LevelHandle } from './level-engine.ts';
import { afterBodies, afterBytes, bodyKey, bytesKey, externalSizeKey } from './pouch-layout.ts';
import { type Serial } from '#lib/protocol/serial.ts';

/** In bytes. */
export interface DatabaseSizes {
  /** What the folder takes on the disk; 0 where there is none. */
  file: number;
  /** What of it is in use: all of it; LevelDB does not tell. */
  active: number;
  /** Bodies of all stored revisions and attachments, unpacked; `file` until they are counted. */
  external: number;
}

export interface StoredSizes {
  /** A batch was written: its bodies and attachments had so many bytes; or went, then the number is negative. */
  grew(bytes: number): void;
  measure(): Promise<DatabaseSizes>;
  /** What was kept holds no longer. Before anything goes without a new sequence. */
  forget(): Promise<void>;
  /** Ends a count. Before the files go. */
  stop(): Promise<void>;
  /** Keeps what was counted for the next start. Before the files close. */
  keep(): Promise<void>;
}

/** Good for the sequence with which it was kept, and for no other. */
interface Kept {
  seq: number;
  bytes: number;
}

interface Tally {
  /** Undefined where nobody has counted yet. */
  counted: number | undefined;
  /** Since the count that is going on began. */
  grown: number;
}

export async function openStoredSizes(
  { level, location, highest }: { level: LevelHandle; location: string; highest: () => number },
  exclusive: Serial,
): Promise<StoredSizes> {
  let keptText = await readOne(level, externalSizeKey);
  const tally: Tally = { counted: highest() === 0 ? 0 : keptBytes(keptText, highest()), grown: 0 };
  const stopping = new AbortController();
  let counting: Promise<void> | undefined;

  async function stop(): Promise<void> {
    stopping.abort();
    await counting;
  }

  return {
    grew(bytes) {
      if (tally.counted === undefined) tally.grown += bytes;
      else tally.counted += bytes;
    },
    async measure() {
      if (tally.counted === undefined && !stopping.signal.aborted) {
        // After a failure the next one to ask has it tried again.
        counting ??= countAll(tally, { level, exclusive, stop: stopping.signal }).catch(
          () => (counting = undefined),
        );
      }
      const file = await folderBytes(location);
      return { file, active: file, external: tally.counted ?? file };
    },
    async forget() {
      if (keptText === undefined) return;
      await writeBatch(level, [{ type: 'del', key: externalSizeKey }]);
      keptText = undefined;
    },
    stop,
    async keep() {
      await stop();
      if (tally.counted === undefined) return;
      const kept: Kept = { seq: highest(), bytes: tally.counted };
      const value = JSON.stringify(kept);
      if (value !== keptText) await writeBatch(level, [{ type: 'put', key: externalSizeKey, value }]);
    },
  };
}

function keptBytes(text: string | undefined, seq: number): number | undefined {
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as Kept;
  return kept.seq === seq ? kept.bytes : undefined;
}

/** The snapshot is taken in a turn when nobody writes; others need not wait until it is read. */
async function countAll(
  tally: Tally,
  { level, exclusive, stop }: { level: LevelHandle; exclusive: Serial; stop: AbortSignal },
): Promise<void> {
  const { measured } = await exclusive(() => {
    tally.grown = 0;
    const bodies = measureRange(level, { gte: bodyKey(0), lt: afterBodies }, stop);
    const attachments = measureRange(level, { gte: bytesKey(''), lt: afterBytes }, stop);
    return Promise.resolve({ measured: Promise.all([bodies, attachments]) });
  });
  const [bodies, attachments] = await measured;
  if (!stop.aborted) tally.counted = bodies + attachments + tally.grown;
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
