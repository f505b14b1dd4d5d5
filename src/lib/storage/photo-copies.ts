// Copies of photos the server has: what was taken here and sent, what was fetched to be looked at. They may go whenever
// room is wanted, and can be had again. Invariant: nothing here touches a photo that is unsent.
import { photoBudgetBytes, photosToLetGo, type Room } from '#lib/domain/photo-budget.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { sealCopyBytes, sealPhoto, unsealPhoto, unsealPhotoBytes } from './photo-records.ts';
import type { PhotoRow } from './photo-rows.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

export interface FetchedPhoto {
  id: string;
  scope: Scope;
  /** The visit it belongs to. */
  of: string;
  digest: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Of any photo on this tablet; undefined where it is not here. Throws `tampered`. */
export async function readPhotoBytes(
  store: StoreContext,
  id: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [row, sealed] = await store.tables.transaction(
    { mode: 'read', tables: ['photos', 'photoBytes'] },
    (rows) => Promise.all([rows.photos.get(id), rows.photoBytes.get(id)]),
  );
  return row && sealed && unsealPhotoBytes(store, sealed, (await unsealPhoto(store, row)).key);
}

/** Says that a photo was looked at, so that it goes later than others. */
export async function touchPhoto(store: StoreContext, id: string): Promise<void> {
  await store.tables.transaction({ mode: 'relaxed', tables: ['photos'] }, async (rows) => {
    const row = await rows.photos.get(id);
    if (row && isCopy(row))
      await rows.photos.put({ ...row, usedAt: store.nowMs(), version: row.version + 1 });
  });
}

/** Keeps a copy where there is room for it; where there is none, it is not kept, which is no fault. */
export async function keepFetchedPhoto(
  store: StoreContext,
  fetched: FetchedPhoto,
  room: Room,
): Promise<void> {
  const { id, scope, of, digest, bytes } = fetched;
  const now = store.nowMs();
  const head = { id, state: 'fetched' as const, of, scope, eventScope: '', ordinal: 0, tries: 0, version: 0 };
  const row = await sealPhoto(
    store,
    { ...head, savedAt: now, usedAt: now, sizeBytes: bytes.length },
    { digest, width: 0, height: 0 },
  );
  const sealed = await sealCopyBytes(store, id, bytes);
  try {
    await store.tables.transaction({ mode: 'relaxed', tables: ['photos', 'photoBytes'] }, async (rows) => {
      if (await rows.photos.get(id)) return;
      await rows.photos.put(row);
      await rows.photoBytes.put(sealed);
    });
  } catch (error) {
    if (storageFaultKind(error) !== 'full') throw error;
  }
  await tidyPhotoCopies(store, room);
}

/** Lets go what is too old or does not fit any more. Answers how many went. */
export async function tidyPhotoCopies(store: StoreContext, room: Room): Promise<number> {
  const copies = await listCopies(store);
  const copiesBytes = copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return drop(store, copies, photoBudgetBytes(room, copiesBytes));
}

/** Lets copies go until the others take no more than this; those of the last week taken here stay. Answers how many went. */
async function letCopiesGo(store: StoreContext, budgetBytes: number): Promise<number> {
  return drop(store, await listCopies(store), budgetBytes);
}

/**
 * Writes; on a full disk copies make room, and it is written once more: nothing of hers waits for what can be fetched
 * again. Throws `full` where there is no room even so, and whatever else `write` throws.
 */
export async function withRoom<T>(store: StoreContext, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (storageFaultKind(error) !== 'full' || (await letCopiesGo(store, 0)) === 0) throw error;
    return write();
  }
}

/** This scope is no longer hers to read: its copies go, what is unsent stays. */
export async function dropPhotosOf(rows: RowTables, scope: Scope): Promise<void> {
  const copies = (await copyRows(rows)).filter((row) => row.scope === scope).map(({ id }) => id);
  await rows.photos.bulkDelete(copies);
  await rows.photoBytes.bulkDelete(copies);
}

const isCopy = ({ state }: PhotoRow) => state === 'sent' || state === 'fetched';

async function copyRows(rows: RowTables): Promise<PhotoRow[]> {
  const found = await Promise.all(
    (['sent', 'fetched'] as const).map((state) => rows.photos.where('state').equals(state).toArray()),
  );
  return found.flat();
}

const listCopies = (store: StoreContext) =>
  store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) => copyRows(rows));

async function drop(store: StoreContext, copies: PhotoRow[], budgetBytes: number): Promise<number> {
  const asCopies = copies.map((row) => ({ ...row, own: row.state === 'sent' }));
  const ids = photosToLetGo(asCopies, budgetBytes, store.nowMs());
  if (ids.length === 0) return 0;
  await store.tables.transaction({ mode: 'relaxed', tables: ['photos', 'photoBytes'] }, async (rows) => {
    // One that waits again meanwhile (the server had lost it) is no copy any more.
    const still = (await rows.photos.bulkGet(ids)).filter((row) => row && isCopy(row)).map((row) => row!.id);
    await rows.photos.bulkDelete(still);
    await rows.photoBytes.bulkDelete(still);
  });
  return ids.length;
}
