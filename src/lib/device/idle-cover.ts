// Covers the device after a time without input, hidden time counted. Invariant: turning the clock back gains nothing:
// what has passed is the most that either the clock's largest reading or the monotonic timer says.
import type { Person } from './device-state.ts';

/** 15 minutes in the field (security.md 2). */
export const FIELD_IDLE_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const INPUT = ['pointerdown', 'keydown', 'wheel', 'input'] as const;

/** A desk's tablet stands where everybody passes: it waits as many minutes as it was set to (security.md 2). */
export const idleLimitMs = (role: Person['role'] | undefined, deskMinutes: string): number =>
  role === 'clerk' ? Number(deskMinutes) * MINUTE_MS : FIELD_IDLE_MS;

/** The two clocks idleness is measured by. */
export interface IdleClocks {
  /** The wall clock, milliseconds since 1970; goes on while the tablet sleeps, may be turned back. */
  wallMs(): number;
  /** Never goes back, may stand still while the tablet sleeps. */
  monotonicMs(): number;
}

/** How long nobody has touched the device. */
export class IdleTimer {
  #clocks: IdleClocks;
  #largestWallMs: number;
  #touchedWallMs: number;
  #touchedMonotonicMs: number;

  constructor(clocks: IdleClocks) {
    this.#clocks = clocks;
    this.#largestWallMs = this.#touchedWallMs = clocks.wallMs();
    this.#touchedMonotonicMs = clocks.monotonicMs();
  }

  touch(): void {
    this.#touchedWallMs = this.#largestWall();
    this.#touchedMonotonicMs = this.#clocks.monotonicMs();
  }

  idleMs(): number {
    const wall = this.#largestWall() - this.#touchedWallMs;
    return Math.max(wall, this.#clocks.monotonicMs() - this.#touchedMonotonicMs);
  }

  #largestWall(): number {
    this.#largestWallMs = Math.max(this.#largestWallMs, this.#clocks.wallMs());
    return this.#largestWallMs;
  }
}

const pageClocks: IdleClocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/**
 * Calls `cover` once when `idleMs` have passed without input; call what it returns to stop. Coming back to the page
 * looks before anything else is painted, and input after the time is over no longer counts.
 */
export function watchIdle(cover: () => void, idleMs = FIELD_IDLE_MS, clocks = pageClocks): () => void {
  const timer = new IdleTimer(clocks);
  const look = () => {
    if (timer.idleMs() < idleMs) return;
    stop();
    cover();
  };
  const touched = () => {
    look();
    timer.touch();
  };
  const interval = setInterval(look, LOOK_EVERY_MS);
  for (const kind of INPUT) addEventListener(kind, touched, { capture: true, passive: true });
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', look);
  function stop() {
    clearInterval(interval);
    for (const kind of INPUT) removeEventListener(kind, touched, { capture: true });
    document.removeEventListener('visibilitychange', look);
    removeEventListener('pageshow', look);
  }
  return stop;
}
