// A role until a day ends by itself: with the next request, and with the feeds that are open at that instant.
import { afterEach, describe, expect, it } from 'vitest';
import { createGate } from '#lib/server/gate.ts';
import { openEmbedded } from './open-embedded.ts';
import { openGateway } from './open-gateway.ts';
import { ask, makeDatabase, type OpenedServer } from './opened-server.ts';

const now = () => clockMs();
let clockMs: () => number = Date.now;
/** The CouchDB behind knows nothing of ends: for the embedded server that plays it they are all to come. */
const longAgo = { now: () => Date.parse('2001-01-01T00:00:00Z') };
const gate = () => createGate();

const servers: [string, () => Promise<OpenedServer>][] = [
  ['the embedded server', () => openEmbedded({ gate: gate(), now })],
  [
    'a server behind the gateway, with sessions of the gateway',
    () => openGateway({ gate: gate(), now }, longAgo),
  ],
  [
    'a server behind the gateway, with sessions of its own',
    () => openGateway({ gate: gate(), now, proxySecret: undefined }, longAgo),
  ],
];

describe.each(servers)('%s', (_name, open) => {
  let server: OpenedServer | undefined;
  afterEach(async () => {
    clockMs = Date.now;
    await server?.close();
    server = undefined;
  });

  async function aPersonUntil(role_ends: unknown) {
    server = await open();
    const database = await makeDatabase(server, 'grid');
    const security = { admins: { names: [], roles: ['_admin'] }, members: { names: [], roles: ['grid:1'] } };
    await database.put('_security', security);
    const body = { name: 'li', type: 'user', roles: ['grid:1', 'staff'], role_ends, password: 'sesame' };
    const path = `${server.url}/_users/org.couchdb.user:li`;
    expect((await ask(path, { method: 'PUT', as: server.admin, body })).status).toBeLessThan(300);
    const signedIn = await ask(`${server.url}/_session`, { body: { name: 'li', password: 'sesame' } });
    const headers = { cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    return { database, headers, status: async () => (await ask(database.url, { headers })).status, path };
  }

  /** One that CouchDB itself must be told of is answered at the second try. */
  const settled = async (status: () => Promise<number>) => {
    const first = await status();
    return first === 503 ? status() : first;
  };
  const rolesNow = async (headers: Record<string, string>) =>
    (await ask(`${server!.url}/_session`, { headers })).json.userCtx.roles;

  it('leaves a role out with the first request after its end, and the others in', async () => {
    const end = Date.now() + 3_600_000;
    const { status, headers, path, database } = await aPersonUntil({ 'grid:1': new Date(end).toISOString() });
    expect(await status()).toBe(200);
    expect(await rolesNow(headers)).toEqual(['grid:1', 'staff']);
    clockMs = () => end;
    expect(await settled(status)).toBe(403);
    expect((await ask(`${database.url}/_all_docs`, { headers })).status).toBe(403);
    expect(await rolesNow(headers)).toEqual(['staff']);
    expect((await ask(path, { as: server!.admin })).json.role_ends).toBeDefined();
  });

  it('takes an end it cannot read for one that has passed', async () => {
    const { status, headers } = await aPersonUntil({ 'grid:1': 'next Friday' });
    expect(await settled(status)).toBe(403);
    expect(await rolesNow(headers)).toEqual(['staff']);
  });

  it('ends the feeds that are open at that instant', async () => {
    const end = Date.now() + 800;
    const { database, headers } = await aPersonUntil({ 'grid:1': new Date(end).toISOString() });
    const stopping = new AbortController();
    const feed = `${database.url}/_changes?feed=continuous&since=now&heartbeat=1000`;
    const basic = Buffer.from(`${server!.admin.name}:${server!.admin.password}`).toString('base64');
    const credentials = { authorization: `Basic ${basic}` };
    const others = await fetch(feed, { headers: credentials, signal: stopping.signal });
    const hers = await fetch(feed, { headers });
    expect(hers.status).toBe(200);
    const over = (one: Response, whose: string) =>
      one.text().then(
        () => whose,
        () => whose,
      );
    expect(await Promise.race([over(others, 'others'), over(hers, 'hers')])).toBe('hers');
    expect(Date.now()).toBeGreaterThanOrEqual(end);
    stopping.abort();
  });
});
