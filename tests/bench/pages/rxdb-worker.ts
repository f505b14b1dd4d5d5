// The peer: RxDB with its Dexie storage and its CouchDB replication, once and pulling only, in a worker as our replica is.
// Its settings are those that cost it least: no validation, no other tabs, no index but its own.
import { contestant } from './contest.ts';

interface Rxdb {
  createRxDatabase(options: object): Promise<{
    addCollections(collections: object): Promise<{ documents: Collection }>;
  }>;
  getRxStorageDexie(): unknown;
  replicateCouchDB(options: object): Replication;
}
interface Collection {
  count(): { exec(): Promise<number> };
}
interface Replication {
  awaitInitialReplication(): Promise<unknown>;
  error$: { subscribe(hear: (error: unknown) => void): unknown };
}

const schema = {
  version: 0,
  type: 'object',
  primaryKey: '_id',
  properties: { _id: { type: 'string', maxLength: 100 } },
};

contestant(async ({ url, batchSize }) => {
  const bundle: string = '/rxdb.js';
  const rxdb: Rxdb = await import(/* @vite-ignore */ bundle);
  const started = performance.now();
  const database = await rxdb.createRxDatabase({
    name: 'rxdb',
    storage: rxdb.getRxStorageDexie(),
    multiInstance: false,
  });
  const { documents } = await database.addCollections({ documents: { schema } });
  const replication = rxdb.replicateCouchDB({
    replicationIdentifier: 'bench',
    collection: documents,
    url: `${new URL(url, location.origin).href}/`,
    fetch: (to: string, init?: RequestInit) => fetch(to, { ...init, cache: 'no-store' }),
    live: false,
    waitForLeadership: false,
    pull: { batchSize },
  });
  const failed = new Promise<never>((_, reject) => replication.error$.subscribe(reject));
  await Promise.race([replication.awaitInitialReplication(), failed]);
  const ms = performance.now() - started;
  return { ms, held: await documents.count().exec() };
});
