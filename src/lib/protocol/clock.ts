// Time and chance as they come from outside, so that tests and the simulator make the same history twice.

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `act` once after so many milliseconds, unless the function it returns is called first. */
  after(delayMs: number, act: () => void): () => void;
}

/** A number in [0, 1). */
export type Chance = () => number;

/** Resolves after so many milliseconds. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
