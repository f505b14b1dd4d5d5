// The page of the sealing bench: a worker and a database of its own for each run.
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';
import type { StoreRun, StoreWish } from './stored-people.ts';

async function storePeople(people: readonly DocumentBody[], isSealed: boolean): Promise<StoreRun> {
  const worker = new Worker(new URL('./sealing-worker.ts', import.meta.url), { type: 'module' });
  const wish: StoreWish = { people, isSealed, name: `people-${crypto.randomUUID()}` };
  try {
    return await new Promise<StoreRun>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<StoreRun | { failed: string }>) =>
        'failed' in event.data ? reject(new Error(event.data.failed)) : resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message || 'the worker did not load'));
      worker.postMessage(wish);
    });
  } finally {
    worker.terminate();
    indexedDB.deleteDatabase(wish.name);
  }
}

declare global {
  interface Window {
    storePeople: typeof storePeople;
  }
}
window.storePeople = storePeople;
