// The clock of what is drawn: whoever reads it while drawing is drawn again with each new minute, and when the page is
// looked at again after it was hidden. Invariant: nobody reads it, no timer runs.
import { createSubscriber } from 'svelte/reactivity';
import type { IsoInstant } from '#lib/domain/time.ts';

const MINUTE_MS = 60_000;

export class ThisMinute {
  readonly #read = createSubscriber(eachMinute);

  /** Now, as an instant in UTC; reactive, and never older than its reading. */
  get now(): IsoInstant {
    this.#read();
    return new Date().toISOString();
  }
}

/** Tells of each minute that begins on the clock, and of the page becoming visible; call what it returns to stop. */
export function eachMinute(tell: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(
      () => {
        wait();
        tell();
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
  };
  const seen = () => {
    if (document.visibilityState !== 'visible') return;
    // A tablet that slept, or whose clock was set, counts from where it is now.
    clearTimeout(timer);
    wait();
    tell();
  };
  wait();
  document.addEventListener('visibilitychange', seen);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}
