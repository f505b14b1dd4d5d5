// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eachMinute } from './this-minute.ts';

let visibility: DocumentVisibilityState = 'visible';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-09T15:58:30.000Z') });
  visibility = 'visible';
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function turnTo(state: DocumentVisibilityState) {
  visibility = state;
  document.dispatchEvent(new Event('visibilitychange'));
}

it('tells of each minute as it begins, midnight in Beijing among them', () => {
  const told: string[] = [];
  const stop = eachMinute(() => told.push(new Date().toISOString()));
  vi.advanceTimersByTime(29_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(150_000);
  expect(told).toEqual(['2026-03-09T15:59:00.000Z', '2026-03-09T16:00:00.000Z', '2026-03-09T16:01:00.000Z']);
  stop();
});

it('tells when the page is looked at again, not when it is hidden, and goes on by the clock', () => {
  let told = 0;
  const stop = eachMinute(() => told++);
  turnTo('hidden');
  expect(told).toBe(0);
  vi.setSystemTime(new Date('2026-03-10T00:12:55.000Z'));
  turnTo('visible');
  expect(told).toBe(1);
  vi.advanceTimersByTime(5_000);
  expect(told).toBe(2);
  expect(vi.getTimerCount()).toBe(1);
  stop();
});

it('is silent once it is stopped, and leaves no timer', () => {
  const tell = vi.fn();
  eachMinute(tell)();
  expect(vi.getTimerCount()).toBe(0);
  turnTo('visible');
  vi.advanceTimersByTime(600_000);
  expect(tell).not.toHaveBeenCalled();
});
