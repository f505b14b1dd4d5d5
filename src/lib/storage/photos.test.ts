import { Dexie } from 'dexie';
import { IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aMemoryStore, type MemoryStore } from '#tests/fixtures/memory-store.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { PhotoPut } from './photo-saving.ts';

const EVENTS = 'events-999999001001001-2026';
const PHOTOS = 'photos-999999001001001';
const DRAFT = 'f1|household:A|';
const VISIT = 'visit:V';
/** What no sealed row may show. */
const MARK = 'JFIF-of-a-kitchen';

const bytesOf = (text: string) => new TextEncoder().encode(`${MARK} ${text}`);
const taken = (id: string, draftKey = DRAFT) => {
  const bytes = bytesOf(id);
  return { id, draftKey, bytes, digest: attachmentDigest(bytes), width: 1600, height: 1200 };
};
const visit = { scope: EVENTS, body: { _id: VISIT, type: 'visit', household: 'household:A' } };
const put = (id: string): PhotoPut => ({
  scope: PHOTOS,
  body: { _id: id, type: 'photo', event: VISIT },
  event: { scope: EVENTS, id: VISIT },
});

async function withPhotos(ids: readonly string[]): Promise<MemoryStore> {
  const memory = await aMemoryStore();
  for (const id of ids)
    expect(await memory.store.photos.keepDraft(taken(id), 3)).toEqual({ outcome: 'kept' });
  return memory;
}

/** The visit is saved with these photos and confirmed. */
async function sentVisit(ids: readonly string[]) {
  const memory = await withPhotos(ids);
  const saved = await memory.store.saveAction([visit], DRAFT, ids.map(put));
  if (saved.outcome !== 'saved') throw new Error(saved.outcome);
  const turn = await memory.store.beginTurn();
  await turn.confirm(EVENTS, [{ id: VISIT, rev: saved.revs[0]! }]);
  return { ...memory, turn, queue: turn.photos };
}

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

afterEach(() => void vi.restoreAllMocks());

describe('a photo of an unsaved form', () => {
  it('outlives the tab, sealed', async () => {
    const memory = await withPhotos(['photo:A', 'photo:B']);
    memory.store.close();
    const again = await memory.again();
    expect(idsOf(await again.photos.listDraft(DRAFT))).toEqual(['photo:A', 'photo:B']);
    expect(await again.photos.readBytes('photo:A')).toEqual(bytesOf('photo:A'));
    const db = new Dexie(memory.name, { indexedDB: memory.indexedDB, IDBKeyRange });
    await db.open();
    const rows = (await Promise.all(db.tables.map((table) => table.toArray()))).flat() as object[];
    const seen = rows.flatMap((row) => Object.values(row)).filter((value) => value instanceof Uint8Array);
    expect(seen.length).toBeGreaterThan(3);
    for (const value of seen)
      expect(new TextDecoder('latin1').decode(value as Uint8Array)).not.toContain(MARK);
    expect(JSON.stringify(rows)).not.toContain(taken('photo:A').digest);
  });

  it('is one of three at most', async () => {
    const { store } = await withPhotos(['photo:A', 'photo:B', 'photo:C']);
    expect(await store.photos.keepDraft(taken('photo:D'), 3)).toEqual({ outcome: 'tooMany' });
    expect(await store.photos.keepDraft(taken('photo:D', 'f2|household:B|'), 3)).toEqual({ outcome: 'kept' });
  });

  it('can be taken away and put back until another took its place', async () => {
    const { store } = await withPhotos(['photo:A', 'photo:B', 'photo:C']);
    expect(await store.photos.removeDraft('photo:B')).toBe('done');
    expect(idsOf(await store.photos.listDraft(DRAFT))).toEqual(['photo:A', 'photo:C']);
    expect(await store.photos.restoreDraft('photo:B', 3)).toBe('done');
    expect(idsOf(await store.photos.listDraft(DRAFT))).toEqual(['photo:A', 'photo:B', 'photo:C']);
    await store.photos.removeDraft('photo:B');
    await store.photos.keepDraft(taken('photo:D'), 3);
    expect(await store.photos.restoreDraft('photo:B', 3)).toBe('gone');
  });

  it('goes with its draft', async () => {
    const { store } = await withPhotos(['photo:A']);
    await store.deleteDraft(DRAFT);
    expect(await store.photos.listDraft(DRAFT)).toEqual([]);
    expect(await store.photos.readBytes('photo:A')).toBeUndefined();
  });

  it('is not kept on a full disk, and what was kept before stays', async () => {
    const { store } = await withPhotos(['photo:A']);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    expect(await store.photos.keepDraft(taken('photo:B'), 3)).toEqual({ outcome: 'full' });
    vi.restoreAllMocks();
    expect(idsOf(await store.photos.listDraft(DRAFT))).toEqual(['photo:A']);
    expect(await store.photos.readBytes('photo:B')).toBeUndefined();
  });
});

