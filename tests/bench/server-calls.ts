// The embedded server over HTTP against the same calls in process on PouchDB, with the same LevelDB below, synced with
// every write. Both begin with JavaScript objects and end with them: HTTP pays for its JSON on both sides.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { levelDb, syncWrites } from '../../src/lib/server/level-engine.ts';
import type { Bench, BenchSize } from './bench.ts';
import { benchDocuments, type BenchDocument } from '../fixtures/bench-documents.ts';
import { asked, BENCH_WISH, startBenchServer, type BenchServer } from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import { alternating, median } from './statistics.ts';

const sizes = {
  full: { batches: 10, batch: 1000, rounds: 5 },
  smoke: { batches: 2, batch: 60, rounds: 1 },
};

/** One way of talking to a database: made anew for every round. */
interface Contestant {
  open(): Promise<void>;
  write(batch: readonly BenchDocument[]): Promise<number>;
  /** How many documents came. */
  readAll(): Promise<number>;
  drop(): Promise<void>;
}

export const serverCalls: Bench = {
  name: 'server-calls',
  says: 'ten _bulk_docs of a thousand documents and one _changes with all of them, over HTTP, against PouchDB in process',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { batches, batch, rounds } = sizes[size];
    const documents = benchDocuments({ ...BENCH_WISH, count: batches * batch });
    const server = await startBenchServer(tmpdir());
    const folder = mkdtempSync(path.join(tmpdir(), 'qiaomen-bench-pouch-'));
    try {
      const http = overHttp(server);
      const pouch = inProcess(folder);
      const writes = await alternating({ http: () => writing(http), pouch: () => writing(pouch) }, rounds);
      const reads = await alternating({ http: () => reading(http), pouch: () => reading(pouch) }, rounds);
      return [
        figure(`${batches} × ${batch} _bulk_docs over HTTP, synced to disk`, writes),
        figure(`${batches * batch} documents by one _changes?include_docs=true over HTTP, unpacked`, reads),
      ];
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }

    async function writing(contestant: Contestant): Promise<number> {
      await contestant.open();
      const started = performance.now();
      for (let from = 0; from < documents.length; from += batch) {
        const written = await contestant.write(documents.slice(from, from + batch));
        if (written !== batch) throw new Error(`${written} of ${batch} documents were written`);
      }
      const ms = performance.now() - started;
      await contestant.drop();
      return ms;
    }

    async function reading(contestant: Contestant): Promise<number> {
      await contestant.open();
      for (let from = 0; from < documents.length; from += batch) {
        await contestant.write(documents.slice(from, from + batch));
      }
      const started = performance.now();
      const came = await contestant.readAll();
      const ms = performance.now() - started;
      if (came !== documents.length) throw new Error(`${came} of ${documents.length} documents came`);
      await contestant.drop();
      return ms;
    }
  },
};

function figure(name: string, ms: Record<'http' | 'pouch', number[]>): Measured {
  return measured(
    {
      name,
      value: median(ms.http),
      unit: 'ms',
      reference: 'PouchDB 9 in process, LevelDB with sync',
      referenceValue: median(ms.pouch),
    },
    { ratioAtMost: 1.5 },
  );
}

function overHttp({ origin, couch }: BenchServer): Contestant {
  let name = '';
  let made = 0;
  const headers = {
    authorization: `Basic ${Buffer.from('admin:bench').toString('base64')}`,
    'content-type': 'application/json',
    'accept-encoding': 'identity',
  };
  return {
    async open() {
      name = `bench-${made++}`;
      await asked(couch, 'PUT', `/${name}`);
    },
    async write(docs) {
      const url = `${origin}/db/${name}/_bulk_docs`;
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ docs }) });
      const rows = (await response.json()) as { ok?: boolean }[];
      return rows.filter((row) => row.ok).length;
    },
    async readAll() {
      const response = await fetch(`${origin}/db/${name}/_changes?include_docs=true`, { headers });
      const { results } = (await response.json()) as { results: { doc: { _id: string } }[] };
      return results.filter(({ doc }) => doc._id !== '').length;
    },
    async drop() {
      await asked(couch, 'DELETE', `/${name}`);
    },
  };
}

function inProcess(folder: string): Contestant {
  PouchDB.plugin(leveldbAdapter);
  let database: PouchDB.Database;
  let made = 0;
  const engine = Object.assign((location: string) => syncWrites(levelDb(location)), {
    destroy: levelDb.destroy,
  });
  return {
    async open() {
      const options: object = { adapter: 'leveldb', db: engine };
      database = new PouchDB(path.join(folder, `bench-${made++}`), options);
      await database.info();
    },
    async write(documents) {
      const rows = await database.bulkDocs(documents.map((document) => ({ ...document })));
      return rows.filter((row) => 'ok' in row && row.ok).length;
    },
    async readAll() {
      const { results } = await database.changes({ include_docs: true, since: 0 });
      return results.filter(({ doc }) => doc?._id !== '').length;
    },
    async drop() {
      await database.destroy();
    },
  };
}
