// Some of the histories over Dexie and PouchDB, in every test run; `npm run sim` has one seed in ten.
import { expect, it } from 'vitest';
import { runReal } from './dexie-history.ts';
import { planOf } from './plan.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { runTenth } from './real-seeds.ts';
import { wordsOf } from './run-seeds.ts';

it('twelve histories go the same way over Dexie and PouchDB as over models, and end alike', async () => {
  const { bad, histories } = await runTenth({ first: 1, count: 120 });
  expect(bad.map(wordsOf)).toEqual([]);
  expect(histories).toBe(12);
}, 300_000);

it('a store that does otherwise than the models is seen', async () => {
  const planting = PLANTED_BUGS['clash-with-herself'];
  const seen = [];
  for (const seed of [10, 20, 30])
    seen.push((await runReal(planOf(seed), { planting })).violation?.invariant);
  expect(seen).toContain(6);
}, 120_000);
