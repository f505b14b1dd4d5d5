// Slows down the guessing of passwords: after the fourth wrong try each further one for the same name from the same
// address waits, longer each time. A delay and never a lock: a right password always gets in.
// Invariant: tries of one name and address run one after another, so that many at once gain nothing.
import { setTimeout as timer } from 'node:timers/promises';
import { Refusal } from './refusal.ts';
import { createSerial, type Serial } from '#lib/protocol/serial.ts';

const FREE_TRIES = 4;
const LONGEST_STEPS = 3;
const FORGOTTEN_AFTER_MS = 15 * 60 * 1000;
const WAITING_AT_MOST = 20;
const NAMES_AT_MOST = 10_000;

interface Tries {
  wrong: number;
  lastMs: number;
  waiting: number;
  inTurn: Serial;
}

export interface GuessDelay {
  /** Runs a try in its turn; `attempt` tells whether the password was right. */
  attempt<T>(who: string, attempt: () => Promise<T | undefined>): Promise<T | undefined>;
}

export interface GuessDelayParts {
  stepMs: number;
  now(): number;
  wait?(ms: number): Promise<unknown>;
}

export function createGuessDelay({ stepMs, now, wait = timer }: GuessDelayParts): GuessDelay {
  const tries = new Map<string, Tries>();

  function triesOf(who: string): Tries {
    const known = tries.get(who);
    if (known && (known.waiting > 0 || now() - known.lastMs < FORGOTTEN_AFTER_MS)) return known;
    if (tries.size >= NAMES_AT_MOST) forgetIdle();
    const fresh: Tries = { wrong: 0, lastMs: now(), waiting: 0, inTurn: createSerial() };
    tries.set(who, fresh);
    return fresh;
  }

  function forgetIdle(): void {
    for (const [who, { waiting, wrong }] of tries) if (waiting === 0 && wrong < FREE_TRIES) tries.delete(who);
    for (const [who, { waiting }] of tries)
      if (waiting === 0 && tries.size >= NAMES_AT_MOST) tries.delete(who);
  }

  return {
    async attempt(who, attempt) {
      const own = triesOf(who);
      if (own.waiting >= WAITING_AT_MOST) {
        throw new Refusal(429, 'too_many_requests', 'Too many tries for this name at once. Wait a little.');
      }
      own.waiting++;
      try {
        return await own.inTurn(async () => {
          if (own.wrong >= FREE_TRIES)
            await wait(stepMs * 2 ** Math.min(own.wrong - FREE_TRIES, LONGEST_STEPS));
          const got = await attempt();
          own.wrong = got === undefined ? own.wrong + 1 : 0;
          own.lastMs = now();
          return got;
        });
      } finally {
        own.waiting--;
      }
    },
  };
}
