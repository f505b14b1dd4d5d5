// `npm run admin -- doctor` on a real server: well as it was made, and each planted fault found.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGateway, PROXY_SECRET } from '#tests/contract/open-gateway.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';

const COMMUNITY = '999999001001';
const GRID = `${COMMUNITY}001`;
let folder: string;
let server: RunningQiaomen;
let couch: CouchClient;
let year: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-doctor-'));
  const demo = { households: 20, seed: 'doctor' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
  const { name: user, password } = server.administrator;
  couch = couchClient({ url: `${server.url}/db`, user, password });
  year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  exitCode: number;
  codes: string[];
  out: string;
}

async function doctor(
  more: Record<string, string> = {},
  now = new Date(),
  url = `${server.url}/db`,
): Promise<Told> {
  const out: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, ['doctor', '--json', '--url', url], {
    say: (line) => out.push(line),
    warn: (line) => out.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password, ...more },
    now: () => now,
  });
  const { findings } = JSON.parse(out.join('\n')) as { findings: { code: string }[] };
  return { exitCode, codes: findings.map(({ code }) => code), out: out.join('\n') };
}

async function ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', place: string, body?: unknown) {
  const answer = await couch.request(method, place, body);
  if (answer.outcome !== 'answered' || answer.status >= 300) throw new Error(JSON.stringify(answer));
  return answer.body as Record<string, unknown>;
}

it('finds nothing wrong with a server as it was made', async () => {
  const told = await doctor();
  expect(told.codes).toEqual([]);
  expect(told.exitCode).toBe(0);
});

it('finds each fault that is planted, and tells nothing of a household', async () => {
  const old = { schema: 1, createdBy: 'limin', updatedBy: 'limin', device: 'test' };
  const at = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
  await ask('DELETE', `/desk-${COMMUNITY}-${year - 1}`);
  await ask('PUT', `/care-${GRID}/_security`, { members: { names: [], roles: ['staff'] } });
  const community = `/community-${COMMUNITY}`;
  const rules = await ask('GET', `${community}/_design/write-rules`);
  await ask('PUT', `${community}/_design/write-rules`, { ...rules, validate_doc_update: 'function () {}' });
  await ask('PUT', '/grid-999999009009009');
  await ask('PUT', `/photos-${GRID}/_design/restoring`, { backup: 'a' });
  const envelope = { scope: `grid-${GRID}`, document: 'household:X', revision: '1-a' };
  await ask('PUT', `${community}/envelope:ONE`, { ...old, ...at, type: 'envelope', ...envelope });
  const user = { type: 'user', name: 'ghost', password: 'a long password', roles: ['staff'] };
  await ask('PUT', '/_users/org.couchdb.user:ghost', user);
  const limin = await ask('GET', '/_users/org.couchdb.user:limin');
  await ask('PUT', '/_users/org.couchdb.user:limin', {
    ...limin,
    roles: [...(limin.roles as string[]), 'grid:999999009009009'],
  });
  const card = await ask('GET', '/directory/staff:limin');
  const { _rev: _first, salt: _salt, ...fields } = card;
  await ask('PUT', '/directory/staff:nobody', { ...fields, _id: 'staff:nobody', user: 'nobody' });
  const key = await ask('GET', '/directory/organisation-key:current');
  await ask('PUT', '/directory/organisation-key:current', { ...key, keyId: '0'.repeat(32) });
  const events = `/events-${GRID}-${year}`;
  await ask(
    'DELETE',
    `${events}/_design/write-rules?rev=${String((await ask('GET', `${events}/_design/write-rules`))._rev)}`,
  );
  const visit = { ...old, ...at, type: 'visit', photos: [{ photo: 'photo:NEVER', digest: 'md5-x' }] };
  const docs = ['a', 'b'].map((rev) => ({
    ...visit,
    _id: 'visit:TWO',
    _rev: `1-${rev}`,
    answers: { remark: '王桂兰' },
  }));
  await ask('POST', `${events}/_bulk_docs`, { docs, new_edits: false });

  const told = await doctor({}, new Date(Date.now() + 120_000));
  expect(told.exitCode).toBe(1);
  expect([...told.codes].sort()).toEqual(
    [
      ...['account-without-card', 'card-without-account', 'clock', 'envelopes-waiting', 'forged-key'],
      ...['old-conflicts', 'orphan-database', 'photos-missing', 'restore-unfinished', 'scope-missing'],
      ...['scope-rules', 'scope-security', 'unknown-role'],
    ].sort(),
  );
  for (const word of ['王桂兰', 'visit:TWO', 'household:']) expect(told.out).not.toContain(word);
  const december = await doctor({}, new Date(`${year}-12-01T04:00:00.000Z`));
  expect(december.codes).toContain('next-year-missing');
});

it('looks at the secret between gateway and CouchDB', async () => {
  const gateway = await openGateway();
  const { name, password } = gateway.admin;
  const settings = { COUCHDB_URL: gateway.behindUrl, COUCHDB_USER: name, COUCHDB_PASSWORD: password };
  expect((await doctor(settings)).codes).toContain('no-proxy-secret');
  const wrong = { ...settings, COUCHDB_PROXY_SECRET: 'another secret than that' };
  expect((await doctor(wrong)).codes).toContain('proxy-secret');
  const right = (await doctor({ ...settings, COUCHDB_PROXY_SECRET: PROXY_SECRET })).codes;
  expect(right).not.toContain('proxy-secret');
  expect(right).not.toContain('no-proxy-secret');
  // What stands in front of it here serves no app and sets no header.
  const bare = await doctor({ ADMIN_PASSWORD: password }, new Date(), gateway.url);
  expect(bare).toMatchObject({ exitCode: 1, codes: ['headers', 'no-street'] });
  await gateway.close();
});
