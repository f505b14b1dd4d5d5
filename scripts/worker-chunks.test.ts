import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { addWorkerChunks } from './worker-chunks.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function aBuild(manifest: object, scripts: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'worker-chunks-'));
  folders.push(folder);
  mkdirSync(path.join(folder, '.vite'));
  writeFileSync(path.join(folder, '.vite/manifest.json'), JSON.stringify(manifest));
  for (const script of scripts) {
    mkdirSync(path.dirname(path.join(folder, script)), { recursive: true });
    writeFileSync(path.join(folder, script), '');
  }
  return folder;
}
const filesIn = (folder: string) => {
  const manifest = JSON.parse(readFileSync(path.join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    { file: string }
  >;
  return Object.values(manifest).map(({ file }) => file);
};

describe('what a worker loads later', () => {
  const WORKER = '_app/immutable/workers/device-worker-1.js';
  const CHUNK = '_app/immutable/workers/chunks/pinyin-2.js';

  it('joins the manifest, once', () => {
    const folder = aBuild({ worker: { file: WORKER } }, [WORKER, CHUNK, `${CHUNK}.br`]);
    addWorkerChunks(folder);
    addWorkerChunks(folder);
    expect(filesIn(folder)).toEqual([WORKER, CHUNK]);
  });

  it('leaves a build without workers, and what is no client build, alone', () => {
    const folder = aBuild({ page: { file: 'a.js' } }, []);
    addWorkerChunks(folder);
    expect(filesIn(folder)).toEqual(['a.js']);
    expect(() => addWorkerChunks(path.join(folder, 'nowhere'))).not.toThrow();
  });
});