describe('photos saved with their visit', () => {
  it('wait from the same moment as it, and what was taken away is gone', async () => {
    const { store } = await withPhotos(['photo:A', 'photo:B']);
    await store.photos.removeDraft('photo:B');
    await store.putDraft(DRAFT, 'draft');
    expect((await store.saveAction([visit], DRAFT, [put('photo:A')])).outcome).toBe('saved');
    const [action] = (await store.listUnsentActions()).waiting;
    expect(await store.photos.listUnsent()).toEqual({
      waiting: [{ id: 'photo:A', of: VISIT, savedAt: action!.savedAt, tries: 0 }],
      refused: [],
    });
    expect(await store.photos.readBytes('photo:A')).toEqual(bytesOf('photo:A'));
    expect(await store.photos.readBytes('photo:B')).toBeUndefined();
    expect(await store.photos.listDraft(DRAFT)).toEqual([]);
    expect(await store.readDraft(DRAFT)).toBeUndefined();
  });

  it('are saved with it or not at all', async () => {
    const { store } = await withPhotos(['photo:A']);
    expect(await store.saveAction([visit], DRAFT, [put('photo:A'), put('photo:nobody')])).toMatchObject({
      outcome: 'moved',
    });
    expect((await store.countWaiting()).waiting).toBe(0);
    expect(idsOf(await store.photos.listDraft(DRAFT))).toEqual(['photo:A']);
  });

  it('belong to one visit, whoever else saves the same form', async () => {
    const { store } = await withPhotos(['photo:A']);
    await store.saveAction([visit], DRAFT, [put('photo:A')]);
    const second = { ...visit, body: { ...visit.body, _id: 'visit:W' } };
    expect((await store.saveAction([second], DRAFT, [put('photo:A')])).outcome).toBe('moved');
    expect((await store.saveAction([second], DRAFT, [])).outcome).toBe('saved');
    expect((await store.photos.listUnsent()).waiting).toMatchObject([{ id: 'photo:A', of: VISIT }]);
  });

  it('may not go before the visit is on the server', async () => {
    const { store } = await withPhotos(['photo:A']);
    const saved = await store.saveAction([visit], DRAFT, [put('photo:A')]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const turn = await store.beginTurn();
    expect(await turn.photos.listWaitingPhotos()).toEqual([]);
    const refused = { id: VISIT, rev: saved.revs[0]!, error: 'forbidden', reason: 'because' };
    await turn.reject(EVENTS, [refused]);
    expect(await turn.photos.listWaitingPhotos()).toEqual([]);
    expect(await store.retryRejection({ scope: EVENTS, id: VISIT, rev: refused.rev })).toBe('waiting');
    await turn.confirm(EVENTS, [{ id: VISIT, rev: refused.rev }]);
    expect(await turn.photos.listWaitingPhotos()).toEqual([{ id: 'photo:A', scope: PHOTOS, tries: 0 }]);
  });
});

describe('the queue of photos', () => {
  it('has the same revision for the same photo, with its digest in it', async () => {
    const first = await (await sentVisit(['photo:A'])).queue.readWaitingPhoto('photo:A');
    const second = await (await sentVisit(['photo:A'])).queue.readWaitingPhoto('photo:A');
    expect(first).toMatchObject({
      scope: PHOTOS,
      digest: taken('photo:A').digest,
      bytes: bytesOf('photo:A'),
    });
    expect(first?.rev).toMatch(/^1-[0-9a-f]{32}$/);
    expect(second?.rev).toBe(first?.rev);
  });

  it('takes those first that failed less often, then the oldest', async () => {
    const { queue } = await sentVisit(['photo:A', 'photo:B', 'photo:C']);
    await queue.postponePhoto('photo:A');
    expect(idsOf(await queue.listWaitingPhotos())).toEqual(['photo:B', 'photo:C', 'photo:A']);
  });

  it('counts a photo until it is confirmed, and keeps it to look at', async () => {
    const { store, queue } = await sentVisit(['photo:A', 'photo:B']);
    await queue.confirmPhoto('photo:A');
    expect(idsOf((await store.photos.listUnsent()).waiting)).toEqual(['photo:B']);
    expect(await queue.readWaitingPhoto('photo:A')).toBeUndefined();
    expect(await store.photos.readBytes('photo:A')).toEqual(bytesOf('photo:A'));
  });

  it('lets what the server lost wait again', async () => {
    const { queue } = await sentVisit(['photo:A']);
    const rev = (await queue.readWaitingPhoto('photo:A'))!.rev;
    await queue.confirmPhoto('photo:A');
    expect(await queue.listSentPhotos()).toEqual([{ id: 'photo:A', scope: PHOTOS, rev }]);
    await queue.resendPhotos(['photo:A']);
    expect((await queue.readWaitingPhoto('photo:A'))?.rev).toBe(rev);
  });

  it('keeps what was refused until a person sends it again', async () => {
    const { store, queue } = await sentVisit(['photo:A']);
    await queue.rejectPhoto('photo:A', 'not here');
    expect(await queue.listWaitingPhotos()).toEqual([]);
    expect(await store.photos.listRefused()).toMatchObject([{ id: 'photo:A', reason: 'not here' }]);
    await store.photos.retryRefused(['photo:A']);
    expect(idsOf(await queue.listWaitingPhotos())).toEqual(['photo:A']);
  });

  it('belongs to its turn', async () => {
    const { store, queue } = await sentVisit(['photo:A']);
    await store.beginTurn();
    await expect(queue.confirmPhoto('photo:A')).rejects.toMatchObject({ kind: 'fenced' });
    expect(idsOf((await store.photos.listUnsent()).waiting)).toEqual(['photo:A']);
  });
});

describe('copies of photos', () => {
  const fetched = (id: string) => ({ id, scope: PHOTOS, of: 'visit:other', digest: 'd', bytes: bytesOf(id) });
  const plenty = { quota: 1e9, usage: 0 };
  const nothing = { quota: 1000, usage: 1000 };

  it('go where there is no room, the longest not looked at first, and never what is unsent', async () => {
    const { store } = await sentVisit(['photo:mine']);
    for (const id of ['photo:X', 'photo:Y', 'photo:Z']) await store.photos.keepFetched(fetched(id), plenty);
    await store.photos.touch('photo:X');
    await store.photos.tidy({ quota: 4 * 2 * bytesOf('photo:X').length, usage: 0 });
    const here = async (id: string) => (await store.photos.readBytes(id)) !== undefined;
    expect([await here('photo:X'), await here('photo:Y'), await here('photo:Z')]).toEqual([
      true,
      false,
      true,
    ]);
    await store.photos.tidy(nothing);
    expect([await here('photo:X'), await here('photo:mine')]).toEqual([false, true]);
  });

  it('make room for a photo that is being taken', async () => {
    const { store } = await withPhotos([]);
    await store.photos.keepFetched(fetched('photo:X'), plenty);
    const real = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
    let refusals = 1;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (refusals-- > 0) throw new DOMException('no room', 'QuotaExceededError');
      return real.apply(this, args);
    });
    expect(await store.photos.keepDraft(taken('photo:A'), 3)).toEqual({ outcome: 'kept' });
    expect(await store.photos.readBytes('photo:X')).toBeUndefined();
    expect(await store.photos.readBytes('photo:A')).toBeDefined();
  });

  it('never take the place of what was taken here', async () => {
    const { store, queue } = await sentVisit(['photo:A']);
    await store.photos.keepFetched({ ...fetched('photo:A'), bytes: bytesOf('other') }, plenty);
    expect(await store.photos.readBytes('photo:A')).toEqual(bytesOf('photo:A'));
    expect(idsOf(await queue.listWaitingPhotos())).toEqual(['photo:A']);
  });

  it('go with the roster of their grid, unsent ones excepted', async () => {
    const { store, queue } = await sentVisit(['photo:A', 'photo:B']);
    await queue.confirmPhoto('photo:A');
    await store.photos.keepFetched(fetched('photo:X'), plenty);
    await store.dropScope('grid-999999001001001');
    expect(await store.photos.readBytes('photo:A')).toBeUndefined();
    expect(await store.photos.readBytes('photo:X')).toBeUndefined();
    expect(await store.photos.readBytes('photo:B')).toBeDefined();
  });
});
