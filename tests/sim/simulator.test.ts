// The simulator itself: the same seed is the same history, what was planted is found, what failed once is run for ever.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runReal } from './dexie-history.ts';
import { runHistory } from './history.ts';
import { planOf, type Plan } from './plan.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';
import { runSeeds } from './run-seeds.ts';
import { shrinkPlan } from './shrink-plan.ts';

const CORPUS = path.join(import.meta.dirname, 'corpus');
/** Those that need hundreds of histories are tried by `npm run sim -- --planted all`. */
const RARE: readonly PlantedBug[] = [
  'sequences-as-numbers',
  'tombstone-unseen',
  'photo-digest-not-compared',
  'lost-photos-unseen',
];
const quick = (Object.keys(PLANTED_BUGS) as PlantedBug[]).filter((name) => !RARE.includes(name));

interface Kept {
  plan: Plan;
  /** Where only these failed, which put whole batches; absent: models. */
  over?: 'real stores';
}

describe('a history', () => {
  it('is the same every time, line by line', async () => {
    for (const seed of [3, 11, 56]) {
      const once = await runHistory(planOf(seed), { traced: true });
      const again = await runHistory(planOf(seed), { traced: true });
      expect(again.lines).toEqual(once.lines);
      expect(again.hash).toBe(once.hash);
    }
  });

  it('is another with another seed', async () => {
    const hashes = await Promise.all([1, 2, 3].map(async (seed) => (await runHistory(planOf(seed))).hash));
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('a planted bug', () => {
  it.each(quick)(
    '%s is found',
    async (name) => {
      const { bad } = await runSeeds({ first: 1, count: 400, planting: PLANTED_BUGS[name], untilBad: true });
      expect(bad).toHaveLength(1);
    },
    180_000,
  );

  it('is found still in the smaller history that is made of it', async () => {
    const planting = PLANTED_BUGS['edit-deleted-by-id'];
    const fails = async (plan: Plan) => (await runHistory(plan, { planting })).violation !== undefined;
    const { bad } = await runSeeds({ first: 1, count: 50, planting, untilBad: true });
    const plan = planOf(bad[0]!.seed);
    const least = await shrinkPlan(plan, fails, 20_000);
    expect(await fails(least)).toBe(true);
    expect(least.commands.length).toBeLessThan(plan.commands.length / 2);
    for (const fault of Object.keys(least.faults)) {
      const { [fault as keyof typeof least.faults]: _left, ...faults } = least.faults;
      expect(await fails({ ...least, faults }), `without ${fault}`).toBe(false);
    }
  }, 120_000);
});

describe('what failed once', () => {
  it.each(readdirSync(CORPUS).filter((name) => name.endsWith('.json')))('%s is well', async (name) => {
    const { plan, over } = JSON.parse(readFileSync(path.join(CORPUS, name), 'utf8')) as Kept;
    const run = over === 'real stores' ? runReal(plan, { wholeBatches: true }) : runHistory(plan);
    expect((await run).violation).toBeUndefined();
  });
});
