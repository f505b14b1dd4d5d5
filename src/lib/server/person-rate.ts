// How many requests one person may make: a bucket that fills again (a token bucket), so that a tablet that uploads a whole
// shift at once is not held up, and a loop without end is. Invariant: memory holds a bucket only while it is not full.
import { type UserContext } from './exchange.ts';
import { Refusal } from './refusal.ts';

export interface RateLimit {
  /** Requests at once. */
  burst: number;
  perSecond: number;
}

/** Ten tablets of one desk under one name, each with three hundred photos, stay below. */
export const PERSON_RATE: RateLimit = { burst: 5000, perSecond: 100 };

export interface PersonRate {
  /** Counts one request. Refuses with 429 and when to come again. `address` is whose who has not signed in. */
  count(user: UserContext, address: string): void;
}

interface Bucket {
  left: number;
  asOfMs: number;
}

const SWEEP_AT = 10_000;

export function createPersonRate({ burst, perSecond }: RateLimit, now: () => number): PersonRate {
  const buckets = new Map<string, Bucket>();
  const filled = ({ left, asOfMs }: Bucket, nowMs: number): number =>
    Math.min(burst, left + (Math.max(0, nowMs - asOfMs) / 1000) * perSecond);

  function sweep(nowMs: number): void {
    for (const [who, bucket] of buckets) if (filled(bucket, nowMs) >= burst) buckets.delete(who);
  }

  return {
    count({ name }, address) {
      const who = name === null ? `\n${address}` : name;
      const nowMs = now();
      const left = filled(buckets.get(who) ?? { left: burst, asOfMs: nowMs }, nowMs);
      if (left < 1) throw tooMany(Math.ceil((1 - left) / perSecond));
      if (buckets.size >= SWEEP_AT) sweep(nowMs);
      buckets.set(who, { left: left - 1, asOfMs: nowMs });
    },
  };
}

function tooMany(seconds: number): Refusal {
  const refusal = new Refusal(429, 'too_many_requests', 'Too many requests at once. Try again in a moment.');
  refusal.retryAfterSeconds = Math.max(1, seconds);
  return refusal;
}
