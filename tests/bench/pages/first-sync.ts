// The page of the first-sync bench: starts one contestant's worker at a time, and leaves no database behind.
import type { FirstSyncRun, FirstSyncWish } from './contest.ts';

const contestants = {
  'sealed replica': () =>
    new Worker(new URL('./sealed-replica-worker.ts', import.meta.url), { type: 'module' }),
  pouchdb: () => new Worker(new URL('./pouch-worker.ts', import.meta.url), { type: 'module' }),
  rxdb: () => new Worker(new URL('./rxdb-worker.ts', import.meta.url), { type: 'module' }),
  floor: () => new Worker(new URL('./floor-worker.ts', import.meta.url), { type: 'module' }),
};
export type Contestant = keyof typeof contestants;

async function firstSync(name: Contestant, wish: FirstSyncWish): Promise<FirstSyncRun> {
  const worker = contestants[name]();
  const run = await new Promise<FirstSyncRun>((resolve) => {
    worker.onmessage = (event: MessageEvent<FirstSyncRun>) => resolve(event.data);
    worker.onerror = (event) => resolve({ failed: event.message || 'the worker did not load' });
    worker.postMessage(wish);
  });
  worker.terminate();
  await dropDatabases();
  return run;
}

async function dropDatabases(): Promise<void> {
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue;
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
    });
  }
}

declare global {
  interface Window {
    firstSync: typeof firstSync;
  }
}
window.firstSync = firstSync;
