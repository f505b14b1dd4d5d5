// Unfinished forms, sealed, by a key of the device's making that tells nothing (form and opaque ids).
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { withRoom } from './photo-copies.ts';
import { discardDraftPhotos } from './photo-drafts.ts';
import { sealJson, unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';

export interface Draft {
  key: string;
  value: unknown;
  /** Milliseconds since 1970 by this device's clock. */
  savedAt: number;
}
export type DraftOutcome = { outcome: 'kept' } | { outcome: 'full' };

const placeOf = (key: string) => ({ table: 'drafts' as const, id: key });

export async function putDraft(store: StoreContext, key: string, value: unknown): Promise<DraftOutcome> {
  const sealed = await sealJson(store.cipher, placeOf(key), value);
  try {
    await withRoom(store, () =>
      store.tables.transaction({ mode: 'strict', tables: ['drafts'] }, (rows) =>
        rows.drafts.put({ key, savedAt: store.nowMs(), sealed }),
      ),
    );
  } catch (error) {
    if (storageFaultKind(error) === 'full') return { outcome: 'full' };
    throw error;
  }
  store.feed.tell('drafts');
  return { outcome: 'kept' };
}

export async function readDraft(store: StoreContext, key: string): Promise<Draft | undefined> {
  const row = await store.tables.transaction({ mode: 'read', tables: ['drafts'] }, (rows) =>
    rows.drafts.get(key),
  );
  return (
    row && { key, savedAt: row.savedAt, value: await unsealJson(store.cipher, placeOf(key), row.sealed) }
  );
}

/** With the photos that were taken for it. */
export async function deleteDraft(store: StoreContext, key: string): Promise<void> {
  const tables = ['drafts', 'photos', 'photoBytes'] as const;
  await store.tables.transaction({ mode: 'strict', tables: [...tables] }, async (rows) => {
    await rows.drafts.delete(key);
    await discardDraftPhotos(rows, key);
  });
  store.feed.tell('drafts');
}

/** Keys and ages of all drafts, without opening them. */
export function listDrafts(store: StoreContext): Promise<{ key: string; savedAt: number }[]> {
  return store.tables.transaction({ mode: 'read', tables: ['drafts'] }, async (rows) => {
    const drafts = await rows.drafts.toArray();
    return drafts.map(({ key, savedAt }) => ({ key, savedAt }));
  });
}
