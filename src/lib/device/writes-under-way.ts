// Writes that somebody began and that have not ended, so that a cover waits for them.
import { sleep, type Clock } from '#lib/protocol/clock.ts';

/** How long a cover waits. */
const WRITES_MS = 2_000;

export interface WritesUnderWay {
  /** Answers the same write. */
  remember<T>(write: Promise<T>): Promise<T>;
  /** Resolves when all have ended, or after 2 s. */
  ended(): Promise<void>;
}

export function writesUnderWay(clock: Clock): WritesUnderWay {
  const writing = new Set<Promise<unknown>>();
  return {
    remember(write) {
      writing.add(write);
      const forget = () => writing.delete(write);
      write.then(forget, forget);
      return write;
    },
    async ended() {
      await Promise.race([Promise.allSettled([...writing]), sleep(clock, WRITES_MS)]);
    },
  };
}
