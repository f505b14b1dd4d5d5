// Chromium keeps an origin's IndexedDB in a LevelDB, and on most systems goes on in the log it finds (`reuse_logs`). Where
// the browser was killed while a record was written there, what is appended behind that torn record is lost with the next
// recovery, strictly committed or not, and often the whole database with it: two kills, and saved work is gone (seen in
// Chromium 156; ChromeOS switches the reuse off for this reason). Deleting a database makes LevelDB begin a new log, so one
// is made and deleted before anything of ours is written: some 5 ms. Anywhere else it does no harm.
import type { DatabaseFactory } from './connections.ts';

const NAME = 'qiaomen-new-log';
/** Other tabs may be at it, too; nobody waits for them longer. */
const AT_MOST_MS = 1_000;

/** Never throws: what is wrong with the storage is told by whoever opens it next. */
export function beginNewLog(factory: DatabaseFactory): Promise<void> {
  return Promise.race([
    makeAndDelete(factory),
    new Promise<void>((resolve) => setTimeout(resolve, AT_MOST_MS)),
  ]);
}

async function makeAndDelete({ indexedDB: factory }: DatabaseFactory): Promise<void> {
  try {
    const idb = factory ?? indexedDB;
    // A store in it: an empty database leaves nothing to be compacted.
    const made = await asked(idb.open(NAME, 1), (opening) => opening.result.createObjectStore('empty'));
    made.close();
    await asked(idb.deleteDatabase(NAME));
  } catch {
    // No IndexedDB, no room, no access.
  }
}

/** Resolves too where another tab holds it open: that tab is about to delete it. */
function asked<R extends IDBOpenDBRequest>(request: R, upgrade?: (request: R) => void): Promise<R['result']> {
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => upgrade?.(request);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
    request.onblocked = () => resolve(request.result);
  });
}
