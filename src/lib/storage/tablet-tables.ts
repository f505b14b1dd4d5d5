// The small unsealed database of this tablet: who is known here, and the wraps of their keys. No resident is in it.
import { Dexie, type Table } from 'dexie';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { toStorageFault } from './database-fault.ts';
import type { WrappedKey } from './keys.ts';
import type { DatabaseFactory } from './tables.ts';

export interface PersonRow {
  userName: string;
  /** Name of her database: random, tells nothing. */
  storeName: string;
  password: WrappedKey;
  /** Within a shift only. */
  pin?: WrappedKey;
  /** Wrong PINs in a row; counted before each try. */
  pinTries: number;
  /** Milliseconds since 1970 by this device's clock: names are listed last used first. */
  lastUsedAt: number;
  /** Stores of hers whose password is no longer known to anybody here; their unsent work is not given up. */
  former: { storeName: string; password: WrappedKey }[];
}

export interface PeopleTable {
  /** One strict transaction over the list of people. Throws StorageFaults. */
  transaction<T>(work: (people: Table<PersonRow, string>) => Promise<T>): Promise<T>;
  close(): void;
}

export async function openPeopleTable(name: string, factory: DatabaseFactory): Promise<PeopleTable> {
  const db = new Dexie(name, {
    autoOpen: false,
    cache: 'disabled',
    chromeTransactionDurability: 'strict',
    ...(factory.indexedDB && { indexedDB: factory.indexedDB }),
    ...(factory.IDBKeyRange && { IDBKeyRange: factory.IDBKeyRange }),
  });
  db.version(1).stores({ people: 'userName' });
  try {
    await db.open();
  } catch (error) {
    const fault = toStorageFault(error);
    throw fault.kind === 'full' ? fault : new StorageFault('unavailable', fault.message, error);
  }
  const people: Table<PersonRow, string> = db.table('people');
  return {
    async transaction(work) {
      try {
        return await db.transaction('rw', ['people'], () => work(people));
      } catch (error) {
        throw toStorageFault(error);
      }
    },
    close: () => db.close(),
  };
}
