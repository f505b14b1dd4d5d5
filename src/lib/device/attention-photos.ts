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
  await takeBack(store, ids);
  await store.photos.retryRefused(ids);
  return { outcome: ids.length > 0 ? 'waiting' : 'gone' };
}

export const refusedPhotosOf = async (
  { store }: AttentionParts,
  action: number,
): Promise<RefusedFile['documents']> => filedPhotos(store, await idsOf(store, action));

/** Photos that wait for visits which were refused: they go with them. */
export async function photosBehind(store: DeviceStore, visits: ReadonlySet<string>): Promise<string[]> {
  const { waiting, refused } = await store.photos.listUnsent();
  return [...waiting, ...refused].filter(({ of }) => visits.has(of)).map(({ id }) => id);
}

export async function filedPhotos(
  store: DeviceStore,
  ids: readonly string[],
): Promise<RefusedFile['documents']> {
  return (await store.photos.handOut(ids)).map(asFiled);
}

const asFiled = ({ scope, document, reason }: PhotoToHandOut) => ({
  database: scope,
  error: 'photo',
  reason,
  document,
});

const GIVEN_UP = 'photosSetAside';

/** Gives up those of one visit. */
export async function setPhotosAside({ store }: AttentionParts, action: number): Promise<void> {
  const ids = await idsOf(store, action);
  await giveUpPhotos(store, ids, () => store.photos.dropRefused(ids));
}

/**
 * Remembers these before `drop` takes them, whose answer is those that went: no receipt ever says of them that the server
 * has them, and broken off in between they count as missing until they are sent.
 */
export async function giveUpPhotos(
  store: DeviceStore,
  ids: readonly string[],
  drop: () => Promise<readonly string[]>,
): Promise<void> {
  const before = new Set(await photosGivenUp(store));
  if (ids.length > 0) await store.putNote(GIVEN_UP, [...new Set([...before, ...ids])]);
  const gone = new Set(await drop());
  await takeBack(
    store,
    ids.filter((id) => !gone.has(id) && !before.has(id)),
  );
}

/** These are here after all, and go up. */
export async function takeBack(store: DeviceStore, ids: readonly string[]): Promise<void> {
  const givenUp = await photosGivenUp(store);
  if (!givenUp.some((id) => ids.includes(id))) return;
  await store.putNote(
    GIVEN_UP,
    givenUp.filter((id) => !ids.includes(id)),
  );
}

export async function photosGivenUp(store: DeviceStore): Promise<string[]> {
  const note = await store.readNote(GIVEN_UP);
  return Array.isArray(note) ? note.filter((each) => typeof each === 'string') : [];
}
