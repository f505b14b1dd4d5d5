import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { MountedServer } from '#lib/server/mount.ts';
import { startWebServer, type WebServer } from './web-server.ts';

const open: WebServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((web) => web.close())));

/** A database that says what it was asked, and waits on `/wait`. */
const echo: MountedServer = {
  handle(request, response) {
    response.setHeader('Cache-Control', 'no-store');
    if (request.url !== '/wait') response.end(request.url);
  },
};

async function aServer(): Promise<WebServer> {
  const web = await startWebServer({ host: '127.0.0.1', port: 0, database: echo });
  open.push(web);
  return web;
}

describe('the web server', () => {
  it('gives the database its own paths and the app all others', async () => {
    const web = await aServer();
    web.serveApp((request, response) => response.end(`app ${request.url}`));
    const textOf = async (place: string) => (await fetch(web.url + place)).text();
    expect(await textOf('/db')).toBe('/');
    expect(await textOf('/db/a%2Fb?x=1')).toBe('/a%2Fb?x=1');
    expect(await textOf('/dbx')).toBe('app /dbx');
    expect(await textOf('/households/household:1')).toBe('app /households/household:1');
  });

  it('says that it is starting until there is an app, while the database already answers', async () => {
    const web = await aServer();
    const page = await fetch(web.url);
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('3');
    expect((await fetch(`${web.url}/db/`)).status).toBe(200);
  });

  it('puts a policy on every answer, without inline or evaluated code', async () => {
    const web = await aServer();
    web.serveApp((_, response) => response.end());
    for (const place of ['/', '/service-worker.js', '/db/']) {
      const { headers } = await fetch(web.url + place);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      if (place !== '/db/') expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('gives no data to an address that is typed in, whoever’s cookie the browser has', async () => {
    const web = await aServer();
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', cookie: 'AuthSession=x' };
    // Not by `fetch`, which says itself how it asks.
    const [answer] = (await once(
      get(`${web.url}/db/grid-1/_all_docs?include_docs=true`, { headers }),
      'response',
    )) as [IncomingMessage];
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([403, 'no-store']);
    expect(JSON.parse(await text(answer))).toMatchObject({ error: 'forbidden' });
    expect((await fetch(`${web.url}/db/`)).status).toBe(200);
  });

  it('says of pages alone what concerns pages, as a tablet pays for the head of every answer', async () => {
    const web = await aServer();
    web.serveApp((_, response) => response.end());
    const headOf = async (place: string) => (await fetch(web.url + place)).headers;
    for (const name of [
      'referrer-policy',
      'permissions-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ]) {
      expect((await headOf('/')).get(name)).toBeTruthy();
      expect((await headOf('/db/')).get(name)).toBeNull();
    }
  });

  it('keeps nothing in a browser unless the app says so', async () => {
    const web = await aServer();
    web.serveApp((request, response) => {
      if (request.url === '/immutable.js')
        response.setHeader('cache-control', 'public,max-age=31536000,immutable');
      response.end();
    });
    const cacheOf = async (place: string) => (await fetch(web.url + place)).headers.get('cache-control');
    expect(await cacheOf('/')).toBe('no-cache');
    expect(await cacheOf('/immutable.js')).toContain('immutable');
    expect(await cacheOf('/db/')).toBe('no-store');
  });

  it('asks for https by a name that is not this machine’s, and only there', async () => {
    const web = await aServer();
    const { request } = await import('node:http');
    const strictFor = (host: string) =>
      new Promise((resolve, reject) => {
        request(web.url, { headers: { host } }, (answer) => {
          resolve(answer.headers['strict-transport-security']);
          answer.resume();
        })
          .on('error', reject)
          .end();
      });
    expect(await strictFor('localhost:4173')).toBeUndefined();
    expect(await strictFor('qiaomen.example')).toMatch(/max-age=\d+/);
  });

  it('closes though somebody waits', async () => {
    const web = await startWebServer({ host: '127.0.0.1', port: 0, database: echo });
    const waiting = fetch(`${web.url}/db/wait`).catch((fault: unknown) => fault);
    await new Promise((done) => setTimeout(done, 100));
    await web.close();
    expect(await waiting).toBeInstanceOf(Error);
  });

  it('tells whoever asks for the connection to be closed that it is', async () => {
    const web = await aServer();
    const { headers } = await fetch(`${web.url}/db/`, { headers: { connection: 'close' } });
    expect(headers.get('connection')).toBe('close');
  });

  it('leaves the policy of a stored page as it is, where nothing of the page has changed', async () => {
    const web = await aServer();
    web.serveApp((_, response) => response.writeHead(304).end());
    const { status, headers } = await fetch(web.url);
    expect({ status, policy: headers.get('content-security-policy') }).toEqual({ status: 304, policy: null });
  });
});
