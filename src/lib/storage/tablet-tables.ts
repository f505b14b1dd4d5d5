// The small unsealed database of this tablet: who is known here, and the wraps of their keys. No resident is in it.
// What must be taken away stands in rows of its own: on a full disk IndexedDB refuses every put, but a row can go.
import { Dexie, type Table } from 'dexie';
import type { Lease } from '#lib/domain/lease.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { toStorageFault } from './database-fault.ts';
import type { WrappedKey } from './keys.ts';
import type { DatabaseFactory } from './connections.ts';

export interface PersonRow {
  userName: string;
  /** What she is called; absent until the directory said it. */
  displayName?: string;
  /** Name of her database: random, tells nothing. */
  storeName: string;
  password: WrappedKey;
  /** Milliseconds since 1970 by this device's clock: names are listed last used first. */
  lastUsedAt: number;
  /** Since when the server says that she is no more, milliseconds since 1970; what is left of hers was not sent. */
  endedAt?: number;
  /** How long she may go on without the server. */
  lease?: Lease;
  /** Stores of hers whose password is no longer known to anybody here; their unsent work is not given up. */
  former: { storeName: string; password: WrappedKey }[];
}

/** The wrap by her PIN, within a shift only. */
export interface PinRow {
  userName: string;
  wrap: WrappedKey;
  /** It opens with the share of the shift besides (shift-share.ts). Absent: the browser kept none, or an older build. */
  shared?: true;
}

/** One try that is left. */
export interface TryRow {
  userName: string;
  ordinal: number;
}

/** What is said of the tablet itself, whoever uses it. */
export interface SettingRow {
  name: string;
  value: string;
}

export interface TabletTables {
  people: Table<PersonRow, string>;
  pins: Table<PinRow, string>;
  tries: Table<TryRow, [string, number]>;
  settings: Table<SettingRow, string>;
}

export interface PeopleTable {
  /** One strict transaction over all tables of the tablet. Throws StorageFaults. */
  transaction<T>(work: (tables: TabletTables) => Promise<T>): Promise<T>;
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
  db.version(1).stores({ people: 'userName', pins: 'userName', tries: '[userName+ordinal]' });
  db.version(2).stores({ settings: 'name' });
  try {
    await db.open();
  } catch (error) {
    const fault = toStorageFault(error);
    throw fault.kind === 'full' ? fault : new StorageFault('unavailable', fault.message, error);
  }
  const tables: TabletTables = {
    people: db.table('people'),
    pins: db.table('pins'),
    tries: db.table('tries'),
    settings: db.table('settings'),
  };
  return {
    async transaction(work) {
      try {
        return await db.transaction('rw', Object.keys(tables), () => work(tables));
      } catch (error) {
        throw toStorageFault(error);
      }
    },
    close: () => db.close(),
  };
}
