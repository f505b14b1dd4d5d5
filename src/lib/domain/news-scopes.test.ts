import { expect, it } from 'vitest';
import { newsScopes } from './news-scopes.ts';
import { scopesFor } from './scopes.ts';

const TODAY = '2026-11-22';
const grids = ['999999001001001', '999999001001002', '999999001001003', '999999001001004'];
const hers = scopesFor(['staff', `grid:${grids[0]}`, 'worker:999999001001'], grids, TODAY);
const street = scopesFor(['staff', 'street:999999001'], grids, TODAY);

it('今日 is about her roster and what happened this year', () => {
  expect(newsScopes(['today'], hers, TODAY)).toEqual([`grid-${grids[0]}`, `events-${grids[0]}-2026`]);
});

it('the board is about the receipts of a community alone', () => {
  expect(newsScopes(['board'], street, TODAY)).toEqual(['community-999999001001']);
});

it('nobody looks, nothing is waited for', () => {
  expect(newsScopes([], hers, TODAY)).toEqual([]);
});

it('many grids leave requests for everything else', () => {
  expect(newsScopes(['today', 'board'], street, TODAY)).toEqual(
    grids.slice(0, 3).map((grid) => `grid-${grid}`),
  );
});
