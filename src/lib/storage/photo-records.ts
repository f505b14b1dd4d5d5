// Photos between their sealed rows and what stands in them. Invariant: a photo's bytes are sealed into its id alone, so
// that they are written once, whatever becomes of the photo.
import { StorageFault } from '#lib/protocol/storage-fault.ts';
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

/** Under a key of their own, for the photo's row to keep; under the owner's in a store that has no envelopes. */
export async function sealPhotoBytes(
  store: StoreContext,
  id: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ row: PhotoBytesRow; key?: string }> {
  const own = await store.outbox.crypto?.newContentKey();
  if (!own) return { row: await sealCopyBytes(store, id, bytes) };
  return { row: { id, sealed: await sealBytes(own.cipher, placeOfBytes(id), bytes) }, key: own.key };
}

/** Of what the server has: under the owner's key. */
export async function sealCopyBytes(
  store: StoreContext,
  id: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<PhotoBytesRow> {
  return { id, sealed: await sealBytes(store.cipher, placeOfBytes(id), bytes) };
}

/** `key`: what the photo's row says of it. Throws `tampered`. */
export async function unsealPhotoBytes(
  store: StoreContext,
  { id, sealed }: PhotoBytesRow,
  key: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const cipher = key === undefined ? store.cipher : await store.outbox.crypto?.contentCipher(key);
  if (!cipher) throw new StorageFault('tampered', `photo ${id} is sealed under a key of its own`);
  return unsealBytes(cipher, placeOfBytes(id), sealed);
}

/** Known to whoever opens an envelope, too: `photoBytesBinding` of the protocol says the same. */
const placeOfBytes = (id: string) => ({ table: 'photoBytes' as const, id });
