// 要处理, the photos: those of one visit that the server refused are one row. Invariants: a photo is told and dealt with by
// the moment its visit was saved; one that is given up goes only by hand, after it was handed out, and is never counted
// as confirmed afterwards.
import { photoRefusalOf } from '#lib/domain/refusal.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { RefusedPhoto } from '#lib/storage/photo-counts.ts';
import type { PhotoToHandOut } from '#lib/storage/photo-refused.ts';
import { aboutDocument } from './about-document.ts';
import type { AttentionParts, RefusedFile, RefusedRow } from './refused-row.ts';

export async function listRefusedPhotos(parts: AttentionParts): Promise<RefusedRow[]> {
  const byMoment = new Map<number, RefusedPhoto[]>();
  for (const photo of await parts.store.photos.listRefused())
    byMoment.set(photo.savedAt, [...(byMoment.get(photo.savedAt) ?? []), photo]);
  return Promise.all([...byMoment].map(([action, photos]) => rowOf(parts, action, photos)));
}

async function rowOf(
  parts: AttentionParts,
  action: number,
  photos: readonly RefusedPhoto[],
): Promise<RefusedRow> {
  const about = await aboutDocument(parts, photos[0]!.of);
  return {
    what: 'photos',
    action,
    savedAt: new Date(action).toISOString(),
    type: 'photo',
    ...(about ? { about } : {}),
    photos: photos.map(({ id }) => id),
    reasons: photos.map(({ reason }) => ({ type: 'photo', refusal: photoRefusalOf(reason), raw: reason })),
  };
}

const idsOf = async (store: DeviceStore, action: number) =>
  (await store.photos.listRefused()).filter(({ savedAt }) => savedAt === action).map(({ id }) => id);

export async function sendPhotosAgain(
  { store }: AttentionParts,
  action: number,
): Promise<{ outcome: 'waiting' | 'gone' }> {
  const ids = await idsOf(store, action);
  await store.photos.retryRefused(ids);
  return { outcome: ids.length > 0 ? 'waiting' : 'gone' };
}

export async function refusedPhotosOf(
  { store }: AttentionParts,
  action: number,
): Promise<RefusedFile['documents']> {
  return (await store.photos.handOut(await idsOf(store, action))).map(asFiled);
}

/** Photos that wait for visits which were refused: they go with them. */
export async function photosBehind(
  store: DeviceStore,
  visits: ReadonlySet<string>,
): Promise<RefusedFile['documents']> {
  const { waiting, refused } = await store.photos.listUnsent();
  const ids = [...waiting, ...refused].filter(({ of }) => visits.has(of)).map(({ id }) => id);
  return (await store.photos.handOut(ids)).map(asFiled);
}

const asFiled = ({ scope, document, reason }: PhotoToHandOut) => ({
  database: scope,
  error: 'photo',
  reason,
  document,
});

const GIVEN_UP = 'photosSetAside';

/** Answers how many went. */
export async function setPhotosAside({ store }: AttentionParts, action: number): Promise<number> {
  const gone = await store.photos.dropRefused(await idsOf(store, action));
  await rememberGivenUp(store, gone);
  return gone.length;
}

/** No receipt says of these that the server has them. */
export async function rememberGivenUp(store: DeviceStore, photos: readonly string[]): Promise<void> {
  if (photos.length > 0) await store.putNote(GIVEN_UP, [...(await photosGivenUp(store)), ...photos]);
}

export async function photosGivenUp(store: DeviceStore): Promise<string[]> {
  const note = await store.readNote(GIVEN_UP);
  return Array.isArray(note) ? note.filter((each) => typeof each === 'string') : [];
}
