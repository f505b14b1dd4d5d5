import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Json } from './opened-server.ts';

const ADMIN = { name: 'admin', password: 'relax' };
const SCRIPT = fileURLToPath(new URL('./serve-until-killed.ts', import.meta.url));

describe('a server killed without warning', () => {
  let dataDir: string;
  let running: ChildProcess | undefined;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-killed-'));
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<{ url: string; kill: () => Promise<void> }> {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.includes('port ')) break;
    }
    const kill = async (): Promise<void> => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    };
    return { url: `http://127.0.0.1:${/port (\d+)/.exec(said)?.[1] ?? ''}`, kill };
  }

  it.each([3, 9, 15])(
    'during 20 bulk writes, after the %ith, has every document it acknowledged',
    async (killAfter) => {
      const server = await start();
      const name = `killed${killAfter}`;
      expect((await ask(`${server.url}/${name}`, { method: 'PUT', as: ADMIN })).status).toBe(201);
      const acknowledged: { id: string; rev: string }[] = [];
      let batches = 0;
      const batch = async (number: number): Promise<void> => {
        const docs = Array.from({ length: 100 }, (_, at) => ({
          _id: `${number}:${at}`,
          fill: 'x'.repeat(600),
        }));
        const { status, json } = await ask(`${server.url}/${name}/_bulk_docs`, { as: ADMIN, body: { docs } });
        if (status !== 201) return;
        acknowledged.push(...(json as { id: string; rev: string }[]));
        if (++batches === killAfter) void server.kill();
      };
      // Four under way at a time, so that the kill falls into the middle of others.
      const numbers = Array.from({ length: 20 }, (_, number) => number).values();
      const lane = async (): Promise<void> => {
        for (const number of numbers) await batch(number);
      };
      await Promise.allSettled(Array.from({ length: 4 }, lane));
      expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter * 100);
      expect(batches).toBeLessThan(20);

      const again = await start();
      const keys = acknowledged.map(({ id }) => id);
      const { json } = await ask(`${again.url}/${name}/_all_docs?include_docs=true`, {
        as: ADMIN,
        body: { keys },
      });
      const rows = (json as Json).rows as { id: string; value: { rev: string }; doc: { fill: string } }[];
      expect(rows.map(({ id, value }) => ({ id, rev: value?.rev }))).toEqual(
        acknowledged.map(({ id, rev }) => ({ id, rev })),
      );
      expect(rows.every(({ doc }) => doc.fill.length === 600)).toBe(true);
      const info = (await ask(`${again.url}/${name}`, { as: ADMIN })).json;
      const feed = (await ask(`${again.url}/${name}/_changes`, { as: ADMIN })).json;
      expect(feed.results).toHaveLength(info.doc_count);
      // What was under way is there whole or not at all: batches have a hundred documents.
      expect(info.doc_count % 100).toBe(0);
      await again.kill();
    },
  );
});
