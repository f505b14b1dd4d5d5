// How long syncing waits, and why. All in milliseconds.
import type { Chance } from '#lib/protocol/clock.ts';
import type { RoundReport } from './sync-round.ts';

/** After a save, until she pauses. */
export const QUIET_MS = 2000;
/** While another tab has the right to sync. */
export const ELSEWHERE_MS = 30_000;
const EVERY_MS = 300_000;
const LEAST_GAP_MS = 1000;
const BACK_OFF_FIRST_MS = 2000;

/** What is left of the second after the last try ended; whole where the clock was set back. */
export function leastGapMs(lastEndedMs: number, nowMs: number): number {
  return Math.min(LEAST_GAP_MS, Math.max(0, lastEndedMs + LEAST_GAP_MS - nowMs));
}

/** After `failures` rounds in a row that brought nothing (0: this one brought something). */
export function nextRoundMs(report: RoundReport, failures: number, chance: Chance): number {
  if (report.complete) return jittered(EVERY_MS, chance);
  return Math.max(report.fault?.retryAfterMs ?? 0, backOffMs(failures, chance));
}

/** Twice as long with each failure, up to the interval at which it is tried anyway. */
export function backOffMs(failures: number, chance: Chance): number {
  return jittered(Math.min(EVERY_MS, BACK_OFF_FIRST_MS * 2 ** Math.max(0, failures - 1)), chance);
}

/** Between four fifths and six fifths, so that a street of tablets does not come at once. */
function jittered(delayMs: number, chance: Chance): number {
  return Math.round(delayMs * (0.8 + 0.4 * chance()));
}
