// The tables of one person's database and the only way into a transaction. Invariants: every write checks the schema row
// (Dexie opens a newer database with old code), and where it belongs to a turn of syncing, that no later turn has begun;
// a write is answered only after the browser completed it, at the durability asked for.
import type { Dexie, Table } from 'dexie';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { openConnections, type DatabaseFactory, type Durability, type Loss } from './connections.ts';
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
  // What stands in a bundle (packed.ts): no earlier build can read it.
  {},
  // Envelopes beside unsent work: an earlier build would write another revision and leave them as they were.
  {},
];
if (VERSIONS.length !== STORE_SCHEMA) throw new Error('each schema says what it adds');

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

/** `onLost` is told once, when the database goes by no doing of ours and does not come back. */
export async function openTables(
  name: string,
  factory: DatabaseFactory,
  onLost: (loss: Loss) => void,
): Promise<Tables> {
  const isSame = async (db: Dexie) => (await db.table<MetaRow>('meta').get('schema')) !== undefined;
  const connections = await openConnections({ name, factory, declare: declareVersions, isSame, onLost });
  return {
    close: () => connections.close(),
    async transaction(how, work) {
      const durability = how.mode === 'strict' ? 'strict' : 'relaxed';
      for (let attempt = 0; ; attempt++) {
        const db = await connections.get(durability);
        const begun = { work: false };
        try {
          const answer = await transact(db, { ...how, begun }, work);
          connections.worked();
          return answer;
        } catch (error) {
          const fault = toStorageFault(error);
          if (fault.kind === 'closed') connections.failed(db);
          // What had begun may have been written all the same: only its caller knows what to look for.
          if (fault.kind !== 'closed' || begun.work || attempt > 0) throw fault;
        }
      }
    },
  };
}

const tablesOf = new WeakMap<Dexie, RowTables>();

async function transact<T>(
  db: Dexie,
  { mode, tables, turn, begun }: Transacting & { begun: { work: boolean } },
  work: (rows: RowTables) => Promise<T>,
): Promise<T> {
  const rows = tablesOf.get(db) ?? rowTables(db);
  tablesOf.set(db, rows);
  const names = mode === 'read' ? tables : [...new Set([...tables, 'meta' as const])];
  let browsers: IDBTransaction | undefined;
  try {
    return await db.transaction(mode === 'read' ? 'r' : 'rw', names, async (transaction) => {
      browsers = transaction.idbtrans;
      if (mode !== 'read') await checkMayWrite(rows.meta, turn);
      begun.work = true;
      return work(rows);
    });
  } catch (error) {
    // Requests under way when the browser gives a transaction up say "aborted"; why, only the transaction says.
    throw toStorageFault(error, browsers?.error);
  }
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
