import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { photoBytes } from '#tests/fixtures/photo-device.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import { draftName } from './draft-name.ts';
import { photoWork, type PhotoWorkOptions } from './photo-work.ts';
import { photoPuts, visitPhotos, withKeptPhotos } from './visit-photos.ts';
import type { VisitStart } from './visit-start.ts';

const KEY = { form: 'f1', household: 'household:A' } as const;
const GRID = '999999001001001';
const there = photoBytes('photo:THEIRS');
const of = { visit: 'visit:W', household: 'household:A', digest: attachmentDigest(there) };

async function working(changed: Partial<PhotoWorkOptions> = {}) {
  const { store } = await aMemoryStore();
  let drawn = 0;
  const asked: string[] = [];
  const work = photoWork({
    photos: store.photos,
    ids: { nowMs: () => 1, randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    clock: { nowMs: () => 1, steadyMs: () => 1, after: () => () => undefined },
    database: 'https://host/db',
    fetch: (url) => {
      asked.push(url);
      return Promise.resolve(new Response(there));
    },
    isOnline: () => true,
    gridOf: (household) => (household === 'household:A' ? GRID : undefined),
    redraw: async (picture) =>
      picture.size === 0 ? undefined : { bytes: photoBytes(`drawn ${++drawn}`), width: 1600, height: 1200 },
    room: () => Promise.resolve({ quota: 1e9, usage: 0 }),
    ...changed,
  });
  return { work, store, asked };
}
const picture = new Blob(['picture']);

async function bytesOf(read: Awaited<ReturnType<Awaited<ReturnType<typeof working>>['work']['read']>>) {
  if (read.outcome !== 'here') throw new Error(read.outcome);
  expect(read.picture.type).toBe('image/jpeg');
  return new Uint8Array(await read.picture.arrayBuffer());
}

describe('a photo that is taken', () => {
  it('is kept for its form and shown from there, three at most', async () => {
    const { work, store } = await working();
    const taken = await work.take(KEY, picture);
    if (taken.outcome !== 'kept') throw new Error(taken.outcome);
    expect(await bytesOf(await work.read({ photo: taken.photo }))).toEqual(photoBytes('drawn 1'));
    await work.take(KEY, picture);
    await work.take(KEY, picture);
    expect(await work.take(KEY, picture)).toEqual({ outcome: 'enough' });
    expect(await store.photos.listDraft(draftName(KEY))).toHaveLength(3);
  });

  it('is no picture where the browser opens none', async () => {
    const { work } = await working();
    expect(await work.take(KEY, new Blob([]))).toEqual({ outcome: 'unreadable' });
  });
});

describe('a photo of a visit', () => {
  it('is fetched once, by its digest, and then is here', async () => {
    const { work, asked } = await working();
    expect(await bytesOf(await work.read({ photo: 'photo:THEIRS', of }))).toEqual(there);
    expect(await bytesOf(await work.read({ photo: 'photo:THEIRS', of }))).toEqual(there);
    expect(asked).toEqual([`https://host/db/photos-${GRID}/photo%3ATHEIRS/photo.jpg`]);
  });

  it.each<[string, Partial<PhotoWorkOptions>, string]>([
    ['there is no network', { isOnline: () => false }, 'offline'],
    ['nobody answers', { fetch: () => Promise.reject(new TypeError('no line')) }, 'offline'],
    ['the server has none', { fetch: async () => new Response('{}', { status: 404 }) }, 'notThere'],
    ['something else comes', { fetch: async () => new Response('other') }, 'failed'],
    ['its household is not here', { gridOf: () => undefined }, 'failed'],
  ])('is told where %s', async (_what, changed, outcome) => {
    const { work } = await working(changed);
    expect(await work.read({ photo: 'photo:THEIRS', of })).toEqual({ outcome });
  });
});

describe('the photos of an unfinished form', () => {
  const start = (values?: object): VisitStart =>
    ({
      prefill: { roomState: 'owner' },
      ...(values ? { draft: { value: { definition: 'f1', values }, startedAt: '', savedAt: '' } } : {}),
    }) as unknown as VisitStart;
  const kept = [{ id: 'photo:A' }, { id: 'photo:B' }];
  const rows = [{ photo: 'photo:A' }, { photo: 'photo:B' }];

  it('are those the store has, whatever the draft says', () => {
    const opened = withKeptPhotos(start({ result: 'met', photos: [{ photo: 'photo:GONE' }] }), kept);
    expect(opened.draft?.value).toEqual({ definition: 'f1', values: { result: 'met', photos: rows } });
  });

  it('open a form of which no draft was kept any more', () => {
    expect(withKeptPhotos(start(), kept).prefill).toEqual({ roomState: 'owner', photos: rows });
    expect(withKeptPhotos(start(), []).prefill).toEqual({ roomState: 'owner' });
  });

  it('are named by the visit as far as they are there, each becoming a document of its own', () => {
    const drafts = ['photo:A', 'photo:C'].map((id) => ({
      id,
      digest: `md5-${id}`,
      width: 8,
      height: 6,
      takenAt: 5,
    }));
    const { answers, taken } = visitPhotos({ result: 'met', photos: rows }, drafts);
    expect(answers).toEqual({ result: 'met', photos: [{ photo: 'photo:A' }] });
    const author = { person: 'limin', device: 'tablet', now: '2026-11-22T01:00:00.000Z' };
    const ids = { randomBytes: (length: number) => new Uint8Array(length).fill(1) };
    const event = { scope: 'events-1', id: 'visit:V' };
    expect(photoPuts(taken, { author, ids, grid: GRID, event })).toMatchObject([
      {
        scope: `photos-${GRID}`,
        event,
        body: {
          _id: 'photo:A',
          event: 'visit:V',
          takenAt: '1970-01-01T00:00:00.005Z',
          createdBy: 'limin',
          salt: '1'.repeat(20),
        },
      },
    ]);
  });
});
