import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aMemoryStore, refusingDisk } from '#tests/fixtures/memory-store.ts';
import { openTablet } from './tablet.ts';
import { openPeopleTable } from './tablet-tables.ts';
import { openTables } from './tables.ts';

const SCOPE = 'grid-1';
const body = { _id: 'resident:A', type: 'resident', name: 'a' };

afterEach(() => void vi.restoreAllMocks());

/** From now on the disk is full: told with the write, or only when the transaction would commit. */
function fillDisk(when: 'at the write' | 'at the commit'): void {
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (when === 'at the write') throw new DOMException('no room', 'QuotaExceededError');
    const request = put.apply(this, args);
    const abort = Reflect.get(this.transaction, '_abort') as (name: string) => void;
    queueMicrotask(() => abort.call(this.transaction, 'QuotaExceededError'));
    return request;
  });
}

describe.each(['at the write', 'at the commit'] as const)('a full disk, told %s', (when) => {
  it('is an outcome, and nothing was written, neither work nor draft', async () => {
    const { store } = await aMemoryStore();
    await store.putDraft('k', 'draft');
    fillDisk(when);
    expect(await store.saveAction([{ scope: SCOPE, body }], 'k')).toEqual({ outcome: 'full' });
    expect(await store.putDraft('k', 'newer')).toEqual({ outcome: 'full' });
    vi.restoreAllMocks();
    expect((await store.readDraft('k'))?.value).toBe('draft');
    expect(await store.readDocument(SCOPE, 'resident:A')).toBeUndefined();
    expect((await store.saveAction([{ scope: SCOPE, body }], 'k')).outcome).toBe('saved');
  });

  it('keeps nobody out, and lets nobody try more often', async () => {
    const tablet = await openTablet({
      indexedDB: new IDBFactory(),
      IDBKeyRange,
      nowMs: () => 1,
      rounds: 1000,
    });
    const enrolled = await tablet.enrol('li', 'password');
    if (enrolled.outcome !== 'open') throw new Error('not enrolled');
    await enrolled.wrapForPin('258036');
    fillDisk(when);
    expect((await tablet.unlockByPin('li', '258036')).outcome).toBe('open');
    for (const triesLeft of [3, 2, 1]) {
      expect(await tablet.unlockByPin('li', '000000')).toEqual({ outcome: 'wrong', triesLeft });
    }
    expect(await tablet.unlockByPin('li', '000000')).toEqual({ outcome: 'password-needed' });
    expect(await tablet.unlockByPin('li', '258036')).toEqual({ outcome: 'password-needed' });
    expect((await tablet.unlockByPassword('li', 'password')).outcome).toBe('open');
  });

  it('loses no pulled row: the checkpoint stays where it was', async () => {
    const { store } = await aMemoryStore();
    const turn = await store.beginTurn();
    const row = { id: 'resident:A', rev: '1-a', deleted: false, body, path: ['1-a'], conflicts: [] };
    const prepared = await turn.preparePulled(SCOPE, [row], true);
    fillDisk(when);
    await expect(turn.storePulled(prepared, { since: 5 })).rejects.toMatchObject({ kind: 'full' });
    vi.restoreAllMocks();
    expect(await turn.readCheckpoint(SCOPE)).toBeUndefined();
    expect(await turn.countDocuments(SCOPE)).toBe(0);
  });
});

it('copies of photos make room for what she saves, for what the server said of it and for a turn of syncing', async () => {
  const { store } = await aMemoryStore();
  const saved = await store.saveAction([{ scope: SCOPE, body }]);
  const rev = saved.outcome === 'saved' ? saved.revs[0]! : '';
  const copy = { scope: 'photos-1', of: 'visit:V', digest: 'md5-x', bytes: new Uint8Array(10) };
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
  const remove = Reflect.get(IDBObjectStore.prototype, 'delete') as IDBObjectStore['delete'];
  const fill = async () => {
    await store.photos.keepFetched({ ...copy, id: 'photo:A' }, {});
    let hasRoom = false;
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
      hasRoom ||= this.name === 'photoBytes';
      return remove.call(this, key);
    });
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (!hasRoom) throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, args);
    });
  };
  await fill();
  expect((await store.saveAction([{ scope: SCOPE, body: { ...body, _id: 'resident:B' } }])).outcome).toBe(
    'saved',
  );
  vi.restoreAllMocks();
  await fill();
  expect(await store.putDraft('k', 'draft')).toEqual({ outcome: 'kept' });
  vi.restoreAllMocks();
  await fill();
  const turn = await store.beginTurn();
  vi.restoreAllMocks();
  await fill();
  await turn.confirm(SCOPE, [{ id: 'resident:A', rev }]);
  expect((await store.countWaiting()).waiting).toBe(1);
  vi.restoreAllMocks();
  expect(await store.photos.readBytes('photo:A')).toBeUndefined();
});

