import { afterEach, describe, expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.ts';
import { ask, makeDatabase, type OpenedServer } from './opened-server.ts';

const PHOTO = Buffer.alloc(20_000, 'x').toString('base64');

describe('hard use of the embedded server', () => {
  let server: OpenedServer;
  const faults: string[] = [];
  afterEach(async () => {
    await server.close();
    expect(faults.splice(0)).toEqual([]);
  });
  const open = async (options = {}): Promise<OpenedServer> =>
    (server = await openEmbedded({ log: (line) => faults.push(line), ...options }));

  /** The text of an answer; undefined where it broke off. */
  const read = async (url: string, body?: unknown): Promise<string | undefined> => {
    const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return fetch(url, { headers, ...sent })
      .then((answer) => answer.text())
      .catch(() => undefined);
  };

  const photos = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ _id: `p${at}`, _attachments: { a: { data: PHOTO } } }));

  it('ends the answers of a database that is deleted, whole or broken off, and lives', async () => {
    await open();
    for (let round = 0; round < 3; round++) {
      const database = await makeDatabase(server);
      await database.bulk(photos(250));
      const docs = photos(250).map(({ _id: id }) => ({ id }));
      const reading = [1, 2].flatMap(() => [
        read(`${database.url}/_bulk_get?attachments=true`, { docs }),
        read(`${database.url}/_all_docs?include_docs=true&attachments=true`),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 10 + 20 * round));
      expect((await database.drop()).status).toBe(200);
      expect((await database.get('p1')).status).toBe(404);
      for (const text of await Promise.all(reading)) if (text !== undefined) JSON.parse(text);
    }
    expect((await ask(`${server.url}/_up`)).status).toBe(200);
  });

  it('breaks off what it cannot finish when it closes, instead of giving half for whole', async () => {
    await open();
    const closing = await openEmbedded({ log: (line) => faults.push(line) });
    const database = await makeDatabase(closing);
    expect((await database.bulk(photos(300))).status).toBe(201);
    const docs = Array.from({ length: 10 }, () => photos(300).map(({ _id: id }) => ({ id }))).flat();
    const reading = [
      read(`${database.url}/_bulk_get?attachments=true`, { docs }),
      read(`${database.url}/_all_docs?include_docs=true&attachments=true`),
    ];
    await new Promise((resolve) => setTimeout(resolve, 60));
    await closing.close();
    const [got, listed] = await Promise.all(reading);
    expect(got).toBeUndefined();
    if (listed !== undefined) expect(JSON.parse(listed).rows).toHaveLength(300);
  });

  it('takes no more documents at once than CouchDB', async () => {
    await open();
    const database = await makeDatabase(server);
    const many = Array.from({ length: 10_001 }, (_, at) => ({ id: String(at) }));
    expect(await database.bulk(many)).toMatchObject({
      status: 413,
      json: { error: 'max_bulk_docs_count_exceeded', reason: '10000' },
    });
    expect(await database.post('_bulk_get', { docs: many })).toMatchObject({
      status: 413,
      json: { error: 'max_bulk_get_count_exceeded' },
    });
    expect((await database.get('')).json.doc_count).toBe(0);
  });

  it('names the newest of very many missing revisions', async () => {
    await open();
    const database = await makeDatabase(server);
    await database.put('one', {});
    const revs = Array.from({ length: 200_000 }, (_, at) => `${at + 2}-a`);
    const { status, json } = await database.post('_revs_diff', { one: revs });
    expect(status).toBe(200);
    expect(json.one.missing).toHaveLength(200_000);
    expect(json.one.possible_ancestors).toHaveLength(1);
  });

  it('keeps what cannot stand in a header out of headers', async () => {
    await open();
    const database = await makeDatabase(server);
    for (const _rev of ['1-中', '1-a\nb', '1-a"b']) {
      expect((await database.bulk([{ _id: 'odd', _rev }], false)).status).toBe(400);
      const _revisions = { start: 1, ids: [_rev.slice(2)] };
      expect((await database.bulk([{ _id: 'odd', _revisions }], false)).status).toBe(400);
    }
    await database.put('typed', { _attachments: { a: { data: PHOTO, content_type: '图/片\n' } } });
    const { status, headers } = await database.get('typed/a');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    await database.put('_local/x', { kept: true });
    expect((await database.at('_local%2Fx/a', { method: 'PUT', body: 'x' })).status).toBe(400);
    expect((await database.get('_local/x')).json.kept).toBe(true);
  });

  it('refuses filters nobody knows, and goes no further than it was read', async () => {
    await open();
    const database = await makeDatabase(server);
    await database.put('a', {});
    for (const filter of ['_nothing', 'nothing'])
      expect(await database.get(`_changes?filter=${filter}`)).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
    const none = await database.get('_changes?limit=0&filter=_doc_ids&doc_ids=["a"]');
    expect(none.json).toMatchObject({ results: [], last_seq: expect.stringMatching(/^0-/), pending: 1 });
  });

  it('stands still for no selector that is slow for each of many documents', async () => {
    await open();
    const database = await makeDatabase(server);
    await database.bulk(Array.from({ length: 300 }, (_, at) => ({ _id: `s${at}`, a: `${'a'.repeat(40)}!` })));
    const selector = { a: { $regex: '^(a+)+$' } };
    expect(await read(`${database.url}/_changes?filter=_selector`, { selector })).toBeUndefined();
    expect(faults.splice(0)).toEqual([expect.stringContaining('500 timeout')]);
  });
});
