import { expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { photoBytes } from '#tests/fixtures/photo-device.ts';
import { attachmentDigest, base64Of } from '#lib/protocol/attachment.ts';

const EVENTS = 'events-999999001001001-2026';
const PHOTOS = 'photos-999999001001001';
const DRAFT = 'f1|household:A|';
const VISIT = { _id: 'visit:V', type: 'visit', household: 'household:A' };

/** A visit with these photos, refused by the server. */
async function refusedVisit(ids: readonly string[]) {
  const { store } = await aMemoryStore();
  for (const id of ids) {
    const bytes = photoBytes(id);
    const size = { width: 800, height: 600 };
    await store.photos.keepDraft({ id, draftKey: DRAFT, bytes, digest: attachmentDigest(bytes), ...size }, 3);
  }
  const event = { scope: EVENTS, id: VISIT._id };
  const puts = ids.map((id) => ({
    scope: PHOTOS,
    body: { _id: id, type: 'photo', event: VISIT._id },
    event,
  }));
  const saved = await store.saveAction([{ scope: EVENTS, body: VISIT }], DRAFT, puts);
  if (saved.outcome !== 'saved') throw new Error(saved.outcome);
  const key = { ...event, rev: saved.revs[0]! };
  const turn = await store.beginTurn();
  await turn.reject(EVENTS, [{ ...key, error: 'forbidden', reason: 'because' }]);
  return { store, key, queue: turn.photos };
}

const unsent = async ({ store }: Awaited<ReturnType<typeof refusedVisit>>) =>
  (await store.photos.listUnsent()).waiting.map(({ id }) => id);

it('a visit that is given up takes its photos with it: none goes up without it', async () => {
  const device = await refusedVisit(['photo:A', 'photo:B']);
  const { store, key, queue } = device;
  expect(await store.giveUpRejection(key)).toEqual(['photo:A', 'photo:B']);
  expect(await store.listRejections()).toEqual([]);
  expect(await queue.listWaitingPhotos()).toEqual([]);
  expect(await unsent(device)).toEqual([]);
  expect(await store.photos.readBytes('photo:A')).toBeUndefined();
});

it('a visit that was saved anew meanwhile keeps its photos', async () => {
  const device = await refusedVisit(['photo:A']);
  const mended = { scope: EVENTS, body: { ...VISIT, answers: { remark: 'better' } } };
  expect((await device.store.saveAction([mended])).outcome).toBe('saved');
  expect(await device.store.giveUpRejection(device.key)).toEqual([]);
  expect(await unsent(device)).toEqual(['photo:A']);
});

it('photos are handed out as they were to be sent, bytes and all', async () => {
  const { store } = await refusedVisit(['photo:A']);
  const data = base64Of(photoBytes('photo:A'));
  const digest = attachmentDigest(photoBytes('photo:A'));
  expect(await store.photos.handOut(['photo:A', 'photo:nobody'])).toEqual([
    {
      scope: PHOTOS,
      document: {
        _id: 'photo:A',
        type: 'photo',
        event: 'visit:V',
        _attachments: { 'photo.jpg': { content_type: 'image/jpeg', digest, data } },
      },
      reason: '',
    },
  ]);
});

it('only a photo that was refused is given up by itself', async () => {
  const device = await refusedVisit(['photo:A', 'photo:B']);
  const { store, queue, key } = device;
  await store.retryRejection(key);
  await queue.rejectPhoto('photo:B', 'forbidden: not here');
  expect(await store.photos.dropRefused(['photo:A', 'photo:B'])).toEqual(['photo:B']);
  expect(await unsent(device)).toEqual(['photo:A']);
  expect(await store.photos.readBytes('photo:B')).toBeUndefined();
});

it('only the photos a person names wait again', async () => {
  const device = await refusedVisit(['photo:A', 'photo:B']);
  const { store, queue } = device;
  for (const id of ['photo:A', 'photo:B']) await queue.rejectPhoto(id, 'forbidden: not here');
  await store.photos.retryRefused(['photo:A']);
  expect(await unsent(device)).toEqual(['photo:A']);
});
