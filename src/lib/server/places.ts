// A bounded queue with a few places: so many tasks at once, so many waiting, and the rest are told to come again.
// Invariant: never more than `atOnce` tasks run; who waits is served in the order of coming.
import { tooBusy } from './refusal.ts';

export type Places = <T>(task: () => Promise<T>) => Promise<T>;

/** Refuses with 503 and `Retry-After` whoever finds `waiting` others before her. */
export function createPlaces({ atOnce, waiting }: { atOnce: number; waiting: number }): Places {
  const queue: (() => void)[] = [];
  let running = 0;

  async function place(): Promise<void> {
    if (running < atOnce) {
      running++;
      return;
    }
    if (queue.length >= waiting) throw tooBusy('Too many sign-ins at once. Try again in a moment.');
    await new Promise<void>((resolve) => queue.push(resolve));
  }

  /** The place goes to the next in the queue, so that nobody who comes just now is before her. */
  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else running--;
  }

  return async (task) => {
    await place();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
