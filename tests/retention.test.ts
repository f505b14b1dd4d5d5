// `npm run admin -- retention …` on a real server: what is past its months goes, with its photos, and nothing else; and no
// tablet brings it back.
import 'fake-indexeddb/auto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';

const COMMUNITY = '999999001001';
const GRID = `${COMMUNITY}001`;
const YEAR = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const BASIS = '档案管理办法 10';
let folder: string;
let server: RunningQiaomen;
let couch: CouchClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-retention-'));
  const demo = { households: 60, seed: 'retention' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
  const { name: user, password } = server.administrator;
  couch = couchClient({ url: `${server.url}/db`, user, password });
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function admin(args: string[], now = `${YEAR}-11-23T02:00:00.000Z`) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, ['retention', ...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password },
    now: () => new Date(now),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function ask(method: 'GET' | 'PUT' | 'POST', place: string, body?: unknown) {
  const answer = await couch.request(method, place, body);
  if (answer.outcome !== 'answered' || answer.status >= 300) throw new Error(JSON.stringify(answer));
  return answer.body;
}
const databases = async () => (await ask('GET', '/_all_dbs')) as string[];
const photosThere = async (of = GRID) =>
  (
    (await ask('GET', `/photos-${of}/_all_docs?startkey="photo:"&endkey="photo;"`)) as {
      rows: { id: string }[];
    }
  ).rows.map(({ id }) => id);
const audited = async () =>
  (
    (await ask('GET', `/audit-${COMMUNITY}/_all_docs?include_docs=true`)) as {
      rows: { doc: Record<string, unknown> }[];
    }
  ).rows
    .map(({ doc }) => doc)
    .filter(({ did }) => did === 'pastYearsDeleted' || did === 'retentionSet');

const head = {
  ...{ schema: 1, createdBy: 'limin', updatedBy: 'limin', device: 'test' },
  ...{ createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2020-01-01T00:00:00.000Z' },
};
const aPhoto = (id: string, takenAt: string, event: string) => ({
  ...head,
  ...{ _id: `photo:${id}`, type: 'photo', event, takenAt, width: 4, height: 3 },
  _attachments: { 'photo.jpg': { content_type: 'image/jpeg', data: btoa('a face in the doorway') } },
});

describe('what is kept by the year', () => {
  const old = [`events-${GRID}-2019`, `events-${GRID}-2020`, `desk-${COMMUNITY}-2019`];

  beforeAll(async () => {
    for (const name of old) await ask('PUT', `/${name}`);
    for (const id of ['visit:A', 'visit:B']) await ask('PUT', `/${old[0]}/${id}`, { type: 'visit' });
    // Taken on New Year's Eve in Beijing, stored in the year after.
    await ask('PUT', `/${old[1]}/visit:EVE`, { type: 'visit' });
    for (const photo of [
      aPhoto('OLD', '2019-05-01T00:00:00.000Z', 'visit:A'),
      aPhoto('EVE', '2019-12-31T15:00:00.000Z', 'visit:EVE'),
      aPhoto('NEW', '2019-12-31T17:00:00.000Z', 'visit:EVE'),
    ])
      await ask('PUT', `/photos-${GRID}/${photo._id}`, photo);
  });

  it('stays for ever until somebody says otherwise, with the law it is by', async () => {
    expect((await admin(['show'])).out).toContain('no limit: kept');
    expect((await admin(['run'])).out).toContain('No limit is set');
    const wrong = async (...args: string[]) => (await admin(['set', ...args])).err;
    expect(await wrong('events', '36')).toContain('--basis');
    expect(await wrong('events', '11', '--basis', BASIS)).toContain('tablets');
    expect(await wrong('audit', '36', '--basis', BASIS)).toContain('none of events');
    expect(await admin(['set', 'events', '60', '--basis', BASIS])).toMatchObject({ exitCode: 0, err: '' });
    expect((await admin(['show'])).out).toMatch(new RegExp(`events.*60.*${BASIS}`));
    const limin = server.signIns.find(({ user }) => user === 'limin')!;
    const hers = couchClient({ url: `${server.url}/db`, user: limin.user, password: limin.password });
    const rows = { docs: [{ _id: 'retention:current', _rev: '9-a', _deleted: true }], new_edits: false };
    expect(await hers.request('POST', '/directory/_bulk_docs', rows)).toMatchObject({
      body: [{ error: 'forbidden' }],
    });
  });

  it('is past only when all its months are over, and first only looked at', async () => {
    expect((await admin(['run'], '2024-12-31T15:59:00.000Z')).out).toContain('Nothing is past');
    const looked = await admin(['run', '--dry-run'], '2025-01-01T00:00:00.000Z');
    expect(looked.out).toMatch(new RegExp(`events-${GRID}-2019 +2 .*${BASIS}`));
    expect(looked.out).toMatch(new RegExp(`photos-${GRID} +1 `));
    expect(looked.out).not.toContain('2020');
    expect(await databases()).toEqual(expect.arrayContaining(old));
    expect(await photosThere()).toHaveLength(3);
  });

  it('goes with the photos of what was in it, with a receipt and in the audit', async () => {
    const receipt = path.join(folder, 'receipt.json');
    const run = await admin(['run', '--receipt', receipt], '2025-06-01T00:00:00.000Z');
    expect(run).toMatchObject({ exitCode: 0, err: '' });
    const left = await databases();
    expect(left).not.toContain(old[0]);
    expect(left).toEqual(expect.arrayContaining([old[1], old[2]]));
    expect(await photosThere()).toEqual(['photo:EVE', 'photo:NEW']);
    expect(JSON.parse(await readFile(receipt, 'utf8'))).toMatchObject({
      databases: [{ name: old[0], documents: 2, months: 60, basis: BASIS }],
      photos: [{ name: `photos-${GRID}`, photos: 1 }],
    });
    expect(await audited()).toMatchObject([
      { did: 'retentionSet' },
      { did: 'pastYearsDeleted', count: 1, grid: GRID },
      { did: 'pastYearsDeleted', count: 2, grid: GRID },
    ]);
    expect((await admin(['run'], '2025-06-01T00:00:00.000Z')).out).toContain('Nothing is past');
    const bare = await couch.request('GET', `/photos-${GRID}/photo:OLD?open_revs=all`);
    expect((bare as { body: { ok: object }[] }).body.map(({ ok }) => ok)).toEqual([
      {
        ...{ _id: 'photo:OLD', _rev: expect.any(String), _deleted: true },
        type: 'photo',
        updatedBy: 'admin',
      },
    ]);
  });

  it('photos may have months of their own', async () => {
    await admin(['set', 'events', 'keep']);
    await admin(['set', 'photos', '12', '--basis', BASIS]);
    const receipt = path.join(folder, 'photos.json');
    const run = await admin(['run', '--receipt', receipt], '2021-01-02T00:00:00.000Z');
    expect(run.out).toContain('1 张照片');
    expect(await photosThere()).toEqual(['photo:NEW']);
    expect(await databases()).toContain(old[1]);
  });
});

it('a year that was deleted is not brought back by a tablet that held it', async () => {
  const limin = server.signIns.find(({ user }) => user === 'limin')!;
  const before = new WorkerTablet(server);
  await before.signsIn(limin);
  await before.until('all there', () => before.sync.completedAt !== undefined);
  await before.findsNobody({ remark: '旧的一年' });
  await before.until('sent', () => before.sync.activity === 'idle' && before.sync.waiting === 0);
  await before.core.quiesce();
  const gone = `events-${GRID}-${YEAR}`;
  await admin(['set', 'photos', 'keep']);
  await admin(['set', 'events', '12', '--basis', BASIS]);
  const then = `${YEAR + 2}-01-02T00:00:00.000Z`;
  const run = await admin(['run', '--receipt', path.join(folder, 'later.json')], then);
  expect(run.out).toContain(gone);
  expect(await databases()).not.toContain(gone);

  const later = new WorkerTablet(server);
  later.aheadMs = Date.parse(then) - Date.now();
  const asked: string[] = [];
  later.line = (url, init) => void asked.push(`${init?.method ?? 'GET'} ${new URL(url).pathname}`);
  const startedAt = Date.now();
  await later.signsIn(limin);
  await later.until('idle', () => {
    const { activity, completedAt = '' } = later.sync;
    return activity === 'idle' && Date.parse(completedAt) >= startedAt;
  });
  expect((await later.core.today()).today).toBe(`${YEAR + 2}-01-02`);
  expect(later.sync).toMatchObject({ waiting: 0 });
  expect(later.sync.problem).toBeUndefined();
  expect(asked.filter((each) => each.includes(gone))).toEqual([]);
  expect(await databases()).not.toContain(gone);
  await later.core.quiesce();
}, 60_000);
