// What the page asks of a contestant's worker, and what the worker answers. One worker runs once and is ended.

export interface FirstSyncWish {
  /** The database on the server: `/db/bench-first-sync`. */
  url: string;
  /** How many documents there are; a run that holds another number at its end has failed. */
  documents: number;
  /** PouchDB only. */
  adapter?: 'idb' | 'indexeddb';
  /** PouchDB and RxDB. */
  batchSize?: number;
}

export type FirstSyncRun = { ms: number; held: number } | { failed: string };

/** Waits for the one message of a worker, runs, answers. */
export function contestant(run: (wish: FirstSyncWish) => Promise<FirstSyncRun>): void {
  addEventListener('message', (event: MessageEvent<FirstSyncWish>) => {
    run(event.data)
      .catch((error: unknown): FirstSyncRun => ({ failed: String((error as Error).stack ?? error) }))
      .then((answer) => postMessage(answer));
  });
}
