// What lies unsent in any store of this tablet, read without its key and without Dexie: a store that its owner cannot open,
// or that no build opens any more, still gives its envelopes. Invariants: a row that cannot be read hides no other; nothing
// is written but the mark that the server has an envelope, and no database is made or brought up to date.
import type { LyingEnvelope } from '#lib/protocol/rescue-file.ts';
import type { DatabaseFactory } from './connections.ts';
import type { PhotoBytesRow, PhotoRow } from './photo-rows.ts';
import { STORE_SCHEMA, type EditRow, type MetaRow, type RejectionRow } from './rows.ts';

const TABLES = ['edits', 'rejections', 'photos'] as const;
type UnsentRow = EditRow | RejectionRow | PhotoRow;

/** One unsent row. */
export interface LeftRow {
  table: (typeof TABLES)[number];
  key: IDBValidKey;
  /** By it what one action saved is counted as one. Milliseconds since 1970. */
  savedAt: number;
  /** Absent where it was saved before the organisation's key was known here. */
  envelope?: LyingEnvelope;
  /** The server has this envelope. */
  handedOver: boolean;
}

export interface Left {
  rows: LeftRow[];
  /** Rows the browser itself would not give. */
  unreadable: number;
}

/** Throws a DOMException where the database cannot be opened at all; one that is not there has nothing. */
export async function readLeft(
  storeName: string,
  factory: DatabaseFactory,
  withBytes: boolean,
): Promise<Left> {
  const left: Left = { rows: [], unreadable: 0 };
  const db = await openAsItIs(storeName, factory);
  if (!db) return left;
  try {
    for (const table of TABLES) await readTable(db, table, { left, withBytes });
    return left;
  } finally {
    db.close();
  }
}

interface Reading {
  left: Left;
  withBytes: boolean;
}

async function readTable(
  db: IDBDatabase,
  table: LeftRow['table'],
  { left, withBytes }: Reading,
): Promise<void> {
  if (!db.objectStoreNames.contains(table)) return;
  const keys = await ask(db, table, (rows) => rows.getAllKeys());
  for (const key of keys) {
    try {
      const row = (await ask(db, table, (rows) => rows.get(key))) as UnsentRow | undefined;
      if (!row || ('state' in row && row.state !== 'waiting' && row.state !== 'refused')) continue;
      const bytes = withBytes && 'state' in row ? await readBytes(db, row.id) : undefined;
      left.rows.push(leftRow(table, key, { row, bytes }));
    } catch {
      left.unreadable++;
    }
  }
}

/** Undefined where they cannot be read: the photo's envelope alone tells what is missing. */
async function readBytes(db: IDBDatabase, id: string): Promise<PhotoBytesRow | undefined> {
  const read = ask(db, 'photoBytes', (rows) => rows.get(id)) as Promise<PhotoBytesRow | undefined>;
  return read.catch(() => undefined);
}

function leftRow(
  table: LeftRow['table'],
  key: IDBValidKey,
  { row, bytes }: { row: UnsentRow; bytes: PhotoBytesRow | undefined },
): LeftRow {
  const { scope, id, savedAt, envelope, handedOver } = row;
  const kind = table === 'photos' ? 'photo' : 'document';
  return {
    table,
    key,
    savedAt,
    handedOver: envelope !== undefined && handedOver === envelope.rev,
    ...(envelope && { envelope: { ...envelope, kind, scope, id, ...(bytes && { bytes: bytes.sealed }) } }),
  };
}

/**
 * Says of these rows that the server has their envelopes. One that was written anew meanwhile stays as it is; in a store
 * that takes no writes nothing is marked, which costs no more than asking the server again.
 */
export async function markHandedOver(
  storeName: string,
  factory: DatabaseFactory,
  rows: readonly LeftRow[],
): Promise<void> {
  const db = await openAsItIs(storeName, factory).catch(() => undefined);
  try {
    const schema = db && ((await ask(db, 'meta', (meta) => meta.get('schema'))) as MetaRow | undefined);
    if (!db || schema?.value !== STORE_SCHEMA) return;
    for (const row of rows) await markOne(db, row);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  } finally {
    db?.close();
  }
}

function markOne(db: IDBDatabase, { table, key, envelope }: LeftRow): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(table, 'readwrite');
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
    const rows = transaction.objectStore(table);
    const found = rows.get(key);
    found.onsuccess = () => {
      const row = found.result as UnsentRow | undefined;
      if (row?.envelope && row.envelope.rev === envelope?.rev)
        rows.put({ ...row, handedOver: row.envelope.rev });
    };
  });
}

/** At the version it has; undefined where there is none. */
function openAsItIs(name: string, factory: DatabaseFactory): Promise<IDBDatabase | undefined> {
  return new Promise((resolve, reject) => {
    const opening = (factory.indexedDB ?? indexedDB).open(name);
    let isNew = false;
    opening.onupgradeneeded = () => {
      isNew = true;
      opening.transaction?.abort();
    };
    opening.onsuccess = () => {
      const db = opening.result;
      // A newer build that brings it up to date does not wait for this.
      db.onversionchange = () => db.close();
      resolve(db);
    };
    opening.onerror = () => {
      if (isNew) resolve(undefined);
      else reject(opening.error ?? new DOMException('it does not open', 'UnknownError'));
    };
  });
}

function ask<T>(db: IDBDatabase, table: string, asking: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = asking(db.transaction(table, 'readonly').objectStore(table));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('no answer', 'UnknownError'));
  });
}
