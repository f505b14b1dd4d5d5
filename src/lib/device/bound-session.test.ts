import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { boundSession, heldKey } from './bound-session.ts';
import { guardedFetch } from './guarded-fetch.ts';

const ids = { randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
const clock = { nowMs: () => 0 };

/** A server with one session, bound to the key that was last signed in with. */
function aServer() {
  const server = { key: '', said: [] as (string | null)[] };
  const fetch = (_url: unknown, init?: RequestInit) => {
    const key = new Headers(init?.headers).get(SESSION_KEY_HEADER);
    server.said.push(key);
    const name = key === server.key ? 'limin' : null;
    return Promise.resolve(
      Response.json({ ok: true, userCtx: { name, roles: ['staff'] } }, { status: name ? 200 : 401 }),
    );
  };
  const tab = () => boundSession({ fetch: fetch as typeof globalThis.fetch, database: 'https://a/db' }, ids);
  return { server, tab };
}

it('says the key with each request and keeps what else was said', async () => {
  const { server, tab } = aServer();
  const session = tab();
  await session.fetch('https://a/db/x');
  session.key = session.newKey();
  await session.fetch('https://a/db/x', { headers: { accept: 'application/json' } });
  expect(session.key).toMatch(/^[0-9a-f]{32}$/);
  expect(session.newKey()).not.toBe(session.key);
  await session.fetch('https://a/db/_session', { headers: { [SESSION_KEY_HEADER]: 'its own' } });
  expect(server.said).toEqual([null, session.key, 'its own']);
});

it('keeps the key sealed for the next unlock, and none in memory where the work is closed', async () => {
  const { store } = await aMemoryStore();
  const first = aServer().tab();
  first.key = first.newKey();
  const held = heldKey(store, first);
  await held.keep();
  const { key } = first;
  held.forget();
  expect(first.key).toBeUndefined();
  const next = aServer().tab();
  expect(await heldKey(store, next).takeKept()).toBe(true);
  expect(next.key).toBe(key);
});

it('gives no key back once she has signed out', async () => {
  const { store } = await aMemoryStore();
  const session = aServer().tab();
  session.key = session.newKey();
  const held = heldKey(store, session);
  await held.keep();
  await held.drop();
  expect(session.key).toBeUndefined();
  expect(await heldKey(store, session).takeKept()).toBe(false);
  expect(session.key).toBeUndefined();
});

it('leaves the key of somebody who signs in while her work is still open', async () => {
  const { store } = await aMemoryStore();
  const session = aServer().tab();
  session.key = session.newKey();
  const held = heldKey(store, session);
  await held.keep();
  const theirs = (session.key = session.newKey());
  expect(await held.takeKept()).toBe(false);
  held.forget();
  expect(session.key).toBe(theirs);
});

it('goes on with the key another tab of hers signed in with', async () => {
  const { store } = await aMemoryStore();
  const { server, tab } = aServer();
  const [first, second] = [tab(), tab()];
  const held = heldKey(store, first);
  server.key = first.key = first.newKey();
  await held.keep();
  const guard = guardedFetch(first, 'limin', { ...clock, anotherKey: () => held.takeKept() });
  expect((await guard.fetch('https://a/db/grid', {})).status).toBe(200);
  server.key = second.key = second.newKey();
  await heldKey(store, second).keep();
  expect((await guard.fetch('https://a/db/grid', {})).status).toBe(200);
  expect(first.key).toBe(second.key);
});
