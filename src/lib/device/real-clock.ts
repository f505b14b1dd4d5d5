// The clock of the machine this runs on, in a page, a worker or Node: the one that everything but tests of time goes by.
import type { Clock } from '#lib/protocol/clock.ts';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
};
