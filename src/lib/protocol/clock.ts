// Time and chance as they come from outside, so that tests and the simulator make the same history twice.

export interface Clock {
  /** Milliseconds since 1970, as the tablet's clock says: it may be wrong, and set at any moment. */
  nowMs(): number;
  /** Milliseconds since a moment of its own: never set, but may stand still while the tablet sleeps. */
  steadyMs(): number;
  /** Calls `act` once after so many milliseconds, unless the function it returns is called first. */
  after(delayMs: number, act: () => void): () => void;
}

/** When something was, by both. */
export interface Moment {
  nowMs: number;
  steadyMs: number;
}

export const momentOf = (clock: Pick<Clock, 'nowMs' | 'steadyMs'>): Moment => ({
  nowMs: clock.nowMs(),
  steadyMs: clock.steadyMs(),
});

/**
 * Milliseconds that have passed since, the most that either says: setting the clock back gains nothing while the tablet is
 * awake. Infinite where the clock says an earlier time than then: nobody knows how long it slept.
 */
export function passedMs(clock: Pick<Clock, 'nowMs' | 'steadyMs'>, since: Moment): number {
  const byTheClock = clock.nowMs() - since.nowMs;
  return byTheClock < 0 ? Infinity : Math.max(byTheClock, clock.steadyMs() - since.steadyMs);
}

/** A number in [0, 1). */
export type Chance = () => number;

/** Resolves after so many milliseconds. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
