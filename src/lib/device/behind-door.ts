// What lies behind the door, loaded when it is needed. Invariant: a script that did not come is asked for again the next
// time, and is no broken store.
import { sleep, type Clock } from '#lib/protocol/clock.ts';

/** How long the first screen takes to be drawn, on a slow tablet. */
const FIRST_SCREEN_MS = 1_000;

export const behindDoor = {
  /** The way in by the password, with what the tablet counts by where the one before is asked for. */
  entrance: async () => {
    const [entrance] = await Promise.all([
      import('./enter.ts').then(({ askServer, unlockHere }) => ({ askServer, unlockHere })),
      import('#lib/storage/sealed-work.ts'),
    ]);
    return entrance;
  },
  /** What opens, by whichever way. */
  work: () => import('./open-work.ts'),
};

export type BehindDoor = typeof behindDoor;

/** Once the first screen had the line and the processor to itself. What does not come is told by whoever needs it. */
export async function loadAhead({ entrance, work }: BehindDoor, clock: Clock): Promise<void> {
  await sleep(clock, FIRST_SCREEN_MS);
  await Promise.allSettled([entrance(), work()]);
}
