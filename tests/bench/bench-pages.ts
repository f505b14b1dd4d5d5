// Builds the benches' pages and workers from the product's own sources, as the product is built.
import path from 'node:path';
import { build } from 'vite';
import { buildPeers } from './peers.ts';

const PAGES = path.join(import.meta.dirname, 'pages');

let built: Promise<string> | undefined;

/** Answers the folder with the built pages; built once for all benches of a run. */
export function buildBenchPages(): Promise<string> {
  built ??= buildPages();
  return built;
}

async function buildPages(): Promise<string> {
  const outDir = path.resolve('.cache/bench/pages');
  await build({
    configFile: false,
    root: PAGES,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome100',
      rollupOptions: {
        input: ['first-sync.html', 'replicas.html', 'sealing.html'].map((page) => path.join(PAGES, page)),
      },
    },
  });
  await buildPeers(outDir);
  return outDir;
}
