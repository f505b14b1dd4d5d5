import { afterEach, expect, it, vi } from 'vitest';
import { atMost } from './at-most.ts';

afterEach(() => void vi.useRealTimers());

it('a worker that does not answer is waited for so long and no longer', async () => {
  vi.useFakeTimers();
  let isOver = false;
  void atMost(new Promise(() => undefined), 3000).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(2999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
});

it('what goes wrong in it is thrown at once, and no timer stays', async () => {
  vi.useFakeTimers();
  await expect(atMost(Promise.reject(new Error('full')), 3000)).rejects.toThrow('full');
  expect(vi.getTimerCount()).toBe(0);
});
