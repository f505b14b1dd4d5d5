// What this tablet is, whoever works on it: its opaque id, and the order to wipe it where one was heard. In a database of its
// own, which a wipe leaves to the last. Invariant: strictly written; an order that was read is never forgotten by a crash.
import type { DatabaseFactory } from './connections.ts';

export interface TabletFacts {
  id: string;
  wipe?: {
    /** The nonce by which it is reported. */
    order: string;
    /** Everything else is gone. Milliseconds since 1970 by this tablet's clock. */
    wipedAt?: number;
    /** The server has answered the report. */
    reported?: true;
  };
}

export const TABLET_FACTS = 'qiaomen-this-tablet';
const TABLE = 'facts';
const KEY = 'tablet';

/** What stands there; where nothing does, what `make` gives, written first. Throws DOMExceptions. */
export async function readTabletFacts(
  factory: DatabaseFactory,
  make: () => TabletFacts,
): Promise<TabletFacts> {
  return inFacts(factory, (rows, done) => {
    const known = rows.get(KEY) as IDBRequest<TabletFacts | undefined>;
    known.onsuccess = () => {
      if (known.result) return done(known.result);
      const made = make();
      rows.put(made, KEY).onsuccess = () => done(made);
    };
  });
}

export async function putTabletFacts(factory: DatabaseFactory, facts: TabletFacts): Promise<void> {
  await inFacts(factory, (rows, done) => (rows.put(facts, KEY).onsuccess = () => done(facts)));
}

/** Answers what `work` handed to `done`, once it is on the medium. The connection is closed: it stands in nobody's way. */
async function inFacts<T>(
  { indexedDB: own }: DatabaseFactory,
  work: (rows: IDBObjectStore, done: (value: T) => void) => void,
): Promise<T> {
  const db = await open(own ?? indexedDB);
  try {
    return await new Promise<T>((resolve, reject) => {
      let answer: { value: T } | undefined;
      const transaction = db.transaction(TABLE, 'readwrite', { durability: 'strict' });
      const failed = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
      transaction.onabort = failed;
      transaction.oncomplete = () => (answer ? resolve(answer.value) : failed());
      work(transaction.objectStore(TABLE), (value) => (answer = { value }));
    });
  } finally {
    db.close();
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(TABLET_FACTS, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new DOMException('refused', 'UnknownError'));
  });
}
