// Photos of forms that are not saved: sealed and on the medium before anybody sees them, kept by the key of the draft.
// Invariants: a photo taken away can be put back until its form is saved or dropped, and goes with it then; one whose
// form was saved is no draft any more and is touched by nothing here.
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { withRoom } from './photo-copies.ts';
import { sealPhoto, sealPhotoBytes, unsealPhoto } from './photo-records.ts';
import type { PhotoContent, PhotoRow } from './photo-rows.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

export interface TakenPhoto extends Pick<PhotoContent, 'digest' | 'width' | 'height'> {
  id: string;
  /** Of the form it was taken for. */
  draftKey: string;
  bytes: Uint8Array<ArrayBuffer>;
}
export type PhotoOutcome =
  /** On the medium. */
  | { outcome: 'kept' }
  /** The form has as many as it may. Nothing written. */
  | { outcome: 'tooMany' }
  /** No room on the tablet, even without copies of others' photos. Nothing written. */
  | { outcome: 'full' };

export interface DraftPhoto extends Pick<PhotoContent, 'digest' | 'width' | 'height'> {
  id: string;
  /** Milliseconds since 1970 by this device's clock. */
  takenAt: number;
}

/** Answers after the transaction completed. Throws StorageFaults other than `full`. */
export async function keepDraftPhoto(
  store: StoreContext,
  taken: TakenPhoto,
  atMost: number,
): Promise<PhotoOutcome> {
  const { id, draftKey, bytes, digest, width, height } = taken;
  const now = store.nowMs();
  const head = { id, state: 'draft' as const, of: draftKey, scope: '', eventScope: '', ordinal: 0, tries: 0 };
  const { row: sealed, key } = await sealPhotoBytes(store, id, bytes);
  const row = await sealPhoto(
    store,
    { ...head, savedAt: now, usedAt: now, sizeBytes: bytes.length, version: 0 },
    { digest, width, height, ...(key !== undefined && { key }) },
  );
  const write = () =>
    store.tables.transaction({ mode: 'strict', tables: ['photos', 'photoBytes'] }, async (rows) => {
      if ((await draftRows(rows, draftKey)).length >= atMost) return { outcome: 'tooMany' as const };
      const ordinal = Number((await rows.meta.get('ordinal'))?.value ?? 0) + 1;
      await rows.meta.put({ key: 'ordinal', value: ordinal });
      await rows.photos.put({ ...row, ordinal });
      await rows.photoBytes.put(sealed);
      return { outcome: 'kept' as const };
    });
  const outcome = await withRoom(store, write).catch((error: unknown) => {
    if (storageFaultKind(error) !== 'full') throw error;
    return { outcome: 'full' as const };
  });
  if (outcome.outcome === 'kept') store.feed.tell('photos');
  return outcome;
}

/** In the order they were taken; those taken away are not among them. */
export async function listDraftPhotos(store: StoreContext, draftKey: string): Promise<DraftPhoto[]> {
  const found = await store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) =>
    draftRows(rows, draftKey),
  );
  return Promise.all(
    found.map(async (row) => {
      const { digest, width, height } = await unsealPhoto(store, row);
      return { id: row.id, digest, width, height, takenAt: row.savedAt };
    }),
  );
}

async function draftRows(rows: RowTables, draftKey: string): Promise<PhotoRow[]> {
  const found = await rows.photos.where('of').equals(draftKey).toArray();
  return found.filter(({ state }) => state === 'draft').sort((a, b) => a.ordinal - b.ordinal);
}

/** Takes a photo away from its unsaved form. `gone`: it is no draft's. */
export function removeDraftPhoto(store: StoreContext, id: string): Promise<'done' | 'gone'> {
  return move(store, id, async (_rows, row) =>
    row.state === 'draft' ? { ...row, state: 'removed' } : undefined,
  );
}

/** Puts it back. `gone` also where the form has as many as it may by now. */
export function restoreDraftPhoto(store: StoreContext, id: string, atMost: number): Promise<'done' | 'gone'> {
  return move(store, id, async (rows, row) => {
    if (row.state !== 'removed' || (await draftRows(rows, row.of)).length >= atMost) return undefined;
    return { ...row, state: 'draft' };
  });
}

async function move(
  store: StoreContext,
  id: string,
  change: (rows: RowTables, row: PhotoRow) => Promise<PhotoRow | undefined>,
): Promise<'done' | 'gone'> {
  const outcome = await store.tables.transaction({ mode: 'strict', tables: ['photos'] }, async (rows) => {
    const row = await rows.photos.get(id);
    const changed = row && (await change(rows, row));
    if (!changed) return 'gone';
    await rows.photos.put({ ...changed, version: changed.version + 1 });
    return 'done';
  });
  store.feed.tell('photos');
  return outcome;
}

/** Within the transaction that ends the draft: whatever is still its own goes with it. */
export async function discardDraftPhotos(rows: RowTables, draftKey: string): Promise<void> {
  const found = await rows.photos.where('of').equals(draftKey).toArray();
  const ids = found.filter(({ state }) => state === 'draft' || state === 'removed').map(({ id }) => id);
  if (ids.length === 0) return;
  await rows.photos.bulkDelete(ids);
  await rows.photoBytes.bulkDelete(ids);
}
