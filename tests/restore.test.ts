// A backup, work after it, and the backup put back: over the server that lives on, and onto an empty one after a fire. Real
// servers, a real tablet in Node (fake-indexeddb), and a stock PouchDB that reads what came of it.
import 'fake-indexeddb/auto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, portOf, stop } from '#tests/contract/open-embedded.ts';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { openBackup } from '../scripts/admin/backup/read-backup.ts';
import { listLeaves } from '../scripts/admin/backup/read-leaves.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';
import { visitsOnServer } from './journeys/visits-on-server.ts';

const GRID = '999999001001001';
const YEAR = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const EVENTS = `events-${GRID}-${YEAR}`;
const PASSPHRASE = 'a passphrase of the test';
let folder: string;
let server: RunningQiaomen;
let file: string;
const opened: WorkerTablet[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-restore-'));
  file = path.join(folder, 'one.backup');
  const demo = { households: 60, seed: 'restore' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map(({ core }) => core.quiesce()));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const clientOf = (of: RunningQiaomen): CouchClient =>
  couchClient({ url: `${of.url}/db`, user: 'admin', password: of.administrator.password });
const limin = () => server.signIns.find(({ user }) => user === 'limin')!;

async function admin(args: string[], of = server, url = `${of.url}/db`) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, [...args, '--url', url], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: of.administrator.password, BACKUP_PASSPHRASE: PASSPHRASE },
    now: () => new Date(),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

/** Her tablet, switched on: it finds what it held before. */
async function herTablet(of = server): Promise<WorkerTablet> {
  await Promise.all(opened.map(({ core }) => core.quiesce()));
  const tablet = new WorkerTablet(of);
  opened.push(tablet);
  const startedAt = new Date().toISOString();
  await tablet.signsIn(limin());
  await allSent(tablet, startedAt);
  return tablet;
}
const allSent = (tablet: WorkerTablet, since = '') =>
  tablet.until('all sent', () => {
    const { activity, waiting, completedAt = '' } = tablet.sync;
    return activity === 'idle' && waiting === 0 && completedAt > since;
  });

/** By what she wrote, how often it is there. */
async function remarksThere(of = server): Promise<string[]> {
  const visits = await visitsOnServer(of, limin(), GRID);
  expect(visits.filter(({ _conflicts }) => _conflicts)).toEqual([]);
  return visits
    .map(({ answers }) => String(answers.remark))
    .filter((remark) => remark.startsWith('第'))
    .sort();
}

/** Every leaf of a database, as `rev id`, without what a restore leaves of itself. */
async function leavesThere(client: CouchClient, database: string): Promise<Set<string>> {
  const leaves = new Set<string>();
  for await (const page of listLeaves(client, database))
    for (const { id, revs } of page)
      if (id !== 'meta:epoch' && id !== '_design/restoring' && id !== '_design/_auth')
        for (const rev of revs) leaves.add(`${rev} ${id}`);
  return leaves;
}

async function leavesOfBackup(): Promise<Map<string, Set<string>>> {
  const passphrase = () => Promise.resolve(PASSPHRASE);
  const { records } = await openBackup(file, { passphrase, privateKey: () => Promise.resolve(undefined) });
  const found = new Map<string, Set<string>>();
  let into = new Set<string>();
  for await (const record of records()) {
    if (record.record === 'database') found.set(record.name, (into = new Set()));
    if (record.record === 'leaf') into.add(`${record.doc._rev} ${record.doc._id}`);
  }
  return found;
}

const expectAsInBackup = async (client: CouchClient) => {
  for (const [database, leaves] of await leavesOfBackup())
    expect({ database, leaves: await leavesThere(client, database) }).toEqual({ database, leaves });
};

