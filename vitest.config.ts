import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Held against a CouchDB of somebody's own. */
const NEEDS_COUCHDB = 'tests/contract/couchdb.test.ts';

/** Nothing but functions and servers of their own: their modules are loaded once for all of them. */
const TOGETHER = ['domain', 'protocol', 'sync', 'server'].map((layer) => `src/lib/${layer}/**/*.test.ts`);
const OTHERS = ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'];
const exclude = [
  '**/node_modules/**',
  'tests/journeys/**',
  ...(process.env.COUCHDB_URL ? [] : [NEEDS_COUCHDB]),
];

export default defineConfig({
  plugins: [svelte()],
  test: {
    projects: [
      { extends: true, test: { name: 'together', include: TOGETHER, exclude, isolate: false } },
      { extends: true, test: { name: 'apart', include: OTHERS, exclude: [...exclude, ...TOGETHER] } },
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
