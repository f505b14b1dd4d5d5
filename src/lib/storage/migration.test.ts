// Databases of earlier builds, made as those builds made them, opened by this one.
import { Dexie } from 'dexie';
import { IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { aMemoryStore, type MemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { STORE_SCHEMA } from './rows.ts';
import { VERSIONS } from './tables.ts';

const SCOPE = 'grid-1';
const visit = { _id: 'visit:1', type: 'visit', note: 'unsent' };
const room = { _id: 'room:1', type: 'room' };

/** Takes a database back to what a build of an earlier schema left: its tables, its rows, its number. */
async function takeBack(memory: MemoryStore, schema: number): Promise<void> {
  const rows = new Map<string, unknown[]>();
  const now = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
  await now.open();
  const kept = new Set(VERSIONS.slice(0, schema).flatMap((added) => Object.keys(added)));
  for (const table of now.tables) if (kept.has(table.name)) rows.set(table.name, await table.toArray());
  now.close();
  await now.delete();
  const before = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
  for (const [n, added] of VERSIONS.slice(0, schema).entries()) before.version(n + 1).stores(added);
  await before.open();
  for (const [name, found] of rows) await before.table(name).bulkPut(found);
  await before.table('meta').put({ key: 'schema', value: schema });
  before.close();
}

describe.each(Array.from({ length: STORE_SCHEMA - 1 }, (_, n) => n + 1))(
  'a database of schema %i',
  (schema) => {
    it('opens with everything in it, is brought up to date, and takes new work', async () => {
      const memory = await aMemoryStore();
      await memory.store.saveAction([{ scope: SCOPE, body: visit }]);
      await memory.store.putDraft('f1|A|', { half: 'typed' });
      await memory.store.putNote('session', { roles: ['staff'] });
      await pulls(await memory.store.beginTurn(), SCOPE, aRow(room, ['1-a']));
      memory.store.close();
      await takeBack(memory, schema);

      const store = await memory.again();
      expect(store.isNew).toBe(false);
      expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
      expect((await store.readDocument(SCOPE, visit._id))?.body).toEqual(visit);
      expect((await store.readDocument(SCOPE, room._id))?.body).toEqual(room);
      expect((await store.readDraft('f1|A|'))?.value).toEqual({ half: 'typed' });
      expect(await store.readNote('session')).toEqual({ roles: ['staff'] });

      const turn = await store.beginTurn();
      const { rev } = (await store.readDocument(SCOPE, visit._id))!;
      await turn.markAttempted(SCOPE, [{ id: visit._id, rev }]);
      await turn.confirm(SCOPE, [{ id: visit._id, rev }]);
      expect(await turn.listUnproven(SCOPE)).toEqual([{ id: visit._id, rev }]);
      store.close();
      expect((await memory.again()).isNew).toBe(false);
    });

    it('still open in a tab of the earlier build, which lets go, is upgraded; that tab can write no more', async () => {
      const memory = await aMemoryStore();
      await memory.store.saveAction([{ scope: SCOPE, body: visit }]);
      memory.store.close();
      await takeBack(memory, schema);
      const earlier = new Dexie(memory.name, { autoOpen: false, indexedDB: memory.indexedDB, IDBKeyRange });
      for (const [n, added] of VERSIONS.slice(0, schema).entries()) earlier.version(n + 1).stores(added);
      await earlier.open();
      const store = await memory.again();
      expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
      await expect(earlier.table('meta').put({ key: 'x', value: 1 })).rejects.toThrow();
    });
  },
);

it('every schema only adds: no table and no index of an earlier one goes', () => {
  const seen = new Map<string, string>();
  for (const added of VERSIONS)
    for (const [name, stores] of Object.entries(added)) {
      const before = seen.get(name)?.split(',') ?? [];
      expect(stores.split(',')).toEqual(expect.arrayContaining(before));
      seen.set(name, stores);
    }
});
