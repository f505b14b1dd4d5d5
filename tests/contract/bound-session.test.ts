// A session bound to a key: who has its cookie alone is nobody, at the embedded server and at the gateway.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import { openEmbedded } from './open-embedded.ts';
import { openGateway } from './open-gateway.ts';
import { ask, makeDatabase, makeUser, type Credentials, type OpenedServer } from './opened-server.ts';

const KEY = 'a'.repeat(32);
const says = (key: string) => ({ [SESSION_KEY_HEADER]: key });
const servers = [
  ['the embedded server', openEmbedded],
  ['the gateway', openGateway],
] as const;

describe.each(servers)('a session at %s', (_name, open) => {
  let server: OpenedServer;
  let worker: Credentials;
  beforeAll(async () => {
    server = await open();
    worker = await makeUser(server, ['grid:1']);
  });
  afterAll(() => server.close());

  const session = () => `${server.url}/_session`;
  async function cookieFor(headers: Record<string, string>): Promise<string> {
    const answer = await ask(session(), { body: worker, headers });
    expect(answer).toMatchObject({ status: 200, json: { ok: true, name: worker.name, roles: ['grid:1'] } });
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }
  const whoIs = async (headers: Record<string, string>): Promise<unknown> =>
    (await ask(session(), { headers })).json.userCtx.name;

  it('that was asked for with a key holds for requests that say it', async () => {
    const cookie = await cookieFor(says(KEY));
    expect(await whoIs({ cookie, ...says(KEY) })).toBe(worker.name);
  });

  it('and is nobody by its cookie alone, nor with another key', async () => {
    const cookie = await cookieFor(says(KEY));
    expect(await whoIs({ cookie })).toBe(null);
    expect(await whoIs({ cookie, ...says('b'.repeat(32)) })).toBe(null);
    const database = await makeDatabase(server);
    await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
    const all = `${database.url}/_all_docs`;
    expect((await ask(all, { headers: { cookie } })).status).toBe(401);
    expect((await ask(all, { headers: { cookie, ...says(KEY) } })).status).toBe(200);
    await database.drop();
  });

  it('and does not stand in the way of a name and a password', async () => {
    const cookie = await cookieFor(says(KEY));
    const { json } = await ask(session(), { headers: { cookie }, as: worker });
    expect(json.userCtx.name).toBe(worker.name);
  });

  it('that was asked for without one is CouchDB’s, with a key or without', async () => {
    const cookie = await cookieFor({});
    expect(await whoIs({ cookie })).toBe(worker.name);
    expect(await whoIs({ cookie, ...says(KEY) })).toBe(worker.name);
  });

  it('is not bound to what anybody could guess', async () => {
    expect(await ask(session(), { body: worker, headers: says('1234') })).toMatchObject({
      status: 400,
      json: { error: 'bad_request' },
    });
  });
});
