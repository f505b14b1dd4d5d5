import { expect, it } from 'vitest';
import { measured } from './figure.ts';
import { alternating, median, percentile } from './statistics.ts';

it('the 95th percentile of thirty is the 29th, and of one the one', () => {
  expect(
    percentile(
      Array.from({ length: 30 }, (_, at) => 30 - at),
      95,
    ),
  ).toBe(29);
  expect(percentile([7], 95)).toBe(7);
  expect(median([9, 1, 5])).toBe(5);
});

it('nothing measured is no figure', () => {
  expect(() => median([])).toThrow(/nothing was measured/);
});

it('each contestant begins a round in its turn', async () => {
  const order: string[] = [];
  const runs = (name: string) => async () => order.push(name);
  const all = await alternating({ ours: runs('ours'), theirs: runs('theirs') }, 3);
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  expect(all.ours).toHaveLength(3);
});

it('a figure a hair above its goal has missed it', () => {
  const figure = { name: 'save', value: 151, unit: 'ms', reference: 'the same', referenceValue: 100 };
  expect(measured(figure, { valueAtMost: 150 })).toMatchObject({
    met: false,
    figure: { ratio: 1.51, goal: '≤ 150 ms' },
  });
  expect(measured(figure, { ratioAtMost: 1.52 }).met).toBe(true);
  expect(measured(figure, 'none').met).toBeUndefined();
});
