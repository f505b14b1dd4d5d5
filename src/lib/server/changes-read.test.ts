import memdown from 'memdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChangesQuery } from './changes-query.ts';
import { readChanges, type ChangesSlice } from './changes-read.ts';
import { openDatabaseCatalog, type Database, type DatabaseCatalog } from './database-catalog.ts';
import { type LevelEngine } from './level-engine.ts';
import { levelStorage } from './level-storage.ts';

const COUNT = 1200;
const PHOTO = { content_type: 'image/jpeg', digest: 'md5-photo', length: 5, revpos: 1 };

describe('the changes of named documents', () => {
  let catalog: DatabaseCatalog;
  let database: Database;
  const ids = Array.from({ length: COUNT }, (_, at) => `d${at}`);
  beforeAll(async () => {
    const engine = memdown as unknown as LevelEngine;
    catalog = await openDatabaseCatalog({
      dataDir: `changes-read-${process.pid}`,
      engine,
      openStorage: levelStorage(engine),
      onDisk: false,
      now: Date.now,
    });
    await catalog.create('one');
    const found = await catalog.find('one');
    if (!found) throw new Error('no database');
    database = found;
    const revision = { path: { start: 1, ids: ['a'] }, deleted: false, fieldsJson: '{}' };
    const stored = { attachments: { photo: PHOTO }, bytes: new Map([[PHOTO.digest, Buffer.from('bytes')]]) };
    await database.store.store(
      ids.map((id) => ({ revision: { ...revision, ...stored, id }, known: undefined })),
    );
  });
  afterAll(() => catalog.close());

  const query = (more: Partial<ChangesQuery> = {}): ChangesQuery => ({
    feed: 'normal',
    since: 0,
    limit: Infinity,
    descending: false,
    includeDocs: false,
    conflicts: false,
    attachments: false,
    allLeaves: false,
    filter: { kind: 'ids', ids: [...ids].reverse() },
    ...more,
  });

  async function read(asked: ChangesQuery, from = { since: 0, limit: Infinity }): Promise<ChangesSlice[]> {
    const slices: ChangesSlice[] = [];
    for await (const slice of readChanges(database, asked, from)) slices.push(slice);
    return slices;
  }

  const idsIn = (slices: ChangesSlice[]): string[] =>
    slices.flatMap(({ rows }) => rows.map((row) => (JSON.parse(row) as { id: string }).id));

  it('are read 500 at a time, and 8 with their attachments', async () => {
    const plain = await read(query());
    expect(Math.max(...plain.map(({ rows }) => rows.length))).toBe(500);
    expect(idsIn(plain)).toEqual(ids);
    expect(plain.at(-1)?.lastSeq).toBe(COUNT);
    const whole = await read(query({ includeDocs: true, attachments: true }));
    expect(Math.max(...whole.map(({ rows }) => rows.length))).toBe(8);
    expect(idsIn(whole)).toEqual(ids);
    expect(whole[0]?.rows[0]).toContain(Buffer.from('bytes').toString('base64'));
  });

  it('go no further than what was sent where they are limited, and forwards as well as backwards', async () => {
    const limited = await read(query(), { since: 10, limit: 600 });
    expect(idsIn(limited)).toEqual(ids.slice(10, 610));
    expect(limited.map(({ lastSeq }) => lastSeq)).toEqual([510, 610]);
    const back = await read(query({ descending: true }), { since: 0, limit: 3 });
    expect(idsIn(back)).toEqual(ids.slice(-3).reverse());
    expect(await read(query(), { since: 5, limit: 0 })).toEqual([{ rows: [], lastSeq: 5 }]);
  });
});