it('a tab that does not let go of the old database blocks an upgrade, and is told of', async () => {
  const indexedDB = new IDBFactory();
  await new Promise((resolve) => {
    const request = indexedDB.open('store-test', 1);
    request.onsuccess = resolve;
  });
  const opening = openTables('store-test', { indexedDB, IDBKeyRange }, () => undefined);
  await expect(opening).rejects.toMatchObject({ kind: 'blocked' });
});

/** What a browser does when it is short of something, or its storage is cleared. */
async function forceClose(db: IDBDatabase): Promise<void> {
  const forced = (await import('fake-indexeddb/lib/forceCloseDatabase' as string)) as {
    default(db: IDBDatabase): void;
  };
  forced.default(db);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('a database the browser closes', () => {
  it('is opened again, and nothing of what was saved or is being saved is lost', async () => {
    const onClosed = vi.fn();
    const connections: IDBDatabase[] = [];
    const { store } = await aMemoryStore({ onClosed, indexedDB: remembering(connections) });
    expect((await store.saveAction([{ scope: SCOPE, body }])).outcome).toBe('saved');
    for (const round of [1, 2]) {
      await forceClose(connections.at(-1)!);
      expect((await store.readDocument(SCOPE, 'resident:A'))?.body).toEqual(body);
      expect(connections).toHaveLength(2 + 2 * round);
    }
    expect(onClosed).not.toHaveBeenCalled();
  });

  it('again before anything went well says so once, and every later call names the fault', async () => {
    const onClosed = vi.fn();
    const connections: IDBDatabase[] = [];
    const factory = remembering(connections);
    const { store } = await aMemoryStore({ onClosed, indexedDB: factory });
    await forceClose(connections[0]!);
    const open = factory.open.bind(factory);
    factory.open = (name, version) => {
      const request = open(name, version);
      request.addEventListener('success', () => void forceClose(request.result));
      return request;
    };
    await expect(store.saveAction([{ scope: SCOPE, body }])).rejects.toMatchObject({ kind: 'closed' });
    await expect(store.countWaiting()).rejects.toMatchObject({ kind: 'closed' });
    expect(onClosed.mock.calls).toEqual([['closed']]);
  });

  it('and clears is told as that, and never taken for an empty one', async () => {
    const onClosed = vi.fn();
    const connections: IDBDatabase[] = [];
    const factory = remembering(connections);
    const { store, name, again } = await aMemoryStore({ onClosed, indexedDB: factory });
    await store.saveAction([{ scope: SCOPE, body }]);
    for (const db of connections.splice(0)) await forceClose(db);
    await new Promise((resolve) => (factory.deleteDatabase(name).onsuccess = resolve));
    await expect(store.saveAction([{ scope: SCOPE, body }])).rejects.toMatchObject({ kind: 'wiped' });
    await expect(store.countWaiting()).rejects.toMatchObject({ kind: 'wiped' });
    expect(onClosed.mock.calls).toEqual([['wiped']]);
    const anew = await again();
    expect(anew.isNew).toBe(true);
    expect(await anew.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });
});

/** A factory that keeps the connections it opened. */
function remembering(connections: IDBDatabase[]): IDBFactory {
  const factory = new IDBFactory();
  const open = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  };
  return factory;
}

it('a tablet without IndexedDB has no list of people, and says why', async () => {
  const refusing = refusingDisk();
  await expect(openPeopleTable('people', { indexedDB: refusing, IDBKeyRange })).rejects.toMatchObject({
    kind: 'unavailable',
  });
});
