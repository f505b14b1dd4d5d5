import { Dexie, type Table } from 'dexie';
import { IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { aMemoryStore, newKey } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import type { PulledDocument } from '#lib/protocol/replica-store.ts';
import type { DocumentRow, StoredBundle } from './rows.ts';
import { aesGcmCipher, sealJson } from './sealing.ts';

const SCOPE = 'grid-1';
const idOf = (type: string, n: number) => `${type}:${String(n).padStart(3, '0')}`;
const visit = (n: number, more: object = {}) => ({
  _id: idOf('visit', n),
  type: 'visit',
  household: `household:${String(n % 3)}`,
  n,
  ...more,
});
const room = (n: number) => ({ _id: idOf('room', n), type: 'room', n });
const first = (body: { _id: string }) => aRow(body, [`1-${body._id}`]);

/** A device that has just pulled 120 visits and 10 rooms for the first time. */
async function aDevice() {
  const cipher = aesGcmCipher(await newKey());
  const memory = await aMemoryStore({ cipher });
  const turn = await memory.store.beginTurn();
  const rows = [
    ...Array.from({ length: 120 }, (_, n) => visit(n)),
    ...Array.from({ length: 10 }, (_, n) => room(n)),
  ].map(first);
  const firstPage = await turn.preparePulled(SCOPE, rows, true);
  await turn.storePulled(firstPage, { since: 1 });
  const db = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
  await db.open();
  const bundles: Table<StoredBundle, number> = db.table('bundles');
  const documents: Table<DocumentRow, [string, string]> = db.table('documents');
  const visits = async () => (await memory.store.listByType(SCOPE, 'visit')).documents;
  return { ...memory, cipher, turn, bundles, documents, visits };
}

describe('a first download', () => {
  it('stands in bundles of one type and is read like everything else', async () => {
    const { store, bundles, documents, visits } = await aDevice();
    expect((await bundles.toArray()).map(({ type, keys }) => [type, keys.length])).toEqual([
      ['visit', 100],
      ['visit', 20],
      ['room', 10],
    ]);
    expect(await documents.count()).toBe(0);
    expect(await store.countDocuments(SCOPE)).toBe(130);
    expect((await visits()).map(({ body }) => body.n)).toEqual(Array.from({ length: 120 }, (_, n) => n));
    expect(await store.readDocument(SCOPE, idOf('visit', 77))).toMatchObject({
      rev: '1-visit:077',
      body: visit(77),
      waiting: false,
    });
    expect(await store.readDocument(SCOPE, idOf('visit', 777))).toBeUndefined();
    expect((await store.listByReference('household:1')).documents).toHaveLength(40);
  });

  it('that an earlier build sealed, document by document, is read and changed like one of this build', async () => {
    const { store, turn, bundles, documents, cipher } = await aDevice();
    for (const { number, scope, type, keys, revs } of await bundles.toArray()) {
      const rev = keys.map((key, n) => `${key}@${revs[n]!}`).join(',');
      const contents = keys.map((key, n) => {
        const [name, digits] = key.slice(scope.length + 1).split(':') as [string, string];
        return n === 0 && name === 'room'
          ? { body: room(0), conflicts: ['1-lost'] }
          : { body: name === 'room' ? room(Number(digits)) : visit(Number(digits)) };
      });
      const place = { table: 'bundles' as const, scope, id: type, rev };
      await bundles.update(number, { sealed: await sealJson(cipher, place, contents) });
    }
    const rooms = await store.listByType(SCOPE, 'room');
    expect(rooms).toMatchObject({ tampered: [], documents: { length: 10 } });
    expect(rooms.documents[0]).toMatchObject({ body: room(0), conflicts: ['1-lost'] });
    const [changed] = [aRow(visit(77, { n: 'newer' }), ['2-b', '1-visit:077'])];
    await turn.storePulled(await turn.preparePulled(SCOPE, [changed], false), { since: 2 });
    expect(await documents.count()).toBe(1);
    expect((await store.readDocument(SCOPE, idOf('visit', 78)))?.body).toEqual(visit(78));
    expect((await store.readDocument(SCOPE, idOf('visit', 77)))?.body.n).toBe('newer');
  });

  it('keeps what stands beside a body: its ancestors and its losing leaves', async () => {
    const { turn, store } = await aDevice();
    const scope = 'grid-2';
    const row = {
      ...aRow(room(1), ['3-c', '2-b', '1-a']),
      conflicts: [{ rev: '2-x', deleted: false, body: room(1), path: ['2-x', '1-a'] }],
    };
    await turn.storePulled(await turn.preparePulled(scope, [first(room(0)), row], true), { since: 1 });
    const read = (await store.listByType(scope, 'room')).documents;
    expect(read.map(({ rev, conflicts }) => [rev, conflicts])).toEqual([
      ['1-room:000', []],
      ['3-c', ['2-x']],
    ]);
  });

  it('goes into bundles only where nothing was held before, whatever the pull believes', async () => {
    const { turn, again, bundles, documents } = await aDevice();
    const anew = await (await again()).beginTurn();
    await anew.storePulled(await anew.preparePulled(SCOPE, [aRow(visit(5), ['2-b', '1-visit:005'])], true), {
      since: 2,
    });
    expect(await bundles.count()).toBe(3);
    expect((await documents.toArray()).map(({ id }) => id)).toEqual([idOf('visit', 5)]);
    await expect(turn.readCheckpoint(SCOPE)).resolves.toEqual({ since: 2 });
  });

  it('of which a document changed on the way, between two pages, holds it once, and the newer', async () => {
    const { turn, store, visits } = await aDevice();
    const page = [first(visit(200)), aRow(visit(7, { n: 'newer' }), ['2-b', '1-visit:007'])];
    await turn.storePulled(await turn.preparePulled(SCOPE, page, true), { since: 2 });
    expect(await store.countDocuments(SCOPE)).toBe(131);
    expect((await visits()).filter(({ id }) => id === idOf('visit', 7)).map(({ body }) => body.n)).toEqual([
      'newer',
    ]);
  });

  it('takes no word away that was saved on one of its documents while it came', async () => {
    const { turn, store } = await aDevice();
    const page = await turn.preparePulled(SCOPE, [first(visit(300)), first(visit(301))], true);
    await store.saveAction([{ scope: SCOPE, body: visit(300, { n: 'mine' }) }]);
    await turn.storePulled(page, { since: 2 });
    expect(await store.readDocument(SCOPE, idOf('visit', 300))).toMatchObject({
      waiting: true,
      body: { n: 'mine' },
    });
    expect(await store.readDocument(SCOPE, idOf('visit', 301))).toMatchObject({ waiting: false });
    expect(await store.countDocuments(SCOPE)).toBe(132);
  });
});

describe('a bundled document', () => {
  it('that changes leaves its bundle, and nothing of its old words stays in it', async () => {
    const { turn, store, bundles, visits } = await aDevice();
    await pulls(turn, SCOPE, aRow(visit(3, { n: 'newer' }), ['2-b', '1-visit:003']), gone(4), gone(999));
    const [bundle] = await bundles.toArray();
    expect(bundle?.keys).toHaveLength(98);
    expect(bundle?.keys).not.toContain(`${SCOPE}|${idOf('visit', 4)}`);
    expect(await visits()).toHaveLength(119);
    expect(await store.readDocument(SCOPE, idOf('visit', 3))).toMatchObject({
      rev: '2-b',
      body: { n: 'newer' },
    });
    expect(await store.readDocument(SCOPE, idOf('visit', 4))).toBeUndefined();
    expect(await store.countDocuments(SCOPE)).toBe(129);
  });

  it('that comes again unchanged stays where it is', async () => {
    const { turn, bundles, documents } = await aDevice();
    const before = await bundles.toArray();
    await pulls(turn, SCOPE, ...Array.from({ length: 120 }, (_, n) => first(visit(n))));
    expect(await bundles.toArray()).toEqual(before);
    expect(await documents.count()).toBe(0);
  });

  it('all of whose neighbours left takes its bundle with it', async () => {
    const { turn, bundles } = await aDevice();
    await pulls(
      turn,
      SCOPE,
      ...Array.from({ length: 10 }, (_, n) =>
        aRow({ ...room(n), _deleted: true }, ['2-x', `1-${idOf('room', n)}`]),
      ),
    );
    expect((await bundles.toArray()).map(({ type }) => type)).toEqual(['visit', 'visit']);
  });

  it('is the base of an edit, and leaves its bundle when that is confirmed', async () => {
    const { turn, store, bundles } = await aDevice();
    const id = idOf('room', 2);
    const basedOn = (await store.readDocument(SCOPE, id))?.rev;
    const saved = await store.saveAction([{ scope: SCOPE, body: { ...room(2), n: 'mine' }, basedOn }]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const [rev] = saved.revs;
    expect(await turn.readWaiting(SCOPE, [id], 1e6)).toMatchObject([{ path: [rev, basedOn] }]);
    await turn.markAttempted(SCOPE, [{ id, rev: rev! }]);
    await turn.confirm(SCOPE, [{ id, rev: rev! }]);
    expect(await store.readDocument(SCOPE, id)).toMatchObject({ rev, waiting: false, body: { n: 'mine' } });
    expect((await bundles.toArray()).at(-1)?.keys).toHaveLength(9);
  });

  it('loses its household in an edit, and is no longer found by it', async () => {
    const { store } = await aDevice();
    const id = idOf('visit', 1);
    const basedOn = (await store.readDocument(SCOPE, id))?.rev;
    await store.saveAction([{ scope: SCOPE, body: { ...visit(1), household: 'household:moved' }, basedOn }]);
    expect((await store.listByReference('household:1')).documents.map((each) => each.id)).not.toContain(id);
    expect((await store.listByReference('household:moved')).documents.map((each) => each.id)).toEqual([id]);
  });

  it('leaves with its scope', async () => {
    const { store, bundles } = await aDevice();
    await store.dropScope(SCOPE);
    expect(await bundles.count()).toBe(0);
    expect(await store.countDocuments(SCOPE)).toBe(0);
  });

  it('of a scope that was dropped meanwhile does not come back with its neighbours', async () => {
    const { store, turn, visits } = await aDevice();
    const prepared = await turn.preparePulled(
      SCOPE,
      [aRow(visit(3, { n: 'newer' }), ['2-b', '1-visit:003'])],
      false,
    );
    await store.dropScope(SCOPE);
    await turn.storePulled(prepared, { since: 2 });
    expect((await visits()).map(({ body }) => body.n)).toEqual(['newer']);
  });
});

it('a bundle whose list was altered, or that was swapped for another, opens for nobody', async () => {
  const { store, bundles } = await aDevice();
  const [a, b] = await bundles.toArray();
  await bundles.put({ ...a!, sealed: b!.sealed });
  const list = await store.listByType(SCOPE, 'visit');
  expect(list.documents).toHaveLength(20);
  expect(list.tampered).toHaveLength(100);
  await expect(store.readDocument(SCOPE, idOf('visit', 0))).rejects.toMatchObject({ kind: 'tampered' });
  await bundles.put({ ...b!, revs: b!.revs.map((rev) => rev.replace('1-', '2-')) });
  await expect(store.readDocument(SCOPE, idOf('visit', 110))).rejects.toMatchObject({ kind: 'tampered' });
});

function gone(n: number): PulledDocument {
  return aRow({ ...visit(n), _deleted: true }, ['2-x', `1-${idOf('visit', n)}`]);
}
