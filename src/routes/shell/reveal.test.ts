import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { m } from '#messages';
import type { NumberRevealed } from '#lib/device/reveal-desk.ts';
import { Reveal } from './reveal.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const place = { about: 'resident:A', field: 'idNumber' } as const;
const other = { about: 'resident:A', field: 'phone', position: 1 } as const;
const settled = () => vi.advanceTimersByTimeAsync(0);

/** A screen whose device answers what it is told to. */
function aScreen(answer: () => Promise<NumberRevealed>) {
  const reveal = new Reveal();
  return { reveal, desk: reveal.deskOf({ reveal: answer }) };
}
const shown = (): Promise<NumberRevealed> =>
  Promise.resolve({ outcome: 'shown', number: '999999194802290027' });

it('a number stands for thirty seconds, counts down, and is gone', async () => {
  const { reveal, desk } = aScreen(shown);
  desk.show(place);
  expect(desk.shownOf(place)).toBeUndefined();
  await settled();
  expect(desk.shownOf(place)).toMatchObject({ number: '999999194802290027', secondsLeft: 30 });
  expect(reveal.since).toBeDefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(desk.shownOf(place)?.secondsLeft).toBe(20);
  await vi.advanceTimersByTimeAsync(19_500);
  expect(desk.shownOf(place)).toBeDefined();
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.shownOf(place)).toBeUndefined();
  expect(reveal.since).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

it('one at a time: the next takes the first away', async () => {
  const { desk } = aScreen(shown);
  desk.show(place);
  await settled();
  desk.show(other);
  expect(desk.shownOf(place)).toBeUndefined();
  await settled();
  expect(desk.shownOf(other)).toBeDefined();
  expect(desk.shownOf({ ...other, position: 0 })).toBeUndefined();
});

it('what was hidden before the answer came is not shown', async () => {
  let come: (answer: NumberRevealed) => void = () => undefined;
  const { reveal, desk } = aScreen(() => new Promise((resolve) => (come = resolve)));
  desk.show(place);
  reveal.hide();
  come({ outcome: 'shown', number: '999999194802290027' });
  await settled();
  expect(desk.shownOf(place)).toBeUndefined();
  expect(reveal.since).toBeUndefined();
});

it('setting the clock back keeps no number longer', async () => {
  const { desk } = aScreen(shown);
  desk.show(place);
  await settled();
  vi.setSystemTime(Date.now() - 86_400_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(desk.shownOf(place)).toBeUndefined();
});

it('a reason that is asked for goes with the next asking, and with nothing else', async () => {
  const asked: (string | undefined)[] = [];
  const reveal = new Reveal();
  const desk = reveal.deskOf({
    reveal: ({ why }) => {
      asked.push(why);
      return why === undefined ? Promise.resolve({ outcome: 'whyNeeded' }) : shown();
    },
  });
  desk.show(place);
  await settled();
  expect(desk.shownOf(place)).toBeUndefined();
  expect(desk.problemOf('resident:A')).toBeUndefined();
  reveal.wanted?.('核对信息');
  await settled();
  expect(reveal.wanted).toBeUndefined();
  expect(desk.shownOf(place)).toBeDefined();
  desk.show(other);
  await settled();
  expect(asked).toEqual([undefined, '核对信息', undefined]);
  reveal.hide();
  expect(reveal.wanted).toBeUndefined();
});

it('why none is shown is said beside whom it is about, until the next', async () => {
  const { desk } = aScreen(() => Promise.resolve({ outcome: 'full' }));
  desk.show(place);
  await settled();
  expect(desk.problemOf('resident:A')).toBe(m.reveal_full());
  expect(desk.problemOf('resident:B')).toBeUndefined();
  const broken = aScreen(() => Promise.reject(new Error('covered')));
  broken.desk.show(place);
  await settled();
  expect(broken.desk.problemOf('resident:A')).toBe(m.reveal_failed());
});
