import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { createCouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import { mountServer } from '#lib/server/mount.ts';
import { ADMIN, listen, portOf, stop } from './open-embedded.ts';
import { ask } from './opened-server.ts';

describe('the gateway', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** A gateway below /db in front of a server that answers as told. */
  async function before(upstream: RequestListener | string): Promise<string> {
    let couchdbUrl = upstream;
    if (typeof couchdbUrl !== 'string') {
      const behind = await listen(upstream as RequestListener);
      closing.push(() => stop(behind));
      couchdbUrl = `http://couch:secret@127.0.0.1:${portOf(behind)}`;
    }
    const gateway = createCouchdbGateway({ couchdbUrl, admin: ADMIN, gate: 'open' });
    const http = await listen(
      mountServer('/db', gateway, (_request, response) => response.writeHead(404).end('other')),
    );
    closing.push(() => gateway.close().then(() => stop(http)));
    return `http://127.0.0.1:${portOf(http)}/db`;
  }

  it('says that the database is down, and lives', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const port = portOf(gone);
    await stop(gone);
    const url = await before(`http://127.0.0.1:${port}`);
    for (let tries = 0; tries < 2; tries++) {
      const { status, json, headers } = await ask(`${url}/a/_bulk_docs`, { body: { docs: [] } });
      expect({ status, error: json.error }).toEqual({ status: 503, error: 'service unavailable' });
      expect(json.reason).toMatch(/cannot be reached/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('says that an answer broke off, and breaks off what it had begun', async () => {
    const url = await before((request, response) => {
      if (request.url === '/early') request.socket.destroy();
      else {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"half":');
        setTimeout(() => request.socket.destroy(), 50);
      }
    });
    expect(await ask(`${url}/early`)).toMatchObject({ status: 502, json: { error: 'bad_gateway' } });
    await expect(ask(`${url}/late`)).rejects.toThrow();
  });

  it('passes on path, query, method, body and credentials as they are, and none of its own', async () => {
    const seen: {
      url?: string | undefined;
      method?: string | undefined;
      headers: IncomingMessage['headers'];
      body: string;
    }[] = [];
    const url = await before((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({
          url: request.url,
          method: request.method,
          headers: request.headers,
          body: String(Buffer.concat(chunks)),
        });
        response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}\n');
      });
    });
    await ask(`${url}/a%2Fb/x%20y?rev=1-a&new_edits=false`, {
      method: 'PUT',
      as: { name: 'li', password: 'p' },
      body: { v: '敲门' },
      headers: { 'x-auth-couchdb-username': 'admin', 'x-auth-couchdb-roles': '_admin', 'if-match': '"1-a"' },
    });
    await ask(`${url}/plain`);
    expect(seen[0]).toMatchObject({
      url: '/a%2Fb/x%20y?rev=1-a&new_edits=false',
      method: 'PUT',
      body: '{"v":"敲门"}',
    });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('li:p').toString('base64')}`);
    expect(seen[0]?.headers['if-match']).toBe('"1-a"');
    expect(seen[0]?.headers['x-auth-couchdb-username']).toBeUndefined();
    expect(seen[0]?.headers['x-auth-couchdb-roles']).toBeUndefined();
    expect(seen[1]?.headers.authorization).toBeUndefined();
  });

  it('makes cookies of the database safe, and moves locations below the mount', async () => {
    const url = await before((_request, response) => {
      response.writeHead(201, {
        'set-cookie':
          'AuthSession=abc; Version=1; Expires=Fri, 01-Jan-2027 00:00:00 GMT; Max-Age=600; Path=/; HttpOnly',
        'cache-control': 'must-revalidate',
        location: 'http://127.0.0.1:5984/grid-1/doc?x=1',
        server: 'CouchDB/3.5.0 (Erlang OTP/26)',
      });
      response.end();
    });
    const { headers } = await ask(`${url}/grid-1`, { body: {} });
    expect(headers.getSetCookie()).toEqual([
      'AuthSession=abc; Version=1; Expires=Fri, 01-Jan-2027 00:00:00 GMT; Max-Age=600; Path=/; HttpOnly; SameSite=Strict',
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('location')).toBe('/db/grid-1/doc?x=1');
    expect(headers.get('server')).toBeNull();
  });

  it('packs towards the browser what CouchDB did not pack', async () => {
    const text = JSON.stringify({
      rows: Array.from({ length: 500 }, (_, at) => ({ at, note: '敲门无人应答' })),
    });
    const url = await before((request, response) => {
      if (request.url === '/packed') response.setHeader('content-encoding', 'gzip');
      response.writeHead(200, {
        'content-type': request.url === '/photo' ? 'image/jpeg' : 'application/json',
      });
      response.end(text);
    });
    const raw = (asked: string, encoding: string) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve) => {
        httpRequest(`${url}/${asked}`, { headers: { 'accept-encoding': encoding } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }),
          );
        }).end();
      });
    const packed = await raw('rows', 'gzip, br');
    expect(packed.encoding).toBe('gzip');
    expect(packed.body.length).toBeLessThan(text.length / 5);
    expect(gunzipSync(packed.body).toString()).toBe(text);
    expect(await raw('rows', 'identity')).toEqual({ encoding: undefined, body: Buffer.from(text) });
    expect(await raw('photo', 'gzip')).toEqual({ encoding: undefined, body: Buffer.from(text) });
    expect(await raw('packed', 'gzip')).toEqual({ encoding: 'gzip', body: Buffer.from(text) });
  });

  it('lets a heartbeat through gzip before the answer ends, and ends behind when the client goes', async () => {
    let ended: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (ended = resolve));
    const url = await before((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"results":[\n');
      const beat = setInterval(() => response.write('\n'), 100);
      response.on('close', () => {
        clearInterval(beat);
        ended();
      });
    });
    const stopped = new AbortController();
    const response = await fetch(`${url}/feed`, {
      headers: { 'accept-encoding': 'gzip' },
      signal: stopped.signal,
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/\n\n\n/.test(text)) text += (await reader?.read())?.value ?? '';
    stopped.abort();
    await closed;
  });

  it('streams a large body both ways without holding it', async () => {
    const url = await before((request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      request.pipe(response);
    });
    const bytes = Buffer.alloc(20 * 1024 * 1024, 7);
    const response = await fetch(`${url}/echo`, { method: 'PUT', body: bytes });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
