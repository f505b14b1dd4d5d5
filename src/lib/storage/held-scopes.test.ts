import { expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';

const GRID = 'grid-999999001001001';
const EVENTS = 'events-999999001001001-2026';

it('a scope is held where something went up before anything was pulled, and goes with its role', async () => {
  const { store } = await aMemoryStore();
  expect(await store.listHeldScopes()).toEqual([]);
  const body = { _id: 'visit:A', type: 'visit' };
  const saved = await store.saveAction([{ scope: EVENTS, body }]);
  if (saved.outcome !== 'saved') throw new Error(saved.outcome);
  expect(await store.listHeldScopes()).toEqual([]);
  const turn = await store.beginTurn();
  await turn.confirm(EVENTS, [{ id: 'visit:A', rev: saved.revs[0]! }]);
  expect(await turn.listHeldScopes()).toEqual([EVENTS]);
  await turn.dropScope(EVENTS);
  expect(await turn.listHeldScopes()).toEqual([]);
  expect(await store.readDocument(EVENTS, 'visit:A')).toBeUndefined();
});

it('scopes are named once, whatever of them is held', async () => {
  const { store } = await aMemoryStore();
  const turn = await store.beginTurn();
  const rev = `1-${'a'.repeat(32)}`;
  const row = (_id: string, type: string) => aRow({ _id, type }, [rev]);
  await pulls(turn, GRID, row('household:A', 'household'), row('resident:B', 'resident'));
  await pulls(turn, EVENTS, row('visit:A', 'visit'));
  expect(await store.listHeldScopes()).toEqual([EVENTS, GRID]);
});
