import memdown from 'memdown';
import { readdir, mkdtemp, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf, rowVerdict } from '#lib/protocol/error-table.ts';
import { createDatabaseServer } from '#lib/server/database-server.ts';
import { type LevelEngine } from '#lib/server/level-engine.ts';
import { ADMIN, listen, openEmbedded, portOf, stop } from './open-embedded.ts';
import {
  ask,
  eventually,
  makeDatabase,
  makeUser,
  type OpenedServer,
  type TestDatabase,
} from './opened-server.ts';

describe('the embedded server, where it differs from CouchDB or promises more', () => {
  let server: OpenedServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await openEmbedded({ limits: { feedMs: 1500, attachmentBytes: 1000 } });
    database = await makeDatabase(server);
  });
  afterAll(() => server.close());

  /** As it comes over the wire: fetch would unpack it. */
  function raw(url: string, headers: Record<string, string>, host?: string) {
    return new Promise<{ headers: Record<string, string | string[] | undefined>; body: Buffer }>(
      (resolve, reject) => {
        const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
        const sent = httpRequest(
          url,
          { headers: { authorization, ...headers, ...(host ? { host } : {}) } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
          },
        );
        sent.on('error', reject);
        sent.end();
      },
    );
  }

  it('lets nobody keep an answer', async () => {
    await database.at('photo/a.jpg', { method: 'PUT', body: 'x', headers: { 'content-type': 'image/jpeg' } });
    for (const asked of [
      '',
      '_changes',
      '_all_docs',
      'photo',
      'photo/a.jpg',
      'nowhere',
      '_bulk_docs',
      '_security',
    ]) {
      expect((await database.get(asked)).headers.get('cache-control')).toBe('no-store');
    }
    expect((await ask(`${server.url}/_session`)).headers.get('cache-control')).toBe('no-store');
    const { headers } = await database.get('photo');
    expect(
      (await database.get('photo', { 'if-none-match': headers.get('etag') ?? '' })).headers.get(
        'cache-control',
      ),
    ).toBe('no-store');
  });

  it('serves attachments as downloads under a sandbox', async () => {
    const page = {
      method: 'PUT',
      body: '<script>alert(1)</script>',
      headers: { 'content-type': 'text/html' },
    };
    await database.at('page/x.html', page);
    const { headers } = await database.get('page/x.html');
    expect(headers.get('content-security-policy')).toBe('sandbox');
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect((await database.at('page/y.html', { ...page, body: 'x'.repeat(1001) })).json).toEqual({
      error: 'attachment_too_large',
      reason: 'y.html',
    });
  });

  it('packs what is worth it, for who takes it', async () => {
    await database.bulk(
      Array.from({ length: 50 }, (_, at) => ({ _id: `many${at}`, text: '敲门'.repeat(50) })),
    );
    const plain = await raw(`${database.url}/_changes?include_docs=true`, {});
    const packed = await raw(`${database.url}/_changes?include_docs=true`, { 'accept-encoding': 'gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(plain.body.length / 5);
    expect(gunzipSync(packed.body).toString()).toBe(plain.body.toString());
    const refused = await raw(`${database.url}/_all_docs`, { 'accept-encoding': 'gzip;q=0, br' });
    expect(refused.headers['content-encoding']).toBeUndefined();
    const whole = await raw(`${database.url}/_bulk_get`, { 'accept-encoding': 'gzip' });
    expect(whole.headers['content-encoding']).toBeUndefined();
  });

  it('sends heartbeats through gzip before the answer ends', async () => {
    const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
    const response = await fetch(`${database.url}/_changes?feed=longpoll&since=now&heartbeat=100`, {
      headers: { authorization, 'accept-encoding': 'gzip' },
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/\n\n\n/.test(text)) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
  });

  it('gives a cookie of 36 hours to this site’s scripts and pages alone, and Secure elsewhere', async () => {
    const { headers } = await ask(`${server.url}/_session`, { body: ADMIN });
    expect(headers.getSetCookie()[0]).toMatch(
      /^AuthSession=[\w-]+; Version=1; Path=\/; HttpOnly; Max-Age=129600; SameSite=Strict$/,
    );
    const cookie = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', host: 'desk.example.cn' };
      const sent = httpRequest(`${server.url}/_session`, { method: 'POST', headers }, (response) => {
        resolve(String(response.headers['set-cookie']));
        response.resume();
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(ADMIN));
    });
    expect(cookie).toMatch(/; Secure$/);
  });

  it('ends a feed after its time, heartbeat or not', async () => {
    const { json } = await database.get('_changes?feed=longpoll&since=now&heartbeat=200&timeout=3600000');
    expect(json.results).toEqual([]);
  });

  it('ends a feed that goes on after its time too, with its last line', async () => {
    const { json } = await database.get('_changes?feed=continuous&since=now&heartbeat=200');
    expect(json).toMatchObject({ last_seq: expect.any(String), pending: 0 });
  });

  it('ends the feed of a person whose roles change', async () => {
    const own = await openEmbedded();
    const place = await makeDatabase(own);
    await place.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
    const worker = await makeUser(own, ['grid:1']);
    const feed = ask(`${place.url}/_changes?feed=longpoll&since=now`, { as: worker });
    const lines = ask(`${place.url}/_changes?feed=continuous&since=now`, { as: worker });
    let over = false;
    void Promise.race([feed, lines]).then(() => (over = true));
    await makeUser(own, ['grid:2']);
    const url = `${own.url}/_users/org.couchdb.user:${worker.name}`;
    const document = (await ask(url, { as: own.admin })).json;
    expect(over).toBe(false);
    await ask(url, { method: 'PUT', as: own.admin, body: { ...document, roles: [] } });
    expect((await feed).json.results).toEqual([]);
    expect((await lines).json).toMatchObject({ pending: 0 });
    expect((await ask(`${place.url}/_changes`, { as: worker })).status).toBe(403);
    await own.close();
  });

  it('ends a feed at once when its database goes, with its last line', async () => {
    const own = await openEmbedded();
    const place = await makeDatabase(own);
    const poll = place.get('_changes?feed=longpoll&since=now');
    const lines = place.get('_changes?feed=continuous&since=now');
    let over = false;
    void Promise.race([poll, lines]).then(() => (over = true));
    // What comes later is answered later: the feeds are open.
    await place.get('');
    await wait(200);
    expect(over).toBe(false);
    await place.drop();
    const last = { last_seq: expect.any(String), pending: 0 };
    expect((await poll).json).toEqual({ results: [], ...last });
    expect((await lines).json).toEqual(last);
    await own.close();
  });

  it('refuses nobody’s document because its validation ran out of time', async () => {
    const own = await openEmbedded();
    const place = await makeDatabase(own);
    const text = 'function (d) { while (d.slow) {} if (d.bad) throw({ forbidden: "bad" }); }';
    await place.put('_design/slow', { language: 'javascript', validate_doc_update: text });
    const late = { error: 'os_process_error', reason: 'OS process timed out.' };
    const single = await place.put('one', { slow: true });
    expect(single).toMatchObject({ status: 500, json: late });
    expect(faultOf(single, 0)).toMatchObject({ kind: 'busy' });
    const { status, json } = await place.bulk([{ _id: 'a' }, { _id: 'b', slow: true }, { _id: 'c', bad: 1 }]);
    expect(status).toBe(201);
    expect(json).toMatchObject([{ ok: true }, { id: 'b', ...late }, { error: 'forbidden' }]);
    expect(json.slice(1).map((row: { error: string }) => rowVerdict(row.error))).toEqual([
      'later',
      'refused',
    ]);
    const replicas = ['r', 's'].map((id) => ({ _id: id, _rev: '1-a', slow: id === 's' }));
    expect((await place.bulk(replicas, false)).json).toMatchObject([{ id: 's', rev: '1-a', ...late }]);
    await own.close();
  });

  it('keeps integers up to 2^53 exactly, and larger ones as the nearest double', async () => {
    const place = await makeDatabase(server);
    await place.at('n', { method: 'PUT', body: '{"exact":9007199254740991,"rounded":9007199254740993}' });
    const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
    const text = await (await fetch(`${place.url}/n`, { headers: { authorization } })).text();
    expect(text).toContain('"exact":9007199254740991,"rounded":9007199254740992');
    await place.drop();
  });

  it('says how large a database is, on the disk and unpacked', async () => {
    const place = await makeDatabase(server);
    const sizes = async () => (await place.get('')).json.sizes;
    expect(await sizes()).toMatchObject({ external: 0 });
    const { json } = await place.put('a', { text: 'x'.repeat(5000) });
    const first = await sizes();
    expect(first.external).toBeGreaterThan(5000);
    expect(first.external).toBeLessThan(5200);
    expect(first.file).toBeGreaterThan(0);
    expect(first.active).toBe(first.file);
    const photo = { content_type: 'image/jpeg', data: Buffer.alloc(3000, 7).toString('base64') };
    await place.put('a', { _rev: json.rev, _attachments: { p: photo } });
    expect((await sizes()).external - first.external).toBeGreaterThan(3000);
    expect((await sizes()).external - first.external).toBeLessThan(3400);
    await place.drop();
  });

  it('breaks a feed off when its filter fails or takes too long, and serves the next', async () => {
    const place = await makeDatabase(server);
    const filters = {
      endless: 'function (d) { while (d.slow) {} return true; }',
      broken: 'function (d) { return d.no.such; }',
      all: 'function () { return true; }',
    };
    await place.put('_design/f', { filters });
    await place.put('a', { slow: true });
    await expect(place.get('_changes?filter=f/broken')).rejects.toThrow();
    await expect(place.get('_changes?filter=f/endless')).rejects.toThrow();
    expect((await place.get('_changes?filter=f/all')).json.results).toHaveLength(2);
    await place.drop();
  });

  it('gives a member no more than a thousand documents of one query, and an administrator all', async () => {
    const place = await makeDatabase(server);
    await place.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
    const docs = Array.from({ length: 1001 }, (_, at) => ({ _id: `d${at}` }));
    await place.bulk(docs);
    const worker = await makeUser(server, ['grid:1']);
    const find = (as: typeof worker, limit: number) =>
      ask(`${place.url}/_find`, { as, body: { selector: {}, limit } });
    expect((await find(worker, 1000)).json.docs).toHaveLength(1000);
    expect(await find(worker, 1001)).toMatchObject({
      status: 400,
      json: { error: 'query_parse_error', reason: 'Limit is too large, must not exceed 1000' },
    });
    expect((await find(ADMIN, 5000)).json.docs).toHaveLength(1001);
    await place.drop();
  });

  it('says plainly what it leaves to CouchDB', async () => {
    const asked: [string, string, Record<string, string>?][] = [
      ['POST', '_explain'],
      ['POST', '_purge'],
      ['PUT', '../partitioned?partitioned=true'],
      ['GET', '_design/x/_view/y'],
      ['POST', '_all_docs/queries'],
    ];
    for (const [method, asks, headers = {}] of asked) {
      const { status, json } = await database.at(asks, { method, headers });
      expect({ asks, status, error: json.error }).toEqual({ asks, status: 501, error: 'not_implemented' });
      expect(json.reason).toMatch(/^[A-Z`].+\.$/);
    }
  });

  it('slows a guesser down and lets the right password in all the same', async () => {
    const own = await openEmbedded({ guessStepMs: 200 });
    const person = await makeUser(own, []);
    const attempt = async (password: string) => {
      const started = Date.now();
      const { status } = await ask(`${own.url}/_session`, { body: { ...person, password } });
      return { status, ms: Date.now() - started };
    };
    for (let tries = 0; tries < 4; tries++) expect((await attempt('wrong')).status).toBe(401);
    expect((await attempt('wrong')).ms).toBeGreaterThanOrEqual(199);
    expect((await attempt('wrong')).ms).toBeGreaterThanOrEqual(399);
    expect((await attempt(person.password)).status).toBe(200);
    await own.close();
  });

  it('sends a flood of sign-ins away, and serves the others meanwhile', async () => {
    const own = await openEmbedded({ iterations: 100_000 });
    const place = await makeDatabase(own);
    const person = await makeUser(own, ['grid:1']);
    const session = `${own.url}/_session`;
    const signedIn = await ask(session, { body: person });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const flood = Promise.all(
      Array.from({ length: 140 }, (_, at) =>
        ask(session, { body: { name: `made-up-${at}`, password: 'x' } }),
      ),
    );
    let over = false;
    void flood.then(() => (over = true));
    await place.put('meanwhile', { v: 1 });
    const who = await ask(session, { headers: { cookie } });
    expect(who.json.userCtx.name).toBe(person.name);
    expect(over).toBe(false);
    const answers = await flood;
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(answers.length - busy.length).toBeGreaterThanOrEqual(100);
    expect(answers.every(({ status }) => status === 401 || status === 503)).toBe(true);
    expect(busy[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(busy[0]?.json.error).toBe('service_unavailable');
    expect((await ask(session, { body: person })).status).toBe(200);
    await own.close();
  });

  it('keeps data, security and sessions over a restart, and no folder nobody knows', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-restart-'));
    const start = async () => {
      const one = await createDatabaseServer({ dataDir, admin: ADMIN, iterations: 1000 });
      const http = await listen((request, response) => one.handle(request, response));
      return {
        url: `http://127.0.0.1:${portOf(http)}`,
        admin: ADMIN,
        ownUserDocuments: true,
        close: () => one.close().then(() => stop(http)),
      };
    };
    const first = await start();
    const place = await makeDatabase(first);
    await place.put('kept', { v: 1 });
    await place.put('_local/kept', { v: 2 });
    await place.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
    const worker = await makeUser(first, ['grid:1']);
    const signedIn = await ask(`${first.url}/_session`, { body: worker });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { update_seq } = (await place.get('')).json;
    await first.close();
    await mkdir(path.join(dataDir, 'databases', 'left-behind'));
    const second = await start();
    expect(await readdir(path.join(dataDir, 'databases'))).not.toContain('left-behind');
    const url = `${second.url}/${place.name}`;
    expect((await ask(`${url}/kept`, { headers: { cookie } })).json.v).toBe(1);
    expect((await ask(`${url}/_local/kept`, { headers: { cookie } })).json.v).toBe(2);
    expect((await ask(url, { as: ADMIN })).json).toMatchObject({ doc_count: 1, update_seq });
    const more = await ask(`${url}/_bulk_docs`, { as: ADMIN, body: { docs: [{ _id: 'more' }] } });
    expect(more.json[0].ok).toBe(true);
    const { json } = await ask(`${url}/_changes?since=${update_seq}`, { as: ADMIN });
    expect(json.results).toMatchObject([{ id: 'more' }]);
    await second.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('removes a deleted database from the disk', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-folders-'));
    const one = await openEmbedded({ dataDir });
    const place = await makeDatabase(one, 'a/b+c');
    await place.put('x', {});
    const folders = () => readdir(path.join(dataDir, 'databases'));
    expect((await folders()).some((name) => name.startsWith('a.2fb.2bc'))).toBe(true);
    await place.drop();
    expect(await eventually(folders, (names) => names.length === 1)).toHaveLength(1);
    await one.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('shares nothing between two servers in memory', async () => {
    const engine = memdown as unknown as LevelEngine;
    const [one, two] = await Promise.all([openEmbedded({ engine }), openEmbedded({ engine })]);
    await ask(`${one.url}/mine`, { method: 'PUT', as: ADMIN });
    expect((await ask(`${two.url}/mine`, { as: ADMIN })).status).toBe(404);
    await Promise.all([one.close(), two.close()]);
  });

  it('does not let its users be deleted whole', async () => {
    expect((await ask(`${server.url}/_users`, { method: 'DELETE', as: ADMIN })).status).toBe(403);
  });
});
