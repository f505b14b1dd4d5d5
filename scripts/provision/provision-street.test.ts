import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabaseServer, type DatabaseServer } from '#lib/server/database-server.ts';
import { couchClient, type CouchClient } from '../couch-client.ts';
import { provisionStreet } from './provision-street.ts';
import { readStreets } from './read-streets.ts';
import type { StreetDescription } from './street-description.ts';

const COMMUNITY = '999999001001';
const GRID = `${COMMUNITY}001`;
const street = (changes: Partial<StreetDescription> = {}): StreetDescription => ({
  code: '999999001',
  name: '安和街道',
  communities: [
    {
      code: COMMUNITY,
      name: '幸福社区',
      grids: [
        {
          code: GRID,
          name: '第一网格',
          kind: 'residential',
          buildings: [
            { number: '3', units: [{ number: '1', floors: 6 }] },
            { number: '甲2', units: [{ number: '1', floors: 5 }], lift: true },
          ],
        },
      ],
    },
  ],
  staff: [
    {
      user: 'limin',
      name: '李敏',
      role: 'worker',
      grids: [GRID],
      community: COMMUNITY,
      password: 'knock-knock',
    },
    {
      user: 'zheng',
      name: '郑国栋',
      role: 'supervisor',
      grids: [],
      password: 'street-street',
      duties: ['auditor'],
    },
  ],
  ...changes,
});
const at = (now: string) => ({ author: { person: 'admin', device: 'provision', now } });
const NOW = '2026-11-22T01:00:00.000Z';
const NOTHING = { databases: 0, securities: 0, rules: 0, accounts: 0, documents: 0 };

let folder: string;
let database: DatabaseServer;
let web: Server;
let url: string;
let client: CouchClient;
const bodyOf = async (place: string) => {
  const answer = await client.request('GET', place);
  return (answer as { body: Record<string, unknown> }).body;
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-provision-'));
  database = await createDatabaseServer({
    dataDir: folder,
    admin: { name: 'admin', password: 'x' },
    iterations: 1000,
  });
  web = createServer((request, response) => database.handle(request, response));
  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  client = couchClient({ url, user: 'admin', password: 'x' });
});
afterAll(async () => {
  web.close();
  web.closeAllConnections();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('provisionStreet', () => {
  it('makes the scopes of the table, each with its readers and its rules', async () => {
    const written = await provisionStreet(client, street(), at(NOW));
    expect(written).toMatchObject({ databases: 14, securities: 14, rules: 13, accounts: 2 });
    expect(await bodyOf('/_all_dbs')).toEqual([
      '_users',
      `audit-${COMMUNITY}`,
      `care-${GRID}`,
      `community-${COMMUNITY}`,
      `desk-${COMMUNITY}-2025`,
      `desk-${COMMUNITY}-2026`,
      'directory',
      `events-${GRID}-2025`,
      `events-${GRID}-2026`,
      `grid-${GRID}`,
      'own-limin',
      'own-zheng',
      `photos-${COMMUNITY}`,
      `photos-${GRID}`,
      'tablets',
    ]);
    expect(await bodyOf(`/grid-${GRID}/_security`)).toMatchObject({
      members: { names: [], roles: [`grid:${GRID}`, `community:${COMMUNITY}`, 'street:999999001'] },
    });
    expect(await bodyOf('/own-limin/_security')).toMatchObject({ members: { names: ['limin'], roles: [] } });
    expect(await bodyOf('/directory/_security')).toMatchObject({ members: { roles: ['staff'] } });
    expect(await bodyOf('/tablets/_security')).toMatchObject({ members: { names: [], roles: ['_admin'] } });
    expect(await bodyOf(`/audit-${COMMUNITY}/_security`)).toMatchObject({ members: { roles: ['auditor'] } });
    expect(await bodyOf('/_users/org.couchdb.user:limin')).toMatchObject({
      roles: [`grid:${GRID}`, 'staff', `worker:${COMMUNITY}`],
    });
  });

  it('writes nothing the second time', async () => {
    expect(await provisionStreet(client, street(), at('2026-11-23T01:00:00.000Z'))).toEqual(NOTHING);
  });

  it('needs no password for accounts that are there, and says whose is missing', async () => {
    const [limin, zheng] = street().staff;
    const withoutPasswords = [limin!, zheng!].map(({ password: _, ...person }) => person);
    expect(await provisionStreet(client, street({ staff: withoutPasswords }), at(NOW))).toEqual(NOTHING);
    const stranger = { user: 'anna', name: '安娜', role: 'clerk' as const, grids: [], community: COMMUNITY };
    await expect(provisionStreet(client, street({ staff: [stranger] }), at(NOW))).rejects.toThrow(/anna/);
  });

  it('puts changed roles right and leaves the password', async () => {
    const before = await bodyOf('/_users/org.couchdb.user:limin');
    const [limin, zheng] = street().staff;
    const staff = [{ ...limin!, care: [GRID], password: 'another' }, zheng!];
    expect(await provisionStreet(client, street({ staff }), at(NOW))).toEqual({ ...NOTHING, accounts: 1 });
    const after = await bodyOf('/_users/org.couchdb.user:limin');
    expect(after.roles).toContain(`care:${GRID}`);
    expect(after.derived_key).toBe(before.derived_key);
    const signedIn = couchClient({ url, user: 'limin', password: 'knock-knock' });
    expect(await signedIn.request('GET', `/care-${GRID}`)).toMatchObject({ status: 200 });
  });

  it('changes what the description says otherwise, keeps what only the server has, and stamps the field', async () => {
    const id = `/directory/building:${GRID}-3`;
    await client.request('PUT', id, { ...(await bodyOf(id)), head: { name: '周桂芳' } });
    const description = street();
    description.communities[0]!.grids[0]!.buildings[0]!.lift = true;
    expect(await provisionStreet(client, description, at(NOW))).toMatchObject({ documents: 1 });
    expect(await bodyOf(id)).toMatchObject({ lift: true, head: { name: '周桂芳' }, at: { lift: 3 } });
  });

  it('reads back what streets there are, and brings them into a new year', async () => {
    const streets = await readStreets(client);
    expect(streets).toMatchObject([
      { code: '999999001', communities: [{ code: COMMUNITY, grids: [{ code: GRID, name: '第一网格' }] }] },
    ]);
    const written = await provisionStreet(client, streets![0]!, at('2026-12-01T01:00:00.000Z'));
    expect(written).toEqual({ ...NOTHING, databases: 2, securities: 2, rules: 2 });
    expect(await bodyOf('/_all_dbs')).toContain(`events-${GRID}-2027`);
  });

  it('refuses a name that cannot be a database’s', async () => {
    const staff = [
      { user: '李敏', name: '李敏', role: 'worker' as const, grids: [GRID], password: 'knock-knock' },
    ];
    await expect(provisionStreet(client, street({ staff }), at(NOW))).rejects.toMatchObject({
      kind: 'description',
    });
  });

  it('finds no streets on a server without a directory', async () => {
    await client.request('DELETE', '/directory');
    expect(await readStreets(client)).toBeUndefined();
  });
});
