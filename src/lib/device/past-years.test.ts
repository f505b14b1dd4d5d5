import { expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { dropPastYears } from './past-years.ts';

const DAY_MS = 86_400_000;
const events = (year: number) => `events-999999001001001-${String(year)}`;
const visit = (id: string) => ({ _id: id, type: 'visit', household: 'household:A' });

/** Holds the roster and events of four years, a visit each. */
async function aTablet() {
  let nowMs = Date.UTC(2026, 0, 2);
  const { store } = await aMemoryStore({ nowMs: () => nowMs });
  const turn = await store.beginTurn();
  for (const scope of [events(2023), events(2024), events(2025), events(2026), 'grid-999999001001001'])
    await pulls(turn, scope, aRow(visit(`visit:${scope}`), ['1-a']));
  return {
    store,
    turn,
    later: (ms: number) => void (nowMs += ms),
    years: async () => (await store.listHeldScopes()).filter((scope) => scope.startsWith('events-')).sort(),
  };
}

it('events older than last year’s leave the tablet, the roster and two years stay', async () => {
  const { store, years } = await aTablet();
  await dropPastYears(store, '2026-01-02');
  expect(await years()).toEqual([events(2025), events(2026)]);
  expect(await store.readDocument(events(2024), `visit:${events(2024)}`)).toBeUndefined();
  expect((await store.listByReference('household:A')).documents).toHaveLength(3);
});

it('but not while something of them waits, was refused, or was confirmed this week', async () => {
  const { store, turn, years, later } = await aTablet();
  const saved = await store.saveAction([{ scope: events(2024), body: visit('visit:late') }]);
  const rev = saved.outcome === 'saved' ? saved.revs[0]! : '';
  const stays = async () => {
    await dropPastYears(store, '2026-01-02');
    expect(await years()).toEqual([events(2024), events(2025), events(2026)]);
    expect(await store.readDocument(events(2024), `visit:${events(2024)}`)).toBeDefined();
  };
  await stays();
  await turn.reject(events(2024), [{ id: 'visit:late', rev, error: 'forbidden', reason: 'no' }]);
  await stays();
  await store.retryRejection({ scope: events(2024), id: 'visit:late', rev });
  await turn.confirm(events(2024), [{ id: 'visit:late', rev }]);
  await stays();
  later(8 * DAY_MS);
  await dropPastYears(store, '2026-01-10');
  expect(await years()).toEqual([events(2025), events(2026)]);
});
