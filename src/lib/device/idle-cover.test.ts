// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIELD_IDLE_MS, idleLimitMs, IdleTimer, watchIdle } from './idle-cover.ts';

const MINUTE_MS = 60_000;

/** Both clocks, moved by hand. */
function clocks() {
  let wall = Date.parse('2026-11-22T02:00:00Z');
  let monotonic = 0;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    pass(ms: number) {
      wall += ms;
      monotonic += ms;
    },
    sleep(ms: number) {
      wall += ms;
    },
    turnBack(ms: number) {
      wall -= ms;
    },
  };
}

describe('the idle timer', () => {
  it('counts from the last touch', () => {
    const time = clocks();
    const timer = new IdleTimer(time);
    time.pass(10 * MINUTE_MS);
    timer.touch();
    time.pass(4 * MINUTE_MS);
    expect(timer.idleMs()).toBe(4 * MINUTE_MS);
  });

  it('counts the time the tablet slept', () => {
    const time = clocks();
    const timer = new IdleTimer(time);
    time.sleep(20 * MINUTE_MS);
    expect(timer.idleMs()).toBe(20 * MINUTE_MS);
  });

  it('gains nothing from a clock turned back', () => {
    const time = clocks();
    const timer = new IdleTimer(time);
    time.turnBack(120 * MINUTE_MS);
    time.pass(16 * MINUTE_MS);
    expect(timer.idleMs()).toBe(16 * MINUTE_MS);
  });
});

describe('the idle cover', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('covers after 15 minutes without input, once', () => {
    const time = clocks();
    const cover = vi.fn();
    watchIdle(cover, FIELD_IDLE_MS, time);
    time.pass(15 * MINUTE_MS - 1);
    vi.advanceTimersByTime(5_000);
    expect(cover).not.toHaveBeenCalled();
    time.pass(1);
    vi.advanceTimersByTime(60_000);
    expect(cover).toHaveBeenCalledTimes(1);
  });

  it('starts again with every tap and key', () => {
    const time = clocks();
    const cover = vi.fn();
    const stop = watchIdle(cover, FIELD_IDLE_MS, time);
    for (const kind of ['pointerdown', 'keydown', 'input']) {
      time.pass(14 * MINUTE_MS);
      window.dispatchEvent(new Event(kind));
    }
    vi.advanceTimersByTime(60_000);
    expect(cover).not.toHaveBeenCalled();
    stop();
  });

  it('covers at once when the page comes back after more than that, and the first tap cannot prevent it', () => {
    const time = clocks();
    const cover = vi.fn();
    watchIdle(cover, FIELD_IDLE_MS, time);
    time.sleep(16 * MINUTE_MS);
    window.dispatchEvent(new Event('pointerdown'));
    expect(cover).toHaveBeenCalledTimes(1);

    const again = vi.fn();
    watchIdle(again, FIELD_IDLE_MS, time);
    time.sleep(16 * MINUTE_MS);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(again).toHaveBeenCalledTimes(1);
  });

  it('is silent once stopped', () => {
    const time = clocks();
    const cover = vi.fn();
    watchIdle(cover, FIELD_IDLE_MS, time)();
    time.pass(60 * MINUTE_MS);
    vi.advanceTimersByTime(60_000);
    expect(cover).not.toHaveBeenCalled();
  });
});

it('a clerk’s tablet waits the minutes it was set to, everybody else’s fifteen', () => {
  expect(idleLimitMs('clerk', '2')).toBe(2 * MINUTE_MS);
  expect(idleLimitMs('clerk', '10')).toBe(10 * MINUTE_MS);
  expect(idleLimitMs('worker', '2')).toBe(15 * MINUTE_MS);
  expect(idleLimitMs(undefined, '2')).toBe(15 * MINUTE_MS);
});
