import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickDays, quickTimes } from './quick-answers.ts';

const HOUR_MS = 3_600_000;

describe('quick answers', () => {
  it('count days by Beijing', () => {
    expect(quickDays(['folded', 'day+0', 'day+1', 'day-1'], '2026-11-21T16:30:00.000Z')).toEqual([
      { value: '2026-11-22', days: 0 },
      { value: '2026-11-23', days: 1 },
      { value: '2026-11-21', days: -1 },
    ]);
  });

  it('say times that people would say, but “now” to the second', () => {
    expect(
      quickTimes(['hour+0', 'hour+2', 'hour-1', 'day+1', 'hour', 'hours+2'], '2026-11-22T01:37:21.000Z'),
    ).toEqual([
      { value: '2026-11-22T01:37:21.000Z', hours: 0 },
      { value: '2026-11-22T03:30:00.000Z', hours: 2 },
      { value: '2026-11-22T00:30:00.000Z', hours: -1 },
    ]);
  });

  it('never lie further ahead than they say, and never more than a quarter short of it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 48 }),
        (now, hours) => {
          const [quick] = quickTimes([`hour+${hours}`], now.toISOString());
          const aheadMs = Date.parse(quick!.value) - now.getTime();
          expect(aheadMs).toBeLessThanOrEqual(hours * HOUR_MS);
          expect(aheadMs).toBeGreaterThan((hours - 0.25) * HOUR_MS);
        },
      ),
    );
  });
});
