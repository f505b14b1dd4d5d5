// Who may administer whom at `POST /administration`: every role × every call × own and other community, on the embedded
// server and behind the gateway. The table of what is allowed is written by hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdministrationCall } from '#lib/domain/administration.ts';
import { createCouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import { createDatabaseServer } from '#lib/server/database-server.ts';
import { createGate } from '#lib/server/gate.ts';
import { mountServer, type MountedServer } from '#lib/server/mount.ts';
import type { WhoAsks } from '#lib/server/who-asks.ts';
import { createAdministration } from '../../scripts/administration/administration.ts';
import { couchClient } from '../../scripts/couch-client.ts';
import { couchAdministrator, type CouchAdministrator } from '../../scripts/provision/couch-administrator.ts';
import { directoryDocuments } from '../../scripts/provision/directory-documents.ts';
import { ensureDirectory } from '../../scripts/provision/ensure-directory.ts';
import { accountId, rolesOf } from '../../scripts/provision/staff-account.ts';
import type { StaffDescription } from '../../scripts/provision/street-description.ts';
import { SCOPE_RULES } from '../../scripts/scope-rules.ts';
import { ADMIN, listen, openEmbedded, portOf, stop } from '../contract/open-embedded.ts';
import { PROXY_SECRET } from '../contract/open-gateway.ts';
import { A, A1, B, B1 } from './access-table.ts';

const NOW = '2026-11-23T01:00:00.000Z';
const at = (
  role: StaffDescription['role'],
  user: string,
  more: Partial<StaffDescription> = {},
): StaffDescription => ({
  ...{ user, name: user, role, grids: [], community: A, password: `of ${user} at work` },
  ...more,
});
const STAFF = [
  at('head', 'head'),
  at('head', 'cohead'),
  at('head', 'former'),
  at('head', 'carer', { care: [A1] }),
  at('head', 'neighbour', { community: B }),
  at('worker', 'worker', { grids: [A1] }),
  at('worker', 'keeper', { grids: [A1], care: [A1] }),
  at('worker', 'stranger', { grids: [B1], community: B }),
  at('worker', 'both', { grids: [A1, B1] }),
  at('clerk', 'clerk'),
  at('clerk', 'auditor', { duties: ['auditor'] }),
  at('clerk', 'editor', { duties: ['editor'] }),
  at('supervisor', 'supervisor', { grids: [] }),
];
const street = {
  ...{ code: '999999001', name: '安和街道', staff: STAFF },
  communities: [
    { code: A, name: 'A', grids: [{ code: A1, name: 'A1', kind: 'residential' as const, buildings: [] }] },
    { code: B, name: 'B', grids: [{ code: B1, name: 'B1', kind: 'residential' as const, buildings: [] }] },
  ],
};

/** Calls that are right in themselves; nothing changes by asking one twice. */
const cover = (user: string, of: string): AdministrationCall => ({
  call: 'cover',
  user,
  of,
  until: '2099-01-01',
});
const grids = (user: string, give: string[], take: string[] = []): AdministrationCall => ({
  ...{ call: 'grids', user, give, take },
});
/** In community A, of people a head has there; `add` says that the name is taken, after it was judged. */
const OWN: AdministrationCall[] = [
  { call: 'list' },
  { call: 'add', user: 'worker', name: '王', post: 'worker', community: A, grids: [A1] },
  grids('worker', [A1]),
  cover('clerk', 'worker'),
  cover('worker', 'keeper'),
  { call: 'reset', user: 'clerk' },
];
/** What no head of A may: of B, of whoever stands beside or above her, of herself, and what she has not herself. */
const OTHER: AdministrationCall[] = [
  { call: 'add', user: 'newone', name: '新', post: 'clerk', community: B, grids: [] },
  { call: 'add', user: 'newone', name: '新', post: 'worker', community: A, grids: [B1] },
  grids('stranger', [B1]),
  grids('worker', [B1]),
  grids('both', [A1]),
  cover('worker', 'stranger'),
  cover('stranger', 'worker'),
  cover('worker', 'both'),
  ...['stranger', 'cohead', 'auditor', 'editor', 'supervisor', 'both', 'nobody'].flatMap(
    (user): AdministrationCall[] => [
      { call: 'reset', user },
      { call: 'remove', user },
    ],
  ),
  { call: 'reset', user: 'keeper' },
];
const OF_HERSELF = (user: string): AdministrationCall[] => [
  { call: 'reset', user },
  { call: 'remove', user },
  grids(user, [A1]),
];

/** What administration reads and writes of a street, and no more. */
async function makeStreet(couch: CouchAdministrator): Promise<void> {
  for (const name of ['directory', `audit-${A}`, `audit-${B}`]) await couch.createDatabase(name);
  await couch.ensureSecurity('directory', { members: { names: [], roles: ['staff'] } });
  await ensureDirectory(couch, directoryDocuments(street), { person: 'admin', device: 'test', now: NOW });
  const accounts = STAFF.map((person) => ({
    ...{ _id: accountId(person.user), type: 'user', name: person.user },
    ...{ roles: rolesOf(person, street), password: person.password },
  }));
  await couch.putDocuments('_users', accounts);
}

interface Opened {
  handle: MountedServer;
  whoAsks: WhoAsks;
  url: string;
  close(): Promise<void>;
}
const gate = () => createGate({ scopes: SCOPE_RULES });

async function embedded(): Promise<Opened> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-administration-'));
  const server = await createDatabaseServer({ dataDir, admin: ADMIN, iterations: 1000, gate: gate() });
  const web = await listen((request, response) => server.handle(request, response));
  const close = async () => {
    await server.close();
    await stop(web);
    await rm(dataDir, { recursive: true, force: true });
  };
  return { handle: server, whoAsks: server.whoAsks, url: `http://127.0.0.1:${portOf(web)}`, close };
}

