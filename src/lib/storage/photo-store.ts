// What a device asks of its store about photos, in one place; how they are sent is photo-sending.ts.
import type { Room } from '#lib/domain/photo-budget.ts';
import {
  keepFetchedPhoto,
  readPhotoBytes,
  tidyPhotoCopies,
  touchPhoto,
  type FetchedPhoto,
} from './photo-copies.ts';
import { listRefusedPhotos, listUnsentPhotos, type RefusedPhoto, type UnsentPhotos } from './photo-counts.ts';
import {
  keepDraftPhoto,
  listDraftPhotos,
  removeDraftPhoto,
  restoreDraftPhoto,
  type DraftPhoto,
  type PhotoOutcome,
  type TakenPhoto,
} from './photo-drafts.ts';
import { dropRefusedPhotos, handOutPhotos, type PhotoToHandOut } from './photo-refused.ts';
import { retryRefusedPhotos } from './photo-sending.ts';
import type { StoreContext } from './store-context.ts';

/** Every method may throw a StorageFault; expected outcomes are in the answers. */
export interface PhotoStore {
  /** Answered after the photo is on the medium. */
  keepDraft(taken: TakenPhoto, atMost: number): Promise<PhotoOutcome>;
  listDraft(draftKey: string): Promise<DraftPhoto[]>;
  removeDraft(id: string): Promise<'done' | 'gone'>;
  restoreDraft(id: string, atMost: number): Promise<'done' | 'gone'>;
  /** Of any photo here, whoever took it. */
  readBytes(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  touch(id: string): Promise<void>;
  keepFetched(fetched: FetchedPhoto, room: Room): Promise<void>;
  /** Lets copies go that are too old or have no room any more. */
  tidy(room: Room): Promise<number>;
  listUnsent(): Promise<UnsentPhotos>;
  listRefused(): Promise<RefusedPhoto[]>;
  retryRefused(ids: readonly string[]): Promise<void>;
  /** Those of these that are not on the server, as they were to be sent. */
  handOut(ids: readonly string[]): Promise<PhotoToHandOut[]>;
  /** Gives up those the server refused; answers which went. */
  dropRefused(ids: readonly string[]): Promise<string[]>;
}

export function photoStoreOf(store: StoreContext): PhotoStore {
  return {
    keepDraft: (taken, atMost) => keepDraftPhoto(store, taken, atMost),
    listDraft: (draftKey) => listDraftPhotos(store, draftKey),
    removeDraft: (id) => removeDraftPhoto(store, id),
    restoreDraft: (id, atMost) => restoreDraftPhoto(store, id, atMost),
    readBytes: (id) => readPhotoBytes(store, id),
    touch: (id) => touchPhoto(store, id),
    keepFetched: (fetched, room) => keepFetchedPhoto(store, fetched, room),
    tidy: (room) => tidyPhotoCopies(store, room),
    listUnsent: () => listUnsentPhotos(store.tables),
    listRefused: () => listRefusedPhotos(store),
    retryRefused: (ids) => retryRefusedPhotos(store, ids),
    handOut: (ids) => handOutPhotos(store, ids),
    dropRefused: (ids) => dropRefusedPhotos(store, ids),
  };
}
