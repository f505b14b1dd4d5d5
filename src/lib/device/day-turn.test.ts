import { describe, expect, it } from 'vitest';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { changePace } from './change-pace.ts';
import { dayTurn } from './day-turn.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Since eight in the morning of 22 November in Beijing. */
function aPage() {
  const clock = aToldClock();
  const asked: string[] = [];
  const pace = changePace(clock, () => asked.push(beijingDate(new Date(clock.nowMs()).toISOString())));
  return { clock, pace, asked, day: dayTurn(clock, () => pace.changed()) };
}

describe('a page on which nothing changes asks its views again', () => {
  it('at every midnight in Beijing, and at no other time', async () => {
    const { clock, asked } = aPage();
    await clock.advance(16 * HOUR_MS - 1);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toEqual(['2026-11-23']);
    await clock.advance(24 * HOUR_MS - 1);
    expect(asked).toEqual(['2026-11-23']);
    await clock.advance(1);
    expect(asked).toEqual(['2026-11-23', '2026-11-24']);
  });

  it('when it is looked at after a night in which no timer ran, once', async () => {
    const { clock, asked, day } = aPage();
    clock.setBy(24 * HOUR_MS);
    expect(asked).toEqual([]);
    day.looked();
    day.looked();
    expect(asked).toEqual(['2026-11-23']);
    await clock.advance(16 * HOUR_MS);
    expect(asked).toEqual(['2026-11-23', '2026-11-24']);
  });

  it('not whenever it is looked at, and no later for that', async () => {
    const { clock, asked, day } = aPage();
    for (let n = 0; n < 16; n++) {
      day.looked();
      expect(asked).toEqual([]);
      await clock.advance(HOUR_MS);
    }
    expect(asked).toEqual(['2026-11-23']);
  });

  it('though its timer comes before the clock says midnight, as where somebody set that back', async () => {
    const { clock, asked } = aPage();
    clock.setBy(-3 * MINUTE_MS);
    await clock.advance(16 * HOUR_MS);
    expect(asked).toEqual([]);
    await clock.advance(3 * MINUTE_MS);
    expect(asked).toEqual(['2026-11-23']);
  });

  it('when the date was set back', () => {
    const { clock, asked, day } = aPage();
    clock.setBy(-24 * HOUR_MS);
    day.looked();
    expect(asked).toEqual(['2026-11-21']);
  });

  it('a second after the last time at the latest, while a round runs at midnight', async () => {
    const { clock, pace, asked } = aPage();
    pace.syncing(true);
    await clock.advance(16 * HOUR_MS - 100);
    pace.changed();
    await clock.advance(1_000);
    expect(asked).toEqual(['2026-11-22', '2026-11-23']);
  });
});
