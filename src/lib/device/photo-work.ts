// Photos of one signed-in person: taken into an unsaved form, looked at in it and in visits that were made. Invariants: a
// photo is answered as kept once it is on the medium; what is looked at has the digest its visit names; what is fetched
// is kept sealed, and only where there is room.
import { newDocumentId, type IdSource } from '#lib/domain/document-id.ts';
import type { Room } from '#lib/domain/photo-budget.ts';
import { PHOTO_ATTACHMENT, PHOTO_TYPE, PHOTOS_PER_VISIT } from '#lib/domain/photo.ts';
import { photosScope } from '#lib/domain/scopes.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { Clock } from '#lib/protocol/clock.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { PhotoStore } from '#lib/storage/photo-store.ts';
import { fetchPhoto } from '#lib/sync/photo-fetch.ts';
import type { DraftKey } from './draft-key.ts';
import { draftName } from './draft-name.ts';
import type { AskedPhoto, PhotoRead, PhotoTaken } from './photo-state.ts';
import type { Redrawn } from './photo-redraw.ts';

export interface PhotoWorkOptions {
  photos: PhotoStore;
  ids: IdSource;
  clock: Clock;
  /** `https://host/db`. */
  database: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  isOnline(): boolean;
  /** Of a household on this tablet. */
  gridOf(household: string): string | undefined;
  redraw(picture: Blob): Promise<Redrawn | undefined>;
  room(): Promise<Room>;
}

export interface PhotoWork {
  take(key: DraftKey, picture: Blob): Promise<PhotoTaken>;
  remove(photo: string): Promise<'done' | 'gone'>;
  restore(photo: string): Promise<'done' | 'gone'>;
  read(asked: AskedPhoto): Promise<PhotoRead>;
  /** Lets copies go that are too old or have no room. */
  tidy(): Promise<void>;
}

export function photoWork(options: PhotoWorkOptions): PhotoWork {
  const { photos, room } = options;
  return {
    take: (key, picture) => takePhoto(options, key, picture),
    remove: (photo) => photos.removeDraft(photo),
    restore: (photo) => photos.restoreDraft(photo, PHOTOS_PER_VISIT),
    read: (asked) => readPhoto(options, asked),
    async tidy() {
      await photos.tidy(await room());
    },
  };
}

async function takePhoto(options: PhotoWorkOptions, key: DraftKey, picture: Blob): Promise<PhotoTaken> {
  const redrawn = await options.redraw(picture);
  if (!redrawn) return { outcome: 'unreadable' };
  const { bytes, width, height } = redrawn;
  const photo = newDocumentId('photo', options.ids);
  const draftKey = draftName(key);
  const taken = { id: photo, draftKey, bytes, digest: attachmentDigest(bytes), width, height };
  try {
    const { outcome } = await options.photos.keepDraft(taken, PHOTOS_PER_VISIT);
    if (outcome === 'kept') return { outcome, photo };
    return { outcome: outcome === 'tooMany' ? 'enough' : outcome };
  } catch (error) {
    if (storageFaultKind(error) === undefined) throw error;
    return { outcome: 'failed' };
  }
}

async function readPhoto(options: PhotoWorkOptions, asked: AskedPhoto): Promise<PhotoRead> {
  const { photos } = options;
  const here = await photos.readBytes(asked.photo).catch((error: unknown) => {
    // Decayed: a copy can be had again.
    if (storageFaultKind(error) !== 'tampered') throw error;
    return undefined;
  });
  if (here) {
    await photos.touch(asked.photo).catch(() => undefined);
    return shown(here);
  }
  return fetchAndKeep(options, asked);
}

async function fetchAndKeep(options: PhotoWorkOptions, { photo, of }: AskedPhoto): Promise<PhotoRead> {
  const { photos, clock, database, isOnline, gridOf, room } = options;
  const grid = of && gridOf(of.household);
  if (!of || grid === undefined) return { outcome: 'failed' };
  if (!isOnline()) return { outcome: 'offline' };
  const scope = photosScope(grid);
  const fetching = {
    url: `${database}/${scope}`,
    clock,
    fetch: (url: string, init: RequestInit) => options.fetch(url, init),
  };
  const fetched = await fetchPhoto(fetching, { id: photo, name: PHOTO_ATTACHMENT, digest: of.digest });
  if (fetched.outcome === 'unreachable') return { outcome: 'offline' };
  if (fetched.outcome === 'wrong') return { outcome: 'failed' };
  if (fetched.outcome === 'notThere') return { outcome: 'notThere' };
  const { bytes } = fetched;
  const copy = { id: photo, scope, of: of.visit, digest: of.digest, bytes };
  // Not kept, it is fetched again the next time.
  await photos.keepFetched(copy, await room()).catch(() => undefined);
  return shown(bytes);
}

const shown = (bytes: Uint8Array<ArrayBuffer>): PhotoRead => ({
  outcome: 'here',
  picture: new Blob([bytes], { type: PHOTO_TYPE }),
});
