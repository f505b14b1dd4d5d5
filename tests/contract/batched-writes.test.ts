import memdown from 'memdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LevelEngine } from '#lib/server/level-engine.ts';
import { openEmbedded } from './open-embedded.ts';
import { eventually, makeDatabase, type OpenedServer, type TestDatabase } from './opened-server.ts';

describe('writes of batch=ok', () => {
  let server: OpenedServer;
  let database: TestDatabase;
  const disk: { held: (() => void)[] | undefined } = { held: undefined };
  /** memdown, whose disk can be told to wait. */
  const engine: LevelEngine = (at) => {
    const handle = (memdown as unknown as LevelEngine)(at);
    const batch = handle._batch.bind(handle);
    handle._batch = (...given) => {
      const write = (): void => batch(...given);
      if (disk.held) disk.held.push(write);
      else write();
    };
    return handle;
  };
  const release = (): void => {
    const { held = [] } = disk;
    disk.held = undefined;
    for (const write of held) write();
  };
  beforeAll(async () => {
    server = await openEmbedded({ engine, limits: { requestBytes: 10_000, attachmentBytes: 10_000 } });
    database = await makeDatabase(server);
  });
  afterAll(() => server.close());

  const later = (id: string) =>
    database.at(`${id}?batch=ok`, { method: 'PUT', body: { text: 'x'.repeat(6000) } });

  it('are refused while too much of them waits, and none that was taken is lost', async () => {
    disk.held = [];
    for (const id of ['a', 'b', 'c']) expect((await later(id)).status).toBe(202);
    const refused = await later('d');
    expect(refused).toMatchObject({ status: 503, json: { error: 'service_unavailable' } });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await database.at('?batch=ok', { body: { text: 'x'.repeat(6000) } })).status).toBe(503);
    release();
    const ids = async () => (await database.get('_all_docs')).json.rows.map(({ id }: { id: string }) => id);
    expect(await eventually(ids, ({ length }) => length === 3)).toEqual(['a', 'b', 'c']);
    expect((await later('d')).status).toBe(202);
  });
});
