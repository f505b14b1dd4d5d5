import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { realClock as clock } from '#lib/device/real-clock.ts';
import { httpRemote, type HttpRemoteOptions } from './http-remote.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Heard {
  method: string;
  url: string;
  body: unknown;
}

/** A server that answers as told, and a Remote that asks it. */
async function asking(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  changed: Partial<HttpRemoteOptions> = {},
) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      heard.push({
        method: request.method ?? '',
        url: request.url ?? '',
        body: text === '' ? undefined : JSON.parse(text),
      });
      answer(response, request);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/db/grid-1`;
  return {
    heard,
    remote: httpRemote({ url, fetch: (to, init) => fetch(to, init), clock, timeoutMs: 2000, ...changed }),
  };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const html = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Wi-Fi</title>');
};

describe('what it asks', () => {
  it('is CouchDB’s own paths, the sequence as it came', async () => {
    const { heard, remote } = await asking(json(200, { results: [], last_seq: 'x', pending: 0 }));
    await remote.changes({ since: '12-g1AA|+/=', limit: 1000 });
    await remote.changes({ since: 0, limit: 10, waitMs: 30_000 });
    await remote.changes({ since: [7, 'g1AA'], limit: 1 });
    expect(heard).toMatchObject([
      {
        method: 'GET',
        url: '/db/grid-1/_changes?include_docs=true&conflicts=true&style=all_docs&limit=1000&since=12-g1AA%7C%2B%2F%3D',
      },
      {
        url: '/db/grid-1/_changes?include_docs=true&conflicts=true&style=all_docs&limit=10&since=0&feed=longpoll&timeout=30000',
      },
      {
        method: 'GET',
        url: '/db/grid-1/_changes?include_docs=true&conflicts=true&style=all_docs&limit=1&since=%5B7%2C%22g1AA%22%5D',
      },
    ]);
  });

  it('lists documents page by page from an id, and asks for some with their losing leaves', async () => {
    const { heard, remote } = await asking(json(200, { total_rows: 0, rows: [] }));
    await remote.allDocs({ limit: 10 });
    await remote.allDocs({ limit: 10, from: 'visit:1' });
    await remote.allDocs({ keys: ['visit:1'] });
    expect(heard).toMatchObject([
      { method: 'GET', url: '/db/grid-1/_all_docs?limit=10' },
      { method: 'GET', url: '/db/grid-1/_all_docs?limit=10&startkey=%22visit%3A1%22' },
      {
        method: 'POST',
        url: '/db/grid-1/_all_docs?include_docs=true&conflicts=true',
        body: { keys: ['visit:1'] },
      },
    ]);
  });

  it('ends a request alone where it is told to, and no other', async () => {
    const { remote } = await asking(() => undefined);
    const stop = new AbortController();
    const polled = remote.changes({ since: 0, limit: 1, waitMs: 10_000, signal: stop.signal });
    stop.abort();
    expect(await polled).toMatchObject({ outcome: 'fault', kind: 'unreachable' });
  });

  it('writes with new_edits false, asks for paths, and names its local document', async () => {
    const { heard, remote } = await asking((response, request) => {
      json(200, /_bulk_docs/.test(request.url ?? '') ? [] : { results: [] })(response);
    });
    const document = { _id: 'visit:1', _rev: '1-a', _revisions: { start: 1, ids: ['a'] }, n: 1 };
    expect(await remote.bulkDocs([document])).toEqual({ outcome: 'answered', value: [] });
    await remote.bulkGet([{ id: 'visit:1', rev: '1-a' }]);
    await remote.putLocal('abc', { since: 1 });
    expect(heard).toEqual([
      { method: 'POST', url: '/db/grid-1/_bulk_docs', body: { docs: [document], new_edits: false } },
      {
        method: 'POST',
        url: '/db/grid-1/_bulk_get?revs=true',
        body: { docs: [{ id: 'visit:1', rev: '1-a' }] },
      },
      { method: 'PUT', url: '/db/grid-1/_local/abc', body: { since: 1 } },
    ]);
  });

  it('is never answered from a cache, with the session’s cookie alone', async () => {
    const inits: RequestInit[] = [];
    const { remote } = await asking(json(200, {}), {
      fetch: (url, init) => {
        inits.push(init);
        return fetch(url, init);
      },
    });
    await remote.revsDiff({});
    expect(inits).toMatchObject([{ cache: 'no-store', credentials: 'same-origin', redirect: 'manual' }]);
  });
});

describe('what it takes for an answer', () => {
  it('a local document, and that there is none, but not that there is no database', async () => {
    const some = await asking(json(200, { _id: '_local/abc', _rev: '0-1', nonce: 'n' }));
    expect(await some.remote.getLocal('abc')).toMatchObject({ outcome: 'answered', value: { nonce: 'n' } });
    const none = await asking(json(404, { error: 'not_found', reason: 'missing' }));
    expect(await none.remote.getLocal('abc')).toEqual({ outcome: 'answered', value: undefined });
    const noDatabase = await asking(json(404, { error: 'not_found', reason: 'Database does not exist.' }));
    expect(await noDatabase.remote.getLocal('abc')).toMatchObject({ outcome: 'fault', kind: 'missing' });
  });

  it.each([
    ['a portal’s page', html(200)],
    ['a portal that says 401', html(401)],
    ['a portal that says 403', html(403)],
    [
      'a portal’s redirect',
      (response: ServerResponse) => response.writeHead(302, { Location: 'http://portal.example/' }).end(),
    ],
    ['JSON of somebody else', json(200, { hello: 'world' })],
    [
      'JSON that breaks off',
      (response: ServerResponse) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"results":[{"se'),
    ],
    [
      'nothing at all',
      (response: ServerResponse) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(),
    ],
  ])('%s is not CouchDB', async (_name, answer) => {
    const { remote } = await asking(answer);
    expect(await remote.changes({ since: 0, limit: 1 })).toMatchObject({
      outcome: 'fault',
      kind: 'not-couchdb',
    });
  });

  it.each([
    ['refuses the connection', (response: ServerResponse) => response.socket?.destroy()],
    [
      'breaks off',
      (response: ServerResponse) => {
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
          .write('{"results":[');
        setTimeout(() => response.socket?.destroy(), 20);
      },
    ],
    ['says nothing', () => undefined],
    [
      'stops in the middle',
      (response: ServerResponse) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"results":[');
      },
    ],
  ])('a server that %s is out of reach', async (_name, answer) => {
    const { remote } = await asking(answer, { timeoutMs: 200 });
    expect(await remote.changes({ since: 0, limit: 1 })).toMatchObject({
      outcome: 'fault',
      kind: 'unreachable',
    });
  });

  it('says why and when to come back', async () => {
    const { remote } = await asking(
      json(503, { error: 'unavailable', reason: 'later' }, { 'Retry-After': '9' }),
    );
    expect(await remote.revsDiff({})).toEqual({
      outcome: 'fault',
      kind: 'busy',
      status: 503,
      retryAfterMs: 9000,
      reason: 'unavailable: later',
    });
  });

  it('waits for a long poll as long as it asked for', async () => {
    const slow = (response: ServerResponse) =>
      void setTimeout(() => json(200, { results: [], last_seq: 1 })(response), 400);
    const { remote } = await asking(slow, { timeoutMs: 200 });
    expect(await remote.changes({ since: 0, limit: 1 })).toMatchObject({ outcome: 'fault' });
    expect(await remote.changes({ since: 0, limit: 1, waitMs: 1000 })).toMatchObject({ outcome: 'answered' });
  });

  it('ends what is under way, and what is asked afterwards, when its owner goes', async () => {
    const going = new AbortController();
    const { remote } = await asking(() => undefined, { signal: going.signal });
    const underWay = remote.revsDiff({});
    going.abort();
    expect(await underWay).toMatchObject({ kind: 'unreachable' });
    expect(await remote.revsDiff({})).toMatchObject({ kind: 'unreachable' });
  });
});
