// What lies sealed in a store whose password nobody here knows: it cannot be read, but it can be counted, so that whoever
// begins anew knows what stays behind.
import type { DatabaseFactory } from './connections.ts';
import { listUnsentPhotos } from './photo-counts.ts';
import { openTables } from './tables.ts';
import { listUnsentActions } from './unsent-actions.ts';

export interface SealedWork {
  /** Saved and not confirmed by the server, refused ones included. */
  unsent: number;
  /** Forms not finished. */
  drafts: number;
}

/** Of all these stores together. Throws StorageFaults. Nothing is changed. */
export async function countSealedWork(
  stores: readonly { storeName: string }[],
  factory: DatabaseFactory,
): Promise<SealedWork> {
  const counts = await Promise.all(stores.map(({ storeName }) => countOne(storeName, factory)));
  return {
    unsent: counts.reduce((sum, { unsent }) => sum + unsent, 0),
    drafts: counts.reduce((sum, { drafts }) => sum + drafts, 0),
  };
}

async function countOne(storeName: string, factory: DatabaseFactory): Promise<SealedWork> {
  const tables = await openTables(storeName, factory, () => undefined);
  try {
    const { waiting, refused } = await listUnsentActions(tables);
    const photos = await listUnsentPhotos(tables);
    const unsent = [...waiting, ...refused, ...photos.waiting, ...photos.refused];
    const moments = new Set(unsent.map(({ savedAt }) => savedAt));
    const drafts = await tables.transaction({ mode: 'read', tables: ['drafts'] }, (rows) =>
      rows.drafts.count(),
    );
    return { unsent: moments.size, drafts };
  } finally {
    tables.close();
  }
}
