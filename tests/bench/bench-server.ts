// Starts the embedded server of a bench on a free port and stops it again, with a folder of data of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { couchClient, type CouchClient } from '../../scripts/couch-client.ts';
import type { BenchDocument } from '../fixtures/bench-documents.ts';

export const BENCH_ADMIN = { name: 'admin', password: 'bench' };
/** What all benches ask of their documents but how many. */
export const BENCH_WISH = { seed: 'bench', today: '2026-11-22', grid: '999999001001001' };

export interface BenchServer {
  /** `http://127.0.0.1:1234`; the database answers below `/db`. */
  origin: string;
  couch: CouchClient;
  stop(): Promise<void>;
}

/** `pages` is the folder of the benches' pages. */
export async function startBenchServer(pages: string): Promise<BenchServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'qiaomen-bench-'));
  const entry = path.join(import.meta.dirname, 'serve-bench.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', entry, dataDir, pages], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the bench's server ended with ${code}`)));
  });
  const { port } = JSON.parse(line) as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  const couch = couchClient({ url: `${origin}/db`, user: BENCH_ADMIN.name, password: BENCH_ADMIN.password });
  return {
    origin,
    couch,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One request that must succeed; answers the body. */
export async function asked(
  couch: CouchClient,
  ...[method, to, body]: Parameters<CouchClient['request']>
): Promise<unknown> {
  const answer = await couch.request(method, to, body);
  if (answer.outcome === 'answered' && answer.status < 300) return answer.body;
  throw new Error(`${method} ${to}: ${JSON.stringify(answer).slice(0, 300)}`);
}

const BATCH = 1000;

/** A new database with these documents in it. */
export async function fillDatabase(
  couch: CouchClient,
  name: string,
  documents: readonly BenchDocument[],
): Promise<void> {
  await asked(couch, 'PUT', `/${name}`);
  await addDocuments(couch, name, documents);
}

/** More documents for a database that is there. */
export async function addDocuments(
  couch: CouchClient,
  name: string,
  documents: readonly BenchDocument[],
): Promise<void> {
  for (let from = 0; from < documents.length; from += BATCH) {
    await asked(couch, 'POST', `/${name}/_bulk_docs`, { docs: documents.slice(from, from + BATCH) });
  }
}
