// Half of the 2,000 histories that every test run goes through; the other half is beside it, so that two workers share.
import { expect, it } from 'vitest';
import { OPEN_SEEDS } from './open-seeds.ts';
import { runSeeds, wordsOf } from './run-seeds.ts';

it('a thousand histories of tablets and a server, with every fault, lose nothing (seeds of even numbers)', async () => {
  const { bad, saved } = await runSeeds({ first: 2, count: 1000, every: 2 });
  expect(bad.filter(({ seed }) => !(seed in OPEN_SEEDS)).map(wordsOf)).toEqual([]);
  expect(saved).toBeGreaterThan(5000);
}, 600_000);