async function behindGateway(): Promise<Opened> {
  const behind = await openEmbedded({ proxySecret: PROXY_SECRET });
  const options = { couchdbUrl: behind.url, admin: ADMIN, proxySecret: PROXY_SECRET, gate: gate() };
  const gateway = createCouchdbGateway(options);
  const close = () => gateway.close().then(() => behind.close());
  return { handle: gateway, whoAsks: gateway.whoAsks, url: behind.url, close };
}

describe.each([
  ['the embedded server', embedded],
  ['a server behind the gateway', behindGateway],
])('administration beside %s', (_name, open) => {
  let opened: Opened;
  let web: Awaited<ReturnType<typeof listen>>;
  const cookies: Record<string, string> = { nobody: '' };

  beforeAll(async () => {
    opened = await open();
    const client = couchClient({ url: opened.url, user: ADMIN.name, password: ADMIN.password });
    await makeStreet(couchAdministrator(client));
    const now = () => new Date().toISOString();
    const administration = createAdministration({ ...opened, client, now, log: () => undefined });
    const beside = mountServer('/administration', administration, (_asked, answer) =>
      answer.writeHead(404).end(),
    );
    web = await listen(mountServer('/db', opened.handle, beside));
    for (const { user, password } of STAFF) cookies[user] = await signIn(user, password!);
    cookies.administrator = await signIn(ADMIN.name, ADMIN.password);
    // Head until a day that has passed.
    const couch = couchAdministrator(client);
    const former = await couch.readDocument('_users', 'org.couchdb.user:former');
    const ended = { [`head:${A}`]: '2026-01-01T00:00:00.000Z' };
    await couch.putDocument('_users', { ...former, _id: 'org.couchdb.user:former', role_ends: ended });
  });
  afterAll(async () => {
    await stop(web);
    await opened.close();
  });

  const base = () => `http://127.0.0.1:${portOf(web)}`;
  async function signIn(name: string, password: string): Promise<string> {
    const body = JSON.stringify({ name, password });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${base()}/db/_session`, { method: 'POST', body, headers });
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }
  const ask = (person: string, body: unknown, more: Record<string, string> = {}) =>
    fetch(`${base()}/administration`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        cookie: cookies[person] ?? '',
        ...more,
      },
    });

  it('does for the head of the community what is hers to ask', async () => {
    for (const head of ['head', 'carer']) {
      for (const call of OWN) {
        const answer = await ask(head, call);
        const isTaken = call.call === 'add';
        expect([head, call, answer.status]).toEqual([head, call, isTaken ? 409 : 200]);
      }
    }
    const { people } = (await (await ask('head', { call: 'list' })).json()) as { people: { user: string }[] };
    expect(people.map(({ user }) => user)).not.toContain('stranger');
    // Who has the restricted records herself gains nothing by the password.
    expect((await ask('carer', { call: 'reset', user: 'keeper' })).status).toBe(200);
  });

  it('refuses her everything else, and changes nothing', async () => {
    for (const call of [...OTHER, ...OF_HERSELF('head')]) {
      expect([call, (await ask('head', call)).status]).toEqual([call, 403]);
    }
    for (const user of ['stranger', 'cohead', 'auditor', 'supervisor']) {
      const { password } = STAFF.find((one) => one.user === user)!;
      expect(await signIn(user, password!)).not.toBe('');
    }
  });

  it('does nothing for anybody else, whatever is asked', async () => {
    const others = [
      'nobody',
      'worker',
      'clerk',
      'auditor',
      'editor',
      'supervisor',
      'former',
      'administrator',
    ];
    for (const person of others) {
      // The clerk's password was made anew by her head, and her session ended with it.
      const wanted = person === 'nobody' || person === 'clerk' ? 401 : 403;
      const asked = [...OWN, ...OTHER].map(async (call) => [call, (await ask(person, call)).status]);
      expect([person, await Promise.all(asked)]).toEqual([
        person,
        [...OWN, ...OTHER].map((call) => [call, wanted]),
      ]);
    }
    for (const call of OWN.filter((one) => one.call !== 'list')) {
      expect([call, (await ask('neighbour', call)).status]).toEqual([call, 403]);
    }
  });

  it('answers a page of its own alone, by session alone, what it understands', async () => {
    const list = { call: 'list' };
    const basic = `Basic ${Buffer.from('head:of head at work').toString('base64')}`;
    expect((await ask('head', list, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('head', list, { 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await ask('head', list, { authorization: basic })).status).toBe(403);
    expect((await ask('head', list, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask('head', { call: 'govern' })).status).toBe(400);
    expect((await ask('head', { ...grids('worker', ['_admin']), extra: 1 })).status).toBe(400);
    expect((await ask('head', { call: 'list', pad: 'x'.repeat(20_000) })).status).toBe(413);
    const get = await fetch(`${base()}/administration`, { headers: { cookie: cookies.head ?? '' } });
    expect(get.status).toBe(405);
  });

  it('ends with a removal, which the same call again finds done', async () => {
    const { cookie } = { cookie: cookies.worker ?? '' };
    expect((await fetch(`${base()}/db/directory`, { headers: { cookie } })).status).toBe(200);
    expect((await ask('head', { call: 'remove', user: 'worker' })).status).toBe(200);
    expect((await fetch(`${base()}/db/directory`, { headers: { cookie } })).status).toBe(401);
    expect((await ask('head', { call: 'remove', user: 'worker' })).status).toBe(403);
  });
});
