// What a round costs in which there is nothing to do (sync.md 5 and 7), counted at the socket of a real server: one
// request a scope and under 2 kB, headers and all; the question whose session it is comes with the first round of a run,
// with each that sends something, and once an hour.
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openEmbedded } from '#tests/contract/open-embedded.ts';
import { ask, makeUser, type Credentials, type OpenedServer } from '#tests/contract/opened-server.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import type { Clock } from '#lib/protocol/clock.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { startSyncLoop, type SyncLoop } from '#lib/sync/sync-loop.ts';
import { boundSession } from './bound-session.ts';
import { guardedFetch, type GuardedFetch } from './guarded-fetch.ts';

const SCOPES = ['directory', 'grid-110101001001001', 'events-110101001001001-2026'];
/** As Chromium on a tablet sends them with every request. */
const BROWSERS_HEADERS = {
  'user-agent':
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8',
  'sec-ch-ua': '"Chromium";v="130", "Not?A_Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Android"',
  referer: 'https://qiaomen.example.invalid/assets/device-worker-0123456789abcdef.js',
};

let server: OpenedServer;
let wire: Server;
let bytes = 0;
const asked: string[] = [];
const clock: Clock & { offMs: number } = {
  offMs: 0,
  nowMs: () => Date.now() + clock.offMs,
  steadyMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
};

beforeAll(async () => {
  server = await openEmbedded();
  const { hostname, port } = new URL(server.url);
  wire = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (data) => {
        bytes += data.length;
        to.write(data);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  wire.close();
  await server.close();
});
beforeEach(() => {
  bytes = 0;
  asked.length = 0;
  clock.offMs = 0;
});

interface Running {
  store: DeviceStore;
  loop: SyncLoop;
  guard: GuardedFetch;
}

async function aRun({ name, password }: Credentials): Promise<Running> {
  const database = `http://127.0.0.1:${(wire.address() as AddressInfo).port}`;
  const key = hexadecimal(crypto.getRandomValues(new Uint8Array(16)));
  const headers = { [SESSION_KEY_HEADER]: key };
  const signedIn = await ask(`${server.url}/_session`, { body: { name, password }, headers });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const browsersFetch: typeof fetch = (url, init) => {
    asked.push(new URL(url as string).pathname);
    return fetch(url, { ...init, headers: { ...BROWSERS_HEADERS, ...init?.headers, cookie } });
  };
  const ids = { randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
  const session = boundSession({ fetch: browsersFetch, database }, ids);
  session.key = key;
  const guard = guardedFetch(session, name, clock);
  const { store } = await aMemoryStore();
  let nonces = 0;
  const loop = startSyncLoop({
    beginTurn: () => {
      guard.newRound();
      return store.beginTurn();
    },
    remoteOf: (scope) => httpRemote({ url: `${database}/${scope}`, fetch: guard.fetch, clock }),
    scopes: async () => {
      await guard.roles();
      return SCOPES;
    },
    clock,
    chance: () => 0.5,
    newNonce: () => `nonce-${String(++nonces)}`,
    exclusively: (work) => work(),
    onStatus: () => undefined,
  });
  return { store, loop, guard };
}

it('a round with nothing to do is one request a scope, under 2 kB, and asks nothing else until an hour is over', async () => {
  const worker = await makeUser(server, ['staff', 'grid:110101001001001']);
  for (const scope of SCOPES) {
    const url = `${server.url}/${scope}`;
    await ask(url, { as: server.admin, method: 'PUT' });
    const security = { members: { names: [worker.name], roles: [] }, admins: { names: [], roles: [] } };
    await ask(`${url}/_security`, { as: server.admin, method: 'PUT', body: security });
    for (let n = 0; n < 5; n++)
      await ask(`${url}/room:${String(n)}`, { as: server.admin, method: 'PUT', body: { type: 'room' } });
  }
  const { store, loop } = await aRun(worker);
  expect((await loop.syncNow()).problem).toBeUndefined();
  expect(asked.filter((path) => path === '/_session')).toHaveLength(1);

  bytes = 0;
  asked.length = 0;
  await loop.syncNow();
  expect(asked).toEqual(SCOPES.map((scope) => `/${scope}/_changes`));
  expect(bytes / SCOPES.length).toBeLessThan(2000);
  expect(bytes).toBeGreaterThan(SCOPES.length * 500);

  // Something to send: first who was erased, then whom the server takes us for.
  asked.length = 0;
  await store.saveAction([{ scope: SCOPES[1]!, body: { _id: 'visit:1', type: 'visit' } }]);
  await loop.syncNow();
  expect(asked.slice(0, 3)).toEqual(['/directory/_changes', '/_session', `/${SCOPES[1]!}/_bulk_docs`]);
  expect(asked.filter((path) => path === '/_session')).toHaveLength(1);

  asked.length = 0;
  clock.offMs = 3_600_000;
  await loop.syncNow();
  expect(asked.filter((path) => path === '/_session')).toHaveLength(1);
  await loop.stop();
});

it('with somebody else’s cookie nothing is sent, and it is told as a session that ended', async () => {
  const [alice, bob] = [await makeUser(server, ['staff']), await makeUser(server, ['staff'])];
  const database = `http://127.0.0.1:${(wire.address() as AddressInfo).port}`;
  const signedIn = await ask(`${server.url}/_session`, { body: bob });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const guard = guardedFetch(
    {
      database,
      fetch: (url, init) => {
        asked.push(new URL(url as string).pathname);
        return fetch(url, { ...init, headers: { ...init?.headers, cookie } });
      },
    },
    alice.name,
    clock,
  );
  asked.length = 0;
  const answer = await guard.fetch(`${database}/grid-1/_bulk_docs`, { method: 'POST', body: '{"docs":[]}' });
  expect(answer.status).toBe(401);
  expect(asked).toEqual(['/_session']);
  expect(await guard.roles()).toBeUndefined();
});
