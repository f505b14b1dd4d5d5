// How long syncing waits, and why. All in milliseconds.
import type { Chance } from '#lib/protocol/clock.ts';
import type { RoundReport } from './sync-round.ts';

/** After a save, until she pauses. */
export const QUIET_MS = 2000;
/** While another tab has the right to sync. */
export const ELSEWHERE_MS = 30_000;
/** With the right to sync in a tab that shows no sign of life for so long (frozen, say), it is taken away. */
export const STEAL_MS = 300_000;
/** After news of a scope, so that a burst of them is one round. */
export const NEWS_MS = 1000;
/** How long a server is asked to wait for news; CouchDB waits no longer. */
export const POLL_MS = 60_000;
export const POLL_GAP_MS = 1000;
const EVERY_MS = 300_000;
const LEAST_GAP_MS = 1000;
const BACK_OFF_FIRST_MS = 2000;

/** What is left of a wait: never more than the whole of it, though the clock was set back years. */
export const leftOfMs = (waitMs: number, { sinceMs, nowMs }: { sinceMs: number; nowMs: number }): number =>
  Math.min(waitMs, Math.max(0, sinceMs + waitMs - nowMs));

/** What is left of the second after the last try ended. */
export const leastGapMs = (lastEndedMs: number, nowMs: number): number =>
  leftOfMs(LEAST_GAP_MS, { sinceMs: lastEndedMs, nowMs });

/** After `failures` rounds in a row that brought nothing (0: this one brought something). */
export function nextRoundMs(report: RoundReport, failures: number, chance: Chance): number {
  if (report.complete) return Math.round(EVERY_MS * (0.8 + 0.4 * chance()));
  return retryAfterMs(report) + backOffMs(failures, chance);
}

/** How long the server has asked us to keep away; the waiting comes on top, lest all tablets come back at once. */
export const retryAfterMs = ({ fault, photos }: RoundReport): number =>
  (fault ?? photos?.fault)?.retryAfterMs ?? 0;

/** Anywhere between nothing and twice a time that doubles with each failure, up to the interval it is tried at anyway. */
export function backOffMs(failures: number, chance: Chance): number {
  const meanMs = Math.min(EVERY_MS, BACK_OFF_FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(2 * meanMs * chance());
}
