import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { openStore } from './open-store.ts';
import { aesGcmCipher } from './sealing.ts';
import { openTablet } from './tablet.ts';

const visit = (name: string) => ({ scope: 'events-1', body: { _id: `visit:${name}`, type: 'visit' } });
const household = (name: string) => ({
  scope: 'grid-1',
  body: { _id: `household:${name}`, type: 'household' },
});
const task = (name: string) => ({ scope: 'grid-1', body: { _id: `task:${name}`, type: 'task' } });

describe('what waits, as the person who did it counts it', () => {
  it('counts a visit once, whatever it changed', async () => {
    const { store } = await aMemoryStore();
    await store.saveAction([visit('a'), household('a'), task('a')]);
    await store.saveAction([visit('b')]);
    const { waiting, refused } = await store.listUnsentActions();
    expect(waiting.map(({ ids }) => ids)).toEqual([['visit:a', 'household:a', 'task:a'], ['visit:b']]);
    expect(waiting[0]!.savedAt).toBeLessThan(waiting[1]!.savedAt);
    expect(refused).toEqual([]);
  });

  it('gives a document changed by two of them to the later one, and still counts two', async () => {
    const { store } = await aMemoryStore();
    await store.saveAction([visit('a'), household('x')]);
    const { rev } = (await store.readDocument('grid-1', 'household:x'))!;
    await store.saveAction([visit('b'), { ...household('x'), basedOn: rev }]);
    expect((await store.listUnsentActions()).waiting.map(({ ids }) => ids.toSorted())).toEqual([
      ['visit:a'],
      ['household:x', 'visit:b'],
    ]);
  });
});

describe('what lies sealed', () => {
  const aTablet = async () => {
    const factory = { indexedDB: new IDBFactory(), IDBKeyRange };
    let now = 0;
    const nowMs = () => (now += 1);
    const tablet = await openTablet({ ...factory, nowMs, rounds: 1000 });
    const aStore = (opened: { storeName: string; key: CryptoKey }) =>
      openStore({
        ...factory,
        name: opened.storeName,
        cipher: aesGcmCipher(opened.key),
        referenceOf: () => undefined,
        nowMs,
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      });
    return { tablet, aStore };
  };

  it('is counted without its password, and stays when she begins anew, to be opened later', async () => {
    const { tablet, aStore } = await aTablet();
    const enrolled = await tablet.enrol('li', 'old');
    if (enrolled.outcome !== 'open') throw new Error('not enrolled');
    await tablet.rememberName('li', '李敏');
    const store = await aStore(enrolled);
    await store.saveAction([visit('a'), household('a')]);
    await store.putDraft('f1|household:b|', { value: {}, startedAt: '2026-11-22T00:00:00Z' });
    store.close();
    const nothing = { unsent: 0, drafts: 0 };
    expect(await tablet.countSealedWork('li', 'current')).toEqual({ unsent: 1, drafts: 1 });
    expect(await tablet.countSealedWork('li', 'former')).toEqual(nothing);
    await tablet.startAnew('li', 'new');
    expect(await tablet.countSealedWork('li', 'current')).toEqual(nothing);
    expect(await tablet.countSealedWork('li', 'former')).toEqual({ unsent: 1, drafts: 1 });
    expect(await tablet.listPeople()).toMatchObject([{ userName: 'li', displayName: '李敏' }]);
    expect(await tablet.unlockFormer('li', 'guess')).toEqual([]);
    const [former] = await tablet.unlockFormer('li', 'old');
    const again = await aStore(former!);
    expect(await again.readDocument('events-1', 'visit:a')).toMatchObject({ waiting: true });
    again.close();
  });
});
