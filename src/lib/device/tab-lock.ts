// The tablet's one right to sync, as the browser's lock (W3C Web Locks API, section 3.2). Invariants: a lock that another
// tab takes away is told as `fenced`, as the store tells it; and not before what was begun under it has ended, so that a
// tab never has two rounds at once.
import { StorageFault } from '#lib/protocol/storage-fault.ts';

/** What is needed of `navigator.locks`. */
export interface TabLocks {
  request(
    name: string,
    how: { steal: true } | { ifAvailable: true },
    held: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

/** Undefined, and the work not begun, where another tab has the lock; `steal`: it is taken from that tab. */
export async function withTabLock<T>(
  locks: TabLocks,
  { name, steal }: { name: string; steal: boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  let working: Promise<T> | undefined;
  try {
    await locks.request(name, steal ? { steal } : { ifAvailable: true }, async (lock) => {
      if (lock) await (working = work());
    });
    return await working;
  } catch (error) {
    if (!working || !isTakenAway(error)) throw error;
    const itsOwn: unknown = await working.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (itsOwn === error) throw error;
    throw new StorageFault('fenced', 'another tab took the lock', error);
  }
}

const isTakenAway = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';
