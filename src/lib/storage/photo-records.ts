// Photos between their sealed rows and what stands in them. Invariant: a photo's bytes are sealed into its id alone, so
// that they are written once, whatever becomes of the photo.
import type { PhotoBytesRow, PhotoContent, PhotoRow } from './photo-rows.ts';
import { sealBytes, sealJson, unsealBytes, unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';

const placeOf = ({ id, scope }: { id: string; scope: string }) => ({ table: 'photos' as const, scope, id });

/** The row with this content sealed into it, its version one higher. */
export async function sealPhoto(
  store: StoreContext,
  row: Omit<PhotoRow, 'sealed'>,
  content: PhotoContent,
): Promise<PhotoRow> {
  const sealed = await sealJson(store.cipher, placeOf(row), content);
  return { ...row, version: row.version + 1, sealed };
}

export const unsealPhoto = (store: StoreContext, row: PhotoRow): Promise<PhotoContent> =>
  unsealJson<PhotoContent>(store.cipher, placeOf(row), row.sealed);

export async function sealPhotoBytes(
  store: StoreContext,
  id: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<PhotoBytesRow> {
  return { id, sealed: await sealBytes(store.cipher, { table: 'photoBytes', id }, bytes) };
}

export const unsealPhotoBytes = (
  store: StoreContext,
  { id, sealed }: PhotoBytesRow,
): Promise<Uint8Array<ArrayBuffer>> => unsealBytes(store.cipher, { table: 'photoBytes', id }, sealed);
