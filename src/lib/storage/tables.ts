// The tables of one person's database and the only way into a transaction. Invariants: every write checks the schema row
// (Dexie opens a newer database with old code), and where it belongs to a turn of syncing, that no later turn has begun;
// a write is answered only after the browser completed it, at the durability asked for.
import { Dexie, type Table } from 'dexie';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { toStorageFault } from './database-fault.ts';
import type { PhotoBytesRow, PhotoRow } from './photo-rows.ts';
import {
  STORE_SCHEMA,
  type BundleRow,
  type CheckpointRow,
  type ConfirmedRow,
  type DocumentRow,
  type DraftRow,
  type EditRow,
  type LeafRow,
  type MetaRow,
  type RejectionRow,
  type StoredBundle,
} from './rows.ts';

export interface RowTables {
  documents: Table<DocumentRow, [string, string]>;
  bundles: Table<StoredBundle, number, BundleRow>;
  edits: Table<EditRow, [string, string]>;
  leaves: Table<LeafRow, [string, string, string]>;
  rejections: Table<RejectionRow, [string, string, string]>;
  confirmed: Table<ConfirmedRow, [string, string, string]>;
  checkpoints: Table<CheckpointRow, string>;
  drafts: Table<DraftRow, string>;
  photos: Table<PhotoRow, string>;
  photoBytes: Table<PhotoBytesRow, string>;
  meta: Table<MetaRow, string>;
}
export type TableName = keyof RowTables;

/**
 * What each schema added, the first one first; nothing is ever taken away, and what a build in use has is not changed.
 * The first part of each line is the primary key, the others are the only indexes there are.
 */
export const VERSIONS: readonly Partial<Record<TableName, string>>[] = [
  {
    documents: '[scope+id],ref',
    bundles: '++number,[scope+type],*keys,*refs',
    edits: '[scope+id],[scope+tries+ordinal],ref',
    leaves: '[scope+id+rev]',
    rejections: '[scope+id+rev]',
    checkpoints: 'scope',
    drafts: 'key',
    meta: 'key',
  },
  { confirmed: '[scope+id+rev],confirmedAt,[scope+unproven]' },
  { photos: 'id,state,of', photoBytes: 'id' },
];
if (VERSIONS.length !== STORE_SCHEMA) throw new Error('each schema says what it adds');

/** `strict`: on the medium before it is answered. `relaxed`: handed to the system; for what can be pulled again. */
export type Durability = 'strict' | 'relaxed';

export interface Transacting {
  mode: 'read' | Durability;
  tables: TableName[];
  /** The turn of syncing this write belongs to; a later one throws `fenced`. */
  turn?: number;
}

export interface Tables {
  /** Throws StorageFaults, and what `work` throws; then nothing is written. */
  transaction<T>(how: Transacting, work: (rows: RowTables) => Promise<T>): Promise<T>;
  close(): void;
}

export interface DatabaseFactory {
  indexedDB?: IDBFactory;
  IDBKeyRange?: typeof IDBKeyRange;
}

function rowTables(db: Dexie): RowTables {
  return {
    documents: db.table('documents'),
    bundles: db.table('bundles'),
    edits: db.table('edits'),
    leaves: db.table('leaves'),
    rejections: db.table('rejections'),
    confirmed: db.table('confirmed'),
    checkpoints: db.table('checkpoints'),
    drafts: db.table('drafts'),
    photos: db.table('photos'),
    photoBytes: db.table('photoBytes'),
    meta: db.table('meta'),
  };
}

/** A database of an earlier schema is brought up to date in the one transaction in which the browser opens it. */
function declareVersions(db: Dexie): void {
  for (const [before, added] of VERSIONS.entries()) {
    const schema = before + 1;
    const version = db.version(schema).stores(added);
    if (schema > 1) version.upgrade((upgrade) => upgrade.table('meta').put({ key: 'schema', value: schema }));
  }
}

interface Connecting {
  name: string;
  factory: DatabaseFactory;
  onClosed: () => void;
}

/** Opens one connection. Dexie sets durability per connection, hence one for each of the two. */
async function connect({ name, factory, onClosed }: Connecting, durability: Durability): Promise<Dexie> {
  const db = new Dexie(name, {
    autoOpen: false,
    cache: 'disabled',
    chromeTransactionDurability: durability,
    ...(factory.indexedDB && { indexedDB: factory.indexedDB }),
    ...(factory.IDBKeyRange && { IDBKeyRange: factory.IDBKeyRange }),
  });
  declareVersions(db);
  db.on('versionchange', () => {
    onClosed();
    return false;
  });
  db.on('close', onClosed);
  const blocked = new Promise<never>((_resolve, reject) => {
    db.on('blocked', () => {
      db.close();
      reject(new StorageFault('blocked', `another tab holds ${name}`));
      return false;
    });
  });
  try {
    await Promise.race([db.open(), blocked]);
  } catch (error) {
    db.close();
    const fault = toStorageFault(error);
    const known = ['full', 'blocked', 'newer-schema'].includes(fault.kind);
    throw known ? fault : new StorageFault('unavailable', fault.message, error);
  }
  return db;
}

/** `onClosed` is told once, when the connections go by no doing of ours: another tab upgrades, the browser closed them. */
export async function openTables(
  name: string,
  factory: DatabaseFactory,
  onClosed: () => void,
): Promise<Tables> {
  const open: Dexie[] = [];
  let closed = false;
  const close = () => {
    closed = true;
    for (const db of open) db.close();
  };
  const whenClosed = () => {
    if (closed) return;
    close();
    onClosed();
  };
  const connecting = { name, factory, onClosed: whenClosed };
  const connected = async (durability: Durability) => {
    const db = await connect(connecting, durability);
    open.push(db);
    return db;
  };
  const strict = await connected('strict');
  const relaxed = await connected('relaxed').catch((error: unknown) => {
    close();
    throw error;
  });
  const tablesOf = new Map(open.map((db) => [db, rowTables(db)]));
  return {
    close,
    async transaction(how, work) {
      const db = how.mode === 'strict' ? strict : relaxed;
      const rows = tablesOf.get(db)!;
      const names = how.mode === 'read' ? how.tables : [...new Set([...how.tables, 'meta'])];
      let browsers: IDBTransaction | undefined;
      try {
        return await db.transaction(how.mode === 'read' ? 'r' : 'rw', names, async (transaction) => {
          browsers = transaction.idbtrans;
          if (how.mode !== 'read') await checkMayWrite(rows.meta, how.turn);
          return work(rows);
        });
      } catch (error) {
        // Requests under way when the browser gives a transaction up say "aborted"; why, only the transaction says.
        throw toStorageFault(error, browsers?.error);
      }
    },
  };
}

/** Inside a write: throws `newer-schema` or `fenced` where it must not be. Every implementation of `Tables` asks it first. */
export async function checkMayWrite(meta: RowTables['meta'], turn: number | undefined): Promise<void> {
  const [schema, current] = await meta.bulkGet(['schema', 'turn']);
  if (schema !== undefined && schema.value !== STORE_SCHEMA) {
    throw new StorageFault('newer-schema', `this database is of schema ${String(schema.value)}`);
  }
  if (turn !== undefined && current?.value !== turn)
    throw new StorageFault('fenced', 'another tab syncs now');
}
