import { describe, expect, it } from 'vitest';
import { filterOf } from './selector-filter.ts';
import { parseSelector } from './selector-tree.ts';

const filter = (selector: object, times?: { documentMs: number; allMs: number }) =>
  filterOf(parseSelector(selector), times);

/** How often others have their turn until something is done. */
async function turnsUntil(done: Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns++;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await done.finally(() => (over = true));
  return turns;
}

const ENDLESS = { a: `${'a'.repeat(40)}!` };
const BACKTRACKING = { a: { $regex: '^(a+)+$' } };
/** Some milliseconds each, and no pattern in it. */
const slowDocuments = (count: number) =>
  Array.from({ length: count }, () => ({ a: Array.from({ length: 40 }, (_, at) => -1 - at) }));
const SLOW = { a: { $in: Array.from({ length: 9000 }, (_, at) => at) } };

describe('a filter by selector', () => {
  it('matches a hundred thousand documents by a pattern that does no harm', async () => {
    const matches = filter({ type: { $regex: '^vi' } });
    let passed = 0;
    for (let slice = 0; slice < 200; slice++) {
      const documents = Array.from({ length: 500 }, (_, at) => ({ type: at % 2 ? 'visit' : 'household' }));
      passed += (await matches(documents)).filter(Boolean).length;
    }
    expect(passed).toBe(50_000);
  });

  it('ends where a document is matched without end, and never says that it does not match', async () => {
    const matches = filter(BACKTRACKING, { documentMs: 100, allMs: 10_000 });
    expect(await matches([{ a: 'aaa' }, { a: 'b' }])).toEqual([true, false]);
    await expect(matches([{ a: 'aaa' }, ENDLESS])).rejects.toMatchObject({ status: 500, error: 'timeout' });
  });

  it('lets others have their turns, whatever it asks for', async () => {
    expect(await turnsUntil(filter(SLOW)(slowDocuments(20)))).toBeGreaterThan(2);
  });

  it('ends where all documents together take too long, without any pattern', async () => {
    const matches = filter(SLOW, { documentMs: 5000, allMs: 200 });
    const reading = (async () => {
      for (;;) await matches(slowDocuments(10));
    })();
    await expect(reading).rejects.toMatchObject({ status: 500, error: 'timeout' });
  });
});
