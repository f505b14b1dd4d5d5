// Photos that are not on the server, as a person counts them. Invariant: a photo is counted from the saving of its visit
// until the server has confirmed its digest.
import { DAMAGED, unlessDamaged } from './damaged.ts';
import { unsealPhoto } from './photo-records.ts';
import type { PhotoRow } from './photo-rows.ts';
import type { StoreContext } from './store-context.ts';
import type { Tables } from './tables.ts';

export interface UnsentPhoto {
  id: string;
  /** The visit it belongs to. */
  of: string;
  /** When its visit was saved: the same moment as in the visit's own rows. */
  savedAt: number;
  tries: number;
}
export interface RefusedPhoto extends UnsentPhoto {
  /** The server's words. */
  reason: string;
}

export interface UnsentPhotos {
  /** Oldest first. */
  waiting: UnsentPhoto[];
  refused: UnsentPhoto[];
}

/** Needs no key. */
export function listUnsentPhotos(tables: Tables): Promise<UnsentPhotos> {
  return tables.transaction({ mode: 'read', tables: ['photos'] }, async ({ photos }) => {
    const [waiting, refused] = await Promise.all(
      (['waiting', 'refused'] as const).map((state) => photos.where('state').equals(state).toArray()),
    );
    return { waiting: asUnsent(waiting!), refused: asUnsent(refused!) };
  });
}

const asUnsent = (rows: PhotoRow[]): UnsentPhoto[] =>
  rows
    .sort((a, b) => a.ordinal - b.ordinal)
    .map(({ id, of, savedAt, tries }) => ({ id, of, savedAt, tries }));

export async function listRefusedPhotos(store: StoreContext): Promise<RefusedPhoto[]> {
  const refused = await store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) =>
    rows.photos.where('state').equals('refused').toArray(),
  );
  return Promise.all(
    refused.map(async (row) => {
      const content = await unlessDamaged(unsealPhoto(store, row));
      return { ...asUnsent([row])[0]!, reason: content ? (content.reason ?? '') : DAMAGED };
    }),
  );
}
