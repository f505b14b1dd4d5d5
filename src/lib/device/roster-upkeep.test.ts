import { expect, it } from 'vitest';
import { aHousehold, aRoom } from '#tests/fixtures/field-documents.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { FieldRoster } from './field-roster.ts';
import { RosterUpkeep } from './roster-upkeep.ts';

const SCOPE = 'grid-999999001001001';

/** A roster over a store that cannot be read while `broken`. */
async function aKeptRoster() {
  const { store } = await aMemoryStore();
  const state = { broken: false, failed: 0 };
  const roster = new FieldRoster({
    async listByType(scope, type) {
      if (state.broken) {
        state.failed++;
        throw new StorageFault('closed', 'the browser closed it');
      }
      const { documents, tampered } = await store.listByType(scope, type);
      return { bodies: documents.map(({ body }) => body), tampered };
    },
  });
  const upkeep = new RosterUpkeep({ store, roster, changed: () => undefined });
  const save = async (body: { _id: string; type: string }) => {
    const saved = await store.saveAction([{ scope: SCOPE, body: { ...body } }]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const { failed } = state;
    await expect.poll(() => (state.broken ? state.failed > failed : true)).toBe(true);
  };
  return { store, state, upkeep, save, model: roster.model };
}

it('a change that could not be read is read with the next one', async () => {
  const { state, upkeep, save, model } = await aKeptRoster();
  await upkeep.load();
  state.broken = true;
  const household = aHousehold({});
  await save(household);
  expect(model.households.size).toBe(0);
  state.broken = false;
  await save(aRoom({}));
  await expect.poll(() => [model.rooms.size, model.households.size]).toEqual([1, 1]);
});

it('a roster that could not be loaded is loaded by the next try, and kept up from then on', async () => {
  const { store, state, upkeep, save, model } = await aKeptRoster();
  const turn = await store.beginTurn();
  await turn.storePulled(await turn.preparePulled(SCOPE, [], true), { since: 1 });
  state.broken = true;
  await expect(upkeep.load()).rejects.toMatchObject({ kind: 'closed' });
  state.broken = false;
  await upkeep.load();
  await save(aRoom({}));
  await expect.poll(() => model.rooms.size).toBe(1);
});
