import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.ts';
import { ask, makeDatabase, type OpenedServer, type TestDatabase } from './opened-server.ts';

const MIB = 1024 * 1024;

describe('hostile input', () => {
  let server: OpenedServer;
  let database: TestDatabase;
  const faults: string[] = [];
  beforeAll(async () => {
    server = await openEmbedded({ log: (line) => faults.push(line) });
    database = await makeDatabase(server);
  });
  afterAll(() => server.close());

  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: string | Uint8Array, headers = {}) =>
    database.at(path, { method: 'POST', body, headers: { ...json, ...headers } });
  const put = (id: string, body: string | Uint8Array) =>
    database.at(id, { method: 'PUT', body, headers: json });
  const invalid = { status: 400, json: { error: 'bad_request', reason: 'invalid UTF-8 JSON' } };

  it.each([
    ['cut off', '{"a":1'],
    ['empty', ''],
    ['no JSON', 'a=b&c=d'],
    ['with a NUL', '{"a":\u0000}'],
    ['a bare surrogate', '{"a":"\\ud800"}'],
    ['a bare surrogate in a name', '{"\\udc00":1}'],
    ['a depth of 10,000 lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a depth of 100,000 objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
  ])('that is no JSON to be stored (%s) is refused', async (_what, body) => {
    expect(await put('bad', body)).toMatchObject(invalid);
    expect(await post('_bulk_docs', body)).toMatchObject({ status: 400, json: { error: 'bad_request' } });
  });

  it('in no UTF-8 is refused', async () => {
    expect(await put('latin', Buffer.from('{"a":"\xfc"}', 'latin1'))).toMatchObject(invalid);
  });

  it('with surrogates in pairs is kept', async () => {
    expect((await put('pairs', '{"a":"\\ud83d\\ude00"}')).status).toBe(201);
    expect((await database.get('pairs')).json.a).toBe('😀');
  });

  it('named __proto__, constructor or toString changes nothing but its document', async () => {
    expect((await put('__proto__', '{}')).status).toBe(400);
    expect((await put('constructor', '{"__proto__":{"admin":true}}')).status).toBe(400);
    expect((await put('constructor', '{"a":{"__proto__":{"polluted":true}}}')).status).toBe(201);
    expect(Object.keys((await database.get('constructor')).json.a)).toEqual(['__proto__']);
    expect(
      (await put('toString', '{"hasOwnProperty":1,"constructor":{"prototype":{"polluted":true}}}')).status,
    ).toBe(201);
    expect(
      (await database.post('_revs_diff', JSON.parse('{"toString":["1-a"],"valueOf":["1-a"]}'))).status,
    ).toBe(200);
    expect((await database.post('_all_docs', { keys: ['constructor', 'valueOf'] })).json.rows).toHaveLength(
      2,
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await ask(`${server.url}/${name}`, { as: server.admin })).status).toBe(404);
      expect((await database.get(`toString/${name}`)).status).toBe(404);
    }
  });

  it('larger than a request may be is refused', async () => {
    const large = `{"a":"${'x'.repeat(11 * MIB)}"}`;
    expect(await put('large', large)).toMatchObject({ status: 413, json: { error: 'too_large' } });
    const document = `{"docs":[{"_id":"heavy","a":"${'x'.repeat(9 * MIB)}"}]}`;
    expect(await post('_bulk_docs', document)).toMatchObject({
      status: 413,
      json: { error: 'document_too_large', reason: 'heavy' },
    });
    expect((await put('fits', `{"a":"${'x'.repeat(7 * MIB)}"}`)).status).toBe(201);
  });

  it('packed to a bomb is refused, and packed badly too', async () => {
    const packed = { 'content-encoding': 'gzip' };
    expect((await post('_bulk_docs', gzipSync(Buffer.alloc(50 * MIB)), packed)).status).toBe(413);
    expect((await post('_bulk_docs', Buffer.from('no gzip at all'), packed)).status).toBe(400);
    const cut = gzipSync(JSON.stringify({ docs: [] })).subarray(0, 12);
    expect((await post('_bulk_docs', cut, packed)).status).toBe(400);
    expect((await post('_bulk_docs', 'x', { 'content-encoding': 'br' })).status).toBe(415);
    const good = gzipSync(JSON.stringify({ docs: [{ _id: 'packed' }] }));
    expect((await post('_bulk_docs', good, packed)).status).toBe(201);
  });

  it('in ids goes nowhere', async () => {
    for (const id of [
      '..%2F..%2Fetc%2Fpasswd',
      '%00',
      'a%00b',
      '%F0%9F%9A%AA',
      'x'.repeat(4000),
      '%C3%BF%C3%BF',
    ]) {
      expect((await put(id, '{"v":1}')).status).toBe(201);
      expect((await database.get(id)).json.v).toBe(1);
    }
    expect((await put('%ff%fe', '{}')).status).toBe(400);
    expect((await put('%', '{}')).status).toBe(400);
    expect((await database.get('_all_docs')).json.rows.length).toBeGreaterThan(5);
  });

  it('in parameters is refused or ignored', async () => {
    const queries = [
      '_changes?since=nonsense',
      '_changes?limit=-1',
      '_changes?limit=1e99',
      '_changes?feed=[]',
      '_changes?heartbeat=0',
      '_changes?filter=_doc_ids&doc_ids={',
      '_changes?style=loud',
      '_all_docs?startkey=unquoted',
      '_all_docs?keys=7',
      '_all_docs?skip=-1',
      'pairs?rev=x',
      'pairs?open_revs={}',
      'pairs?open_revs=[7]',
      'pairs?atts_since=x',
      '_changes?since=99999999999999999999',
    ];
    for (const query of queries) {
      const { status } = await database.get(query);
      expect({ query, status }).toEqual({ query, status: 400 });
    }
    expect((await database.get('_changes?since=999999')).json.results).toEqual([]);
    expect((await database.get('_changes?unknown=%00&limit=999999999')).status).toBe(200);
  });

  it('as a selector that backtracks for ever ends its own answer, and nobody takes half of it for whole', async () => {
    await put('victim', JSON.stringify({ a: `${'a'.repeat(40)}!` }));
    const selector = { a: { $regex: '^(a+)+$' } };
    await expect(database.post('_changes?filter=_selector', { selector })).rejects.toThrow();
    await expect(database.post('_find', { selector })).rejects.toThrow();
    expect(faults.splice(0)).toEqual([
      expect.stringContaining('500 timeout'),
      expect.stringContaining('500 timeout'),
    ]);
  });

  it('as a selector that is none, or too large, is refused', async () => {
    for (const selector of [
      { a: { $regex: '(' } },
      { $and: 7 },
      { a: { $in: 'x' } },
      { $or: [7] },
      { a: { $mod: [0, 1] } },
      { a: { $in: Array.from({ length: 1_000_000 }, (_, at) => at) } },
    ]) {
      expect((await database.post('_changes?filter=_selector', { selector })).status).toBe(400);
      expect((await database.post('_find', { selector })).status).toBe(400);
      const index = { fields: ['a'], partial_filter_selector: selector };
      expect((await database.post('_index', { index })).status).toBe(400);
    }
  });

  it('as documents of every wrong type is refused', async () => {
    const wrong = [
      { _id: {} },
      { _rev: 7 },
      { _deleted: 'yes' },
      { _attachments: 'x' },
      { _attachments: { a: 'x' } },
      { _attachments: { a: { data: 7 } } },
      { _attachments: { _a: { data: '' } } },
      { _revisions: { start: 1, ids: [{}] } },
      { _revisions: { start: 1e300, ids: ['a'] } },
      { _revisions: { start: 1, ids: ['a', 'b', 'c'] } },
      { _revisions: { start: -1, ids: [] } },
      { _rev: '1-' },
      { _rev: `1-${'z'.repeat(32)}` },
      { _rev: `${'9'.repeat(400)}-a` },
    ];
    for (const document of wrong) {
      const { status } = await database.bulk([{ _id: 'w', ...document }], false);
      expect({ document, status }).toEqual({ document, status: 400 });
    }
    expect((await database.get('w')).status).toBe(404);
  });

  it('in headers is refused', async () => {
    const status = async (headers: Record<string, string>) =>
      (await ask(`${server.url}/_session`, { headers })).status;
    expect(await status({ authorization: 'Basic ~~~' })).toBe(400);
    expect(await status({ authorization: 'Bearer x' })).toBe(200);
    expect(await status({ authorization: `Basic ${'A'.repeat(8000)}` })).toBeLessThan(500);
    expect(await status({ cookie: 'AuthSession=%%%; AuthSession=""; =;' })).toBe(400);
    expect(
      (await database.at('pairs', { method: 'PUT', body: '{}', headers: { 'if-match': '"' } })).status,
    ).toBe(400);
    expect((await database.get('pairs', { 'if-none-match': '*' })).status).toBe(304);
  });

  it('that breaks off, or never was HTTP, ends with its connection', async () => {
    const port = Number(new URL(server.url).port);
    const send = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(text);
          setTimeout(() => socket.destroy(), 100);
        });
        socket.on('close', () => resolve());
        socket.on('error', () => resolve());
      });
    const head = `POST /${database.name}/_bulk_docs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
    const auth = `authorization: Basic ${Buffer.from('admin:relax').toString('base64')}\r\n`;
    await Promise.all([
      send(`${head}${auth}content-length: 1000\r\n\r\n{"docs":[`),
      send(`${head}${auth}transfer-encoding: chunked\r\n\r\n5\r\n{"doc`),
      send(`${head}${auth}content-encoding: gzip\r\ncontent-length: 9\r\n\r\nxx`),
      send(`GET /${database.name}/_changes?feed=longpoll&since=now HTTP/1.1\r\nhost: x\r\n${auth}\r\n`),
      send('\u0000\u0001\u0002 GET\r\n\r\n'),
    ]);
  });

  it('leaves a server that lives, faultless', async () => {
    expect((await ask(`${server.url}/_up`)).json.status).toBe('ok');
    expect((await put('after', '{"v":1}')).status).toBe(201);
    expect(faults).toEqual([]);
  });
});
