// Tells Kit of the files a worker loads later: Vite's manifest has the workers, not the chunks they import, and what is
// not in the manifest is not kept for offline. Invariant: every script below `_app` is in the service worker's list.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const MANIFEST = '.vite/manifest.json';
const WORKERS = '_app/immutable/workers';

function scriptsBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return scriptsBelow(root, file);
    return file.endsWith('.js') ? [file] : [];
  });
}

/** Adds them to the manifest of a client build; any other folder is left alone. */
export function addWorkerChunks(dir: string): void {
  const manifestFile = path.join(dir, MANIFEST);
  if (!existsSync(manifestFile) || !existsSync(path.join(dir, WORKERS))) return;
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
  const known = JSON.stringify(manifest);
  for (const file of scriptsBelow(dir, WORKERS)) {
    if (!known.includes(`"${file}"`)) manifest[`worker chunk ${file}`] = { file };
  }
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
}

export function workerChunks(): Plugin {
  return {
    name: 'qiaomen-worker-chunks',
    apply: 'build',
    writeBundle: {
      // Before Kit reads the manifest, in the same hook.
      order: 'pre',
      sequential: true,
      handler: ({ dir }) => {
        if (dir) addWorkerChunks(dir);
      },
    },
  };
}
