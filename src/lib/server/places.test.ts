import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPlaces } from './places.ts';
import { Refusal } from './refusal.ts';

describe('a queue with places', () => {
  it('runs so many at once, the others in the order they came, and sends away who finds it full', async () => {
    const places = createPlaces({ atOnce: 2, waiting: 3 });
    const finish: (() => void)[] = [];
    const started: number[] = [];
    const enter = (who: number) =>
      places(async () => {
        started.push(who);
        await new Promise<void>((resolve) => finish.push(resolve));
        return who;
      });
    const all = [0, 1, 2, 3, 4].map(enter);
    const refused = enter(5);
    await expect(refused).rejects.toMatchObject({ status: 503, retryAfterSeconds: expect.any(Number) });
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    expect(started).toEqual([0, 1]);
    for (let done = 0; done < 5; done++) {
      finish.shift()?.();
      await turn();
      expect(started.length).toBe(Math.min(5, done + 3));
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives the place of a task that failed to the next', async () => {
    const places = createPlaces({ atOnce: 1, waiting: 1 });
    const failing = places(() => Promise.reject(new Error('no')));
    const next = places(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
