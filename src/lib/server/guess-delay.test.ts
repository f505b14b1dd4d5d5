import { describe, expect, it } from 'vitest';
import { createGuessDelay } from './guess-delay.ts';

const wrong = () => Promise.resolve(undefined);
const right = () => Promise.resolve('in');

/** A delay whose waits are told, and take no time. */
function aDelay({ stepMs, now = Date.now }: { stepMs: number; now?: () => number }) {
  const waits: number[] = [];
  const delay = createGuessDelay({ stepMs, now, wait: (ms) => Promise.resolve(waits.push(ms)) });
  return { delay, waits };
}

describe('the delay of guesses', () => {
  it('begins after four wrong tries, grows, and ends with a right one', async () => {
    const { delay, waits } = aDelay({ stepMs: 60 });
    for (let tries = 0; tries < 4; tries++) await delay.attempt('li', wrong);
    expect(waits).toEqual([]);
    for (let tries = 0; tries < 5; tries++) await delay.attempt('li', wrong);
    expect(waits).toEqual([60, 120, 240, 480, 480]);
    expect(await delay.attempt('li', right)).toBe('in');
    await delay.attempt('li', wrong);
    expect(waits).toHaveLength(6);
  });

  it('is for one name only', async () => {
    const { delay, waits } = aDelay({ stepMs: 5000 });
    for (let tries = 0; tries < 4; tries++) await delay.attempt('li', wrong);
    await delay.attempt('wang', right);
    expect(waits).toEqual([]);
  });

  it('forgets after a quarter of an hour', async () => {
    let clock = 0;
    const { delay, waits } = aDelay({ stepMs: 5000, now: () => clock });
    for (let tries = 0; tries < 4; tries++) await delay.attempt('li', wrong);
    clock += 16 * 60 * 1000;
    await delay.attempt('li', wrong);
    expect(waits).toEqual([]);
  });

  it('lets many tries at once gain nothing, and turns away more than it can queue', async () => {
    const delay = createGuessDelay({ stepMs: 10, now: Date.now });
    let atOnce = 0;
    let most = 0;
    const slow = async (): Promise<undefined> => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce--;
      return undefined;
    };
    const tries = await Promise.allSettled(Array.from({ length: 30 }, () => delay.attempt('li', slow)));
    expect(most).toBe(1);
    expect(tries.filter((one) => one.status === 'rejected')).toHaveLength(10);
  });
});
