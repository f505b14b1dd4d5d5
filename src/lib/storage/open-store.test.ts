import { Dexie } from 'dexie';
import { IDBKeyRange, type IDBFactory } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { aMemoryStore, newKey, refusingDisk } from '#tests/fixtures/memory-store.ts';
import { aesGcmCipher } from './sealing.ts';
import type { DocumentRow } from './rows.ts';

const SCOPE = 'grid-1';
const resident = (id: string, name: string) => ({ scope: SCOPE, body: { _id: id, type: 'resident', name } });

/** The database as somebody sees it who has the tablet and no key. */
async function looked(memory: { indexedDB: IDBFactory; name: string }) {
  const db = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
  await db.open();
  return db;
}

describe('a store', () => {
  it('shows nobody without the key what a resident said', async () => {
    const memory = await aMemoryStore();
    await memory.store.saveAction([resident('resident:A', '王桂兰')], 'none');
    await memory.store.putDraft('f1|household:A', { q: '王桂兰' });
    await memory.store.putNote('session', { name: '王桂兰' });
    const db = await looked(memory);
    const bytes: string[] = [];
    for (const table of db.tables) {
      for (const row of (await table.toArray()) as object[]) {
        bytes.push(JSON.stringify(row));
        for (const value of Object.values(row))
          if (value instanceof Uint8Array) bytes.push(new TextDecoder().decode(value));
      }
    }
    expect(bytes.length).toBeGreaterThan(4);
    expect(bytes.join('\n')).toContain('resident:A');
    expect(bytes.join('\n')).not.toContain('王桂兰');
  });

  it('does not open with another key', async () => {
    const memory = await aMemoryStore();
    memory.store.close();
    await expect(memory.again({ cipher: aesGcmCipher(await newKey()) })).rejects.toMatchObject({
      kind: 'wrong-key',
    });
    await expect(memory.again()).resolves.toBeDefined();
  });

  it('leaves out of a list, and names, what was swapped behind its back, and does not read it', async () => {
    const memory = await aMemoryStore();
    const turn = await memory.store.beginTurn();
    const rows = ['A', 'B', 'C'].map((id) => ({
      ...{ id: `resident:${id}`, rev: '1-a', deleted: false, path: ['1-a'], conflicts: [] },
      body: { _id: `resident:${id}`, type: 'resident' },
    }));
    await turn.storePulled(await turn.preparePulled(SCOPE, rows, false), { since: 1 });
    const db = await looked(memory);
    const documents = db.table<DocumentRow, [string, string]>('documents');
    const [a, b] = await documents.toArray();
    await documents.put({ ...a!, sealed: b!.sealed });
    const list = await memory.store.listByType(SCOPE, 'resident');
    expect(list.tampered).toEqual(['resident:A']);
    expect(list.documents.map(({ id }) => id)).toEqual(['resident:B', 'resident:C']);
    await expect(memory.store.readDocument(SCOPE, 'resident:A')).rejects.toMatchObject({ kind: 'tampered' });
  });

  it('keeps its replica id and its notes', async () => {
    const memory = await aMemoryStore();
    const id = await (await memory.store.beginTurn()).replicaId();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await memory.store.putNote('session', { roles: ['grid:1'] });
    memory.store.close();
    const after = await memory.again();
    expect(await (await after.beginTurn()).replicaId()).toBe(id);
    expect(await after.readNote('session')).toEqual({ roles: ['grid:1'] });
    expect(await after.readNote('other')).toBeUndefined();
  });

  it('writes nothing into a database that a newer app has made its own', async () => {
    const memory = await aMemoryStore();
    const db = await looked(memory);
    await db.table('meta').put({ key: 'schema', value: 99 });
    await expect(memory.store.saveAction([resident('resident:A', 'a')])).rejects.toMatchObject({
      kind: 'newer-schema',
    });
    await expect(memory.store.putDraft('k', 1)).rejects.toMatchObject({ kind: 'newer-schema' });
    expect(await memory.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('lets go when another tab wants to upgrade or delete it, and says so', async () => {
    const onClosed = vi.fn();
    const memory = await aMemoryStore({ onClosed });
    const newer = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
    newer.version(99).stores({});
    await newer.open();
    expect(onClosed).toHaveBeenCalled();
    await expect(memory.store.countWaiting()).rejects.toMatchObject({ kind: 'closed' });
  });

  it('says where there is no IndexedDB at all', async () => {
    const refusing = refusingDisk();
    await expect(aMemoryStore({ indexedDB: refusing })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('keeps a tab out whose turn of syncing was taken over', async () => {
    const memory = await aMemoryStore();
    await memory.store.saveAction([resident('resident:A', 'a')]);
    const thawed = await memory.store.beginTurn();
    await (await memory.again()).beginTurn();
    const rev = (await memory.store.readDocument(SCOPE, 'resident:A'))!.rev;
    const fenced = { kind: 'fenced' };
    await expect(thawed.markAttempted(SCOPE, [{ id: 'resident:A', rev }])).rejects.toMatchObject(fenced);
    await expect(thawed.confirm(SCOPE, [{ id: 'resident:A', rev }])).rejects.toMatchObject(fenced);
    await expect(thawed.putCheckpoint(SCOPE, { since: 9 })).rejects.toMatchObject(fenced);
    await expect(
      thawed.storePulled(await thawed.preparePulled(SCOPE, [], true), { since: 9 }),
    ).rejects.toMatchObject(fenced);
    expect(await memory.store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
  });

  it('lets a scope go without its unsent work', async () => {
    const memory = await aMemoryStore();
    const turn = await memory.store.beginTurn();
    const body = { _id: 'resident:B', type: 'resident' };
    const row = { id: 'resident:B', rev: '1-b', deleted: false, body, path: ['1-b'], conflicts: [] };
    await turn.storePulled(await turn.preparePulled(SCOPE, [row], true), { since: 1 });
    await memory.store.saveAction([resident('resident:A', 'a')]);
    expect(await memory.store.listHeldScopes()).toEqual([SCOPE]);
    await memory.store.dropScope(SCOPE);
    expect(await memory.store.listHeldScopes()).toEqual([]);
    expect(await memory.store.countDocuments(SCOPE)).toBe(0);
    expect((await memory.store.listByType(SCOPE, 'resident')).documents.map(({ id }) => id)).toEqual([
      'resident:A',
    ]);
  });
});
