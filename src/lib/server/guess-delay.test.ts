import { describe, expect, it } from 'vitest';
import { createGuessDelay } from './guess-delay.ts';

const wrong = () => Promise.resolve(undefined);
const right = () => Promise.resolve('in');

async function timed(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task();
  return performance.now() - started;
}

describe('the delay of guesses', () => {
  it('begins after four wrong tries, grows, and ends with a right one', async () => {
    const delay = createGuessDelay({ stepMs: 60, now: Date.now });
    for (let tries = 0; tries < 4; tries++)
      expect(await timed(() => delay.attempt('li', wrong))).toBeLessThan(50);
    expect(await timed(() => delay.attempt('li', wrong))).toBeGreaterThanOrEqual(55);
    expect(await timed(() => delay.attempt('li', wrong))).toBeGreaterThanOrEqual(115);
    expect(await delay.attempt('li', right)).toBe('in');
    expect(await timed(() => delay.attempt('li', wrong))).toBeLessThan(50);
  });

  it('is for one name only', async () => {
    const delay = createGuessDelay({ stepMs: 5000, now: Date.now });
    for (let tries = 0; tries < 4; tries++) await delay.attempt('li', wrong);
    expect(await timed(() => delay.attempt('wang', right))).toBeLessThan(1000);
  });

  it('forgets after a quarter of an hour', async () => {
    let clock = 0;
    const delay = createGuessDelay({ stepMs: 5000, now: () => clock });
    for (let tries = 0; tries < 4; tries++) await delay.attempt('li', wrong);
    clock += 16 * 60 * 1000;
    expect(await timed(() => delay.attempt('li', wrong))).toBeLessThan(1000);
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