describe('a backup of the morning', () => {
  const morning = ['第1户', '第2户'];
  const all = ['第1户', '第2户', '第3户', '第4户', '第5户'];
  let erased: string;

  beforeAll(async () => {
    const tablet = await herTablet();
    for (const remark of morning) await tablet.findsNobody({ remark });
    await allSent(tablet);
    expect(await admin(['backup', file, '--passphrase'])).toMatchObject({ exitCode: 0, err: '' });
    for (const remark of all.slice(2)) await tablet.findsNobody({ remark });
    await allSent(tablet);
    expect(await remarksThere()).toEqual(all);
  }, 60_000);

  it('put back by mistake: it says what would be lost, and does nothing until that is wanted', async () => {
    const refused = await admin(['restore', file]);
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('--replace') });
    expect(refused.err).toMatch(new RegExp(`${EVENTS}.*3 `));
    const looked = await admin(['restore', file, '--dry-run', '--json']);
    const { losses } = JSON.parse(looked.out) as { losses: { database: string; byType: object }[] };
    expect(losses.find(({ database }) => database === EVENTS)).toMatchObject({ byType: { visit: 3 } });
    expect(await remarksThere()).toEqual(all);
  });

  it('onto a server that cannot say who was erased since: asked for first', async () => {
    const empty = await startQiaomen({
      port: 0,
      app: false,
      demo: false,
      dataDir: path.join(folder, 'asked'),
    });
    const refused = await admin(['restore', file], empty);
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('--erasures') });
    const wrong = await admin(['restore', file, '--erasures', 'package.json'], empty);
    expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining('no receipt') });
    const { body } = (await clientOf(empty).request('GET', '/_all_dbs')) as { body: string[] };
    expect(body).not.toContain('directory');
    await empty.close();
  }, 30_000);

  it('over the server, cut short and run again: as in the morning, with rules, rights and accounts', async () => {
    let isCut = false;
    const cutting = createServer((request, response) => {
      if (isCut) return void response.writeHead(400, {}).end('{"error":"cut","reason":"short"}');
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        // In the middle of a database: its documents are there, the rest of it is not.
        isCut = request.url === `/db/grid-${GRID}/_bulk_docs`;
        const body = parts.length > 0 ? { body: Buffer.concat(parts) } : {};
        const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
        void fetch(`${server.url}${request.url}`, {
          ...{ method: request.method!, headers: { authorization, 'content-type': type } },
          ...body,
        }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
      });
    });
    const cut = await listen((request, response) => cutting.emit('request', request, response));
    const broken = await admin(['restore', file, '--replace'], server, `http://127.0.0.1:${portOf(cut)}/db`);
    await stop(cut);
    expect(broken).toMatchObject({ exitCode: 1, err: expect.stringContaining('400') });
    const client = clientOf(server);
    const halfway = (await client.request('GET', '/_all_dbs')) as { body: string[] };
    const marks = await Promise.all(
      halfway.body.map((name) => client.request('GET', `/${name}/_design/restoring`)),
    );
    expect(marks.filter((answer) => answer.outcome === 'answered' && answer.status === 200)).toHaveLength(1);

    expect(await admin(['restore', file, '--replace'])).toMatchObject({ exitCode: 0, err: '' });
    await expectAsInBackup(client);
    const { body } = (await client.request('GET', `/${EVENTS}/_security`)) as { body: { members: object } };
    expect(body.members).toMatchObject({ roles: expect.arrayContaining([`grid:${GRID}`]) });
    expect(await remarksThere()).toEqual(morning);
    const stranger = server.signIns.find(({ grids, role }) => role === 'worker' && !grids.includes(GRID))!;
    const hers = couchClient({ url: `${server.url}/db`, user: stranger.user, password: stranger.password });
    expect(await hers.request('GET', `/${EVENTS}/_all_docs`)).toMatchObject({ status: 403 });
    const false1 = { docs: [{ _id: 'visit:X', _rev: '1-a', type: 'visit' }], new_edits: false };
    const own = couchClient({ url: `${server.url}/db`, user: 'limin', password: limin().password });
    const rows = await own.request('POST', `/${EVENTS}/_bulk_docs`, false1);
    expect(rows).toMatchObject({ body: [{ error: 'forbidden' }] });
  }, 60_000);

  it('her tablet brings back what came after it: nothing lost, nothing twice', async () => {
    const tablet = await herTablet();
    expect(await remarksThere()).toEqual(all);
    const client = clientOf(server);
    const backup = await leavesOfBackup();
    const now = await leavesThere(client, EVENTS);
    expect([...backup.get(EVENTS)!].filter((leaf) => !now.has(leaf))).toEqual([]);
    expect(tablet.sync.waiting).toBe(0);
  }, 60_000);

  it('onto an empty server after a fire: the same, and who was erased since does not come back', async () => {
    const client = clientOf(server);
    const list = await client.request(
      'GET',
      `/grid-${GRID}/_all_docs?startkey="resident:"&endkey="resident;"`,
    );
    const { rows } = (list as { body: { rows: { id: string }[] } }).body;
    erased = rows[0]!.id;
    const receipt = path.join(folder, 'receipt.json');
    await writeFile(
      receipt,
      JSON.stringify({ type: 'erasure', ids: [erased], at: '2026-11-23', by: 'admin' }),
    );
    const other = await startQiaomen({ port: 0, app: false, demo: false, dataDir: path.join(folder, 'new') });
    const done = await admin(['restore', file, '--erasures', receipt, '--json'], other);
    expect(done).toMatchObject({ exitCode: 0, err: '' });
    expect(JSON.parse(done.out)).toMatchObject({ erased: 1, losses: [] });
    expect(await remarksThere(other)).toEqual(morning);

    await herTablet(other);
    expect(await remarksThere(other)).toEqual(all);
    const gone = await clientOf(other).request('GET', `/grid-${GRID}/${erased}?open_revs=all`);
    expect((gone as { body: { ok: object }[] }).body.map(({ ok }) => ok)).toEqual([
      expect.objectContaining({ _deleted: true, erased: true }),
    ]);
    await Promise.all(opened.map(({ core }) => core.quiesce()));
    await other.close();
  }, 90_000);
});
