import { expect, it } from 'vitest';
import { aPhotoDevice, PHOTOS_SCOPE } from '#tests/fixtures/photo-device.ts';
import { emptyFieldModel } from '#lib/domain/field-model.ts';
import { giveUpPhotos, photosGivenUp } from './attention-photos.ts';
import { listRefused, momentsSetAside, refusedFile, sendAgain, setAside } from './attention.ts';

/** A visit on the server, of whose three photos the server refused two. */
async function twoRefused() {
  const device = await aPhotoDevice(['photo:A', 'photo:B', 'photo:C']);
  const queue = await device.queue();
  await queue.rejectPhoto('photo:A', 'status 413, too_large: the request entity is too large');
  await queue.rejectPhoto('photo:B', 'damaged on this tablet');
  const parts = {
    store: device.store,
    model: emptyFieldModel(),
    eventScopes: ['events-999999001001001-2026'],
    nowMs: () => 5,
  };
  const [row, ...others] = await listRefused(parts);
  if (!row) throw new Error('nothing is told');
  return { device, parts, row, others };
}

it('refused photos of one visit are one row, with their reasons in words', async () => {
  const { row, others } = await twoRefused();
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    what: 'photos',
    type: 'photo',
    photos: ['photo:A', 'photo:B'],
    reasons: [{ refusal: { kind: 'photoTooLarge' } }, { refusal: { kind: 'photoDamaged' } }],
  });
});

it('they are sent again when she says so', async () => {
  const { device, parts, row } = await twoRefused();
  expect(await sendAgain(parts, row)).toEqual({ outcome: 'waiting' });
  expect(await device.waiting()).toEqual(['photo:A', 'photo:B', 'photo:C']);
  expect(await listRefused(parts)).toEqual([]);
  expect(await sendAgain(parts, row)).toEqual({ outcome: 'gone' });
});

it('they are handed out with their bytes and set aside, and are never counted as confirmed', async () => {
  const { device, parts, row } = await twoRefused();
  const { documents } = await refusedFile(parts, row);
  expect(documents).toMatchObject([
    { database: PHOTOS_SCOPE, document: { _id: 'photo:A', _attachments: { 'photo.jpg': {} } } },
    { database: PHOTOS_SCOPE, reason: 'damaged on this tablet', document: { _id: 'photo:B' } },
  ]);
  await setAside(parts, row);
  expect(await listRefused(parts)).toEqual([]);
  expect(await device.waiting()).toEqual(['photo:C']);
  expect(await photosGivenUp(parts.store)).toEqual(['photo:A', 'photo:B']);
  expect(await momentsSetAside(parts.store)).toEqual([5]);
});

it('they are remembered before they go: broken off in between, they count as missing until they are sent', async () => {
  const { device, parts, row } = await twoRefused();
  const killed = giveUpPhotos(parts.store, ['photo:A', 'photo:B'], () => Promise.reject(new Error('killed')));
  await expect(killed).rejects.toThrow('killed');
  expect(await photosGivenUp(parts.store)).toEqual(['photo:A', 'photo:B']);
  expect(await sendAgain(parts, row)).toEqual({ outcome: 'waiting' });
  expect(await device.waiting()).toEqual(['photo:A', 'photo:B', 'photo:C']);
  expect(await photosGivenUp(parts.store)).toEqual([]);
});

it('what stayed, as it was sent meanwhile, is not remembered as given up', async () => {
  const { parts } = await twoRefused();
  await giveUpPhotos(parts.store, ['photo:A'], () => Promise.resolve(['photo:A']));
  await giveUpPhotos(parts.store, ['photo:A', 'photo:B'], () => Promise.resolve([]));
  expect(await photosGivenUp(parts.store)).toEqual(['photo:A']);
});
