import { describe, expect, it } from 'vitest';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { changePace } from './change-pace.ts';

function aPage() {
  const clock = aToldClock();
  let asked = 0;
  const pace = changePace(clock, () => asked++);
  return { clock, pace, asked: () => asked };
}

describe('a page asks its views again', () => {
  it('with every change while no round runs', () => {
    const { pace, asked } = aPage();
    for (let n = 0; n < 3; n++) pace.changed();
    expect(asked()).toBe(3);
  });

  it('at most once a second while a round brings changes, and once at its end', async () => {
    const { clock, pace, asked } = aPage();
    pace.syncing(true);
    for (let n = 0; n < 19; n++) {
      pace.changed();
      await clock.advance(100);
    }
    expect(asked()).toBe(2);
    pace.changed();
    pace.syncing(false);
    expect(asked()).toBe(3);
    await clock.advance(5_000);
    expect(asked()).toBe(3);
  });

  it('after the last change of a pause, though the round goes on', async () => {
    const { clock, pace, asked } = aPage();
    pace.syncing(true);
    pace.changed();
    pace.changed();
    await clock.advance(1_000);
    expect(asked()).toBe(2);
  });

  it('at once after a save of her own, in the middle of a round, and with what that changed', () => {
    const { pace, asked } = aPage();
    pace.syncing(true);
    pace.changed();
    pace.changed();
    pace.saved();
    expect(asked()).toBe(2);
    pace.changed();
    expect(asked()).toBe(3);
    pace.changed();
    expect(asked()).toBe(3);
  });
});
