// A person of this tablet who is one of the office no more (security.md 2): everything of hers goes but what she has not sent,
// which stays sealed, is counted, and is handed in or saved as an envelope. Invariants: no key is needed; nothing unsent is
// taken; she who has left nothing unsent leaves nothing at all, her name included; run again, it goes on.
import type { DatabaseFactory } from './connections.ts';
import { countSealedWork } from './sealed-work.ts';
import { openTables, type RowTables, type TableName } from './tables.ts';
import type { PeopleTable } from './tablet-tables.ts';

/** What the server gave; it comes again with a role. */
const PULLED = ['documents', 'bundles', 'leaves', 'confirmed', 'checkpoints', 'drafts'] as const;
/** Of the notes: her session, and that a roster is here. */
const SESSION_NOTES = ['session', 'session-key', 'downloaded', 'completed'].map((name) => `note:${name}`);

export interface Ending {
  people: PeopleTable;
  factory: DatabaseFactory;
  nowMs: number;
}

/** How much of hers waits, actions as everywhere; undefined where she is not known here. Her work must be closed. */
export async function endPerson(
  userName: string,
  { people, factory, nowMs }: Ending,
): Promise<number | undefined> {
  const row = await people.transaction(async (tables) => {
    const known = await tables.people.get(userName);
    if (!known) return undefined;
    // Nor does the last look of a lease that ended open anything.
    const { lease: _, ...stays } = known;
    await tables.people.put({ ...stays, endedAt: known.endedAt ?? nowMs });
    return known;
  });
  if (!row) return undefined;
  const stores = [row, ...row.former];
  const { unsent } = await countSealedWork(stores, factory);
  if (unsent > 0) {
    for (const { storeName } of stores) await purge(storeName, factory);
    return unsent;
  }
  for (const { storeName } of stores) await remove(storeName, factory);
  await people.transaction((tables) => tables.people.delete(userName));
  return 0;
}

async function purge(storeName: string, factory: DatabaseFactory): Promise<void> {
  const tables = await openTables(storeName, factory, () => undefined);
  const touched: TableName[] = [...PULLED, 'photos', 'photoBytes', 'meta'];
  try {
    await tables.transaction({ mode: 'strict', tables: touched }, async (rows) => {
      for (const table of PULLED) await rows[table].clear();
      await dropCopies(rows);
      await rows.meta.bulkDelete(SESSION_NOTES);
    });
  } finally {
    tables.close();
  }
}

/** Photos the server has, and those of forms that were never finished. */
async function dropCopies({ photos, photoBytes }: RowTables): Promise<void> {
  const unsent = new Set(await photos.where('state').anyOf('waiting', 'refused').primaryKeys());
  for (const table of [photos, photoBytes]) {
    const keys = await table.toCollection().primaryKeys();
    await table.bulkDelete(keys.filter((key) => !unsent.has(key)));
  }
}

function remove(storeName: string, { indexedDB: own }: DatabaseFactory): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = (own ?? indexedDB).deleteDatabase(storeName);
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error ?? new Error(storeName));
  });
}
