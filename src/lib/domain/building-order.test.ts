import { expect, it } from 'vitest';
import { byBuilding, UNPLACED_BUILDING } from './building-order.ts';

it('puts compounds with names first, numbers as people count, and those without a door last', () => {
  const one = (number: string, compound?: string, grid = '1') => ({ grid, number, compound });
  const walked = [
    one('2', '桂花苑'),
    one('10', '桂花苑'),
    one('1', '和平里'),
    one('2'),
    one('10'),
    one('甲12'),
    one(UNPLACED_BUILDING),
    one('1', '安居苑', '2'),
  ];
  expect([...walked].reverse().sort(byBuilding)).toEqual(walked);
});
