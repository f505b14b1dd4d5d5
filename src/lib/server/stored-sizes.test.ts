import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDocumentStore, type DocumentStore } from './document-store.ts';
import { levelDb, type LevelEngine, type LevelRange } from './level-engine.ts';
import { levelStorage } from './level-storage.ts';
import { bodyKey, bytesKey } from './pouch-layout.ts';

describe('the size of a database', () => {
  let folder: string;
  let made = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'couch-sizes-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const place = () => path.join(folder, `db${made++}`);
  const open = (location: string, engine: LevelEngine = levelDb) =>
    openDocumentStore(location, levelStorage(engine));

  /** LevelDB, telling whether bodies or photos were gone through. */
  function watched() {
    const told = { counts: 0 };
    const engine: LevelEngine = (at) => {
      const handle = levelDb(at);
      const iterator = handle.iterator.bind(handle);
      handle.iterator = (options: LevelRange) => {
        if (options.gte === bodyKey(0) || options.gte === bytesKey('')) told.counts++;
        return iterator(options);
      };
      return handle;
    };
    return { told, engine };
  }

  /** Each twice, so that there is something to compact. */
  async function fill(store: DocumentStore): Promise<void> {
    for (const start of [1, 2]) {
      const ids = Array.from({ length: 30 }, (_, at) => `d${at}`);
      const known = await store.metadata(ids);
      const writes = ids.map((id, at) => {
        const bytes = randomBytes(1000 + at);
        const digest = `md5-${id}-${start}`;
        const stub = { content_type: 'image/jpeg', digest, length: bytes.length, revpos: start };
        return {
          revision: {
            id,
            path: { start, ids: start === 1 ? ['a'] : ['b', 'a'] },
            deleted: false,
            fieldsJson: '{"text":"敲门"}',
            attachments: { photo: stub },
            bytes: new Map([[digest, bytes]]),
          },
          known: known[at],
        };
      });
      await store.store(writes);
    }
  }

  const external = async (store: DocumentStore) => (await store.sizes()).external;

  /** What lies on the disk at this moment, as after a power cut. */
  async function copyOf(location: string): Promise<string> {
    const copy = place();
    await cp(location, copy, { recursive: true });
    await rm(path.join(copy, 'LOCK'), { force: true });
    return copy;
  }

  async function counted(store: DocumentStore): Promise<number> {
    for (let tries = 0; tries < 100; tries++) {
      const { external: bytes, file } = await store.sizes();
      if (bytes !== file) return bytes;
      await wait(20);
    }
    throw new Error('nothing was counted');
  }

  it('is known after a start without a body or a photo being read', async () => {
    const location = place();
    const first = await open(location);
    expect(await external(first)).toBe(0);
    await fill(first);
    const size = await external(first);
    expect(size).toBeGreaterThan(60_000);
    await first.close();
    const { told, engine } = watched();
    const second = await open(location, engine);
    expect(await external(second)).toBe(size);
    await fill(second);
    expect(await external(second)).toBeGreaterThan(size);
    expect(told.counts).toBe(0);
    await second.close();
  });

  it('is what its files take after a crash, until it has been counted beside all else', async () => {
    const location = place();
    const first = await open(location);
    await fill(first);
    const size = await external(first);
    const copy = await copyOf(location);
    await first.close();
    const { told, engine } = watched();
    const second = await open(copy, engine);
    const { external: bytes, file } = await second.sizes();
    expect(bytes).toBe(file);
    expect(await counted(second)).toBe(size);
    await external(second);
    expect(told.counts).toBe(2);
    await second.close();
    const third = await open(copy, engine);
    expect(await external(third)).toBe(size);
    expect(told.counts).toBe(2);
    await third.close();
  });

  it('is not believed after a compaction that was cut off', async () => {
    const location = place();
    const first = await open(location);
    await fill(first);
    await first.close();
    const second = await open(location);
    const before = await external(second);
    await second.compact(new AbortController().signal);
    const after = await external(second);
    expect(after).toBeLessThan(before * 0.6);
    const copy = await copyOf(location);
    await second.close();
    const third = await open(copy);
    expect(await counted(third)).toBe(after);
    await third.close();
  });

  it('is counted for nobody any more when the database closes or goes', async () => {
    const location = place();
    const first = await open(location);
    await fill(first);
    const [one, other] = [await copyOf(location), await copyOf(location)];
    await first.close();
    const closing = await open(one);
    await closing.sizes();
    await closing.close();
    const going = await open(other);
    await going.sizes();
    await going.destroy();
  });
});
