// Builds the benches' pages and workers from the product's own sources, as the product is built.
import path from 'node:path';
import { build } from 'vite';
import { buildPeers } from './peers.ts';

const PAGES = path.join(import.meta.dirname, 'pages');

/** Answers the folder with the built pages. */
export async function buildBenchPages(): Promise<string> {
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
      rollupOptions: { input: ['first-sync.html', 'replicas.html'].map((page) => path.join(PAGES, page)) },
    },
  });
  await buildPeers(outDir);
  return outDir;
}
