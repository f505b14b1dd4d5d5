// How often the page asks its live views again. Rows that a pull brings change something many times a second, and each
// asking costs the thread that paints: while a round runs, at most one a second, and one when it has ended.
// Invariant: after the last change there is always one asking; what she saved herself is never waited for.
import type { Clock } from '#lib/protocol/clock.ts';

export interface ChangePace {
  /** Something a screen may show has changed. */
  changed(): void;
  /** She saved something: at once, and so with the next change, which may be of it. */
  saved(): void;
  /** Whether a round runs. */
  syncing(runs: boolean): void;
}

const WHILE_SYNCING_MS = 1_000;

export function changePace(clock: Clock, ask: () => void): ChangePace {
  let runs = false;
  let askedMs = -Infinity;
  let cancel: (() => void) | undefined;
  const askNow = () => {
    cancel?.();
    cancel = undefined;
    askedMs = clock.steadyMs();
    ask();
  };
  return {
    changed() {
      const sinceMs = clock.steadyMs() - askedMs;
      if (!runs || sinceMs >= WHILE_SYNCING_MS) askNow();
      else cancel ??= clock.after(WHILE_SYNCING_MS - sinceMs, askNow);
    },
    saved() {
      askNow();
      askedMs = -Infinity;
    },
    syncing(now) {
      const hasEnded = runs && !now;
      runs = now;
      if (hasEnded && cancel) askNow();
    },
  };
}
