// The peers of the benches: installed when they are wanted, from tests/bench/package.json and its lockfile, and bundled
// each into one module. None of them is a dependency of the product.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const HERE = import.meta.dirname;
const INSTALLED = path.join(HERE, 'node_modules/.installed-from');

/** Does nothing where the lockfile is the one installed from. */
function installPeers(): void {
  const lockfile = readFileSync(path.join(HERE, 'package-lock.json'), 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lockfile) return;
  const npm = spawnSync('npm', ['ci', '--prefix', HERE, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (npm.status !== 0)
    throw new Error('the peers of the benches could not be installed (npm ci --prefix tests/bench)');
  writeFileSync(INSTALLED, lockfile);
}

interface Peer {
  /** What the bundle is called that is served. */
  file: string;
  module: string;
}

const PEERS: readonly Peer[] = [
  {
    file: 'peers.js',
    module: `
      import PouchDB from 'pouchdb-core';
      import http from 'pouchdb-adapter-http';
      import idb from 'pouchdb-adapter-idb';
      import indexeddb from 'pouchdb-adapter-indexeddb';
      import replication from 'pouchdb-replication';
      PouchDB.plugin(http).plugin(idb).plugin(indexeddb).plugin(replication);
      export { PouchDB };
    `,
  },
  {
    file: 'rxdb.js',
    module: `
      export { createRxDatabase } from 'rxdb/plugins/core';
      export { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
      export { replicateCouchDB } from 'rxdb/plugins/replication-couchdb';
    `,
  },
];

/** Writes each peer's bundle into the folder of the pages. */
export async function buildPeers(pages: string): Promise<void> {
  installPeers();
  for (const peer of PEERS) await buildPeer(peer, pages);
}

async function buildPeer({ file, module }: Peer, pages: string): Promise<void> {
  // Where npm put the peers, so that the bundler finds them from there; never in the repository.
  const entry = path.join(HERE, 'node_modules', `bench-${file}`);
  writeFileSync(entry, module);
  await build({
    configFile: false,
    root: HERE,
    logLevel: 'warn',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: pages,
      emptyOutDir: false,
      target: 'chrome100',
      lib: { entry, formats: ['es'], fileName: () => file },
    },
  });
}
