import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { couchClient } from './couch-client.ts';
import { DEMO_GRIDS } from './demo/demo-street.ts';
import { StartError } from './start-error.ts';
import { startQiaomen, type RunningQiaomen, type StartOptions } from './start-qiaomen.ts';

const folders: string[] = [];
const running: RunningQiaomen[] = [];
const aFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-start-'));
  folders.push(folder);
  return folder;
};
const SMALL = { households: 60, seed: 'start' };

async function started(options: Omit<StartOptions, 'port' | 'app'>): Promise<RunningQiaomen> {
  const one = await startQiaomen({ port: 0, app: false, demo: SMALL, ...options });
  running.push(one);
  return one;
}

async function faultOf(options: Partial<StartOptions> & { dataDir: string }) {
  const fault = await startQiaomen({ port: 0, app: false, demo: SMALL, ...options }).then(
    (one) => one.close(),
    (thrown: unknown) => thrown,
  );
  expect(fault).toBeInstanceOf(StartError);
  return fault as StartError;
}

const administratorOf = (one: RunningQiaomen) =>
  couchClient({ url: `${one.url}/db`, user: one.administrator.name, password: one.administrator.password });

function personOf(one: RunningQiaomen, user: string) {
  const found = one.signIns.find((signIn) => signIn.user === user)!;
  return couchClient({ url: `${one.url}/db`, user, password: found.password });
}

/** Each database with its `update_seq`: the same before and after where nothing was written. */
async function sequencesOf(one: RunningQiaomen): Promise<Record<string, unknown>> {
  const client = administratorOf(one);
  const names = await client.request('GET', '/_all_dbs');
  const sequences: Record<string, unknown> = {};
  for (const name of (names as { body: string[] }).body) {
    const info = await client.request('GET', `/${name}`);
    sequences[name] = (info as { body: { update_seq: unknown } }).body.update_seq;
  }
  return sequences;
}

async function statusOf(client: ReturnType<typeof couchClient>, ...call: Parameters<typeof client.request>) {
  const answer = await client.request(...call);
  return answer.outcome === 'answered' ? answer.status : answer.reason;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('the first start', () => {
  let dataDir: string;
  let one: RunningQiaomen;
  beforeAll(async () => {
    dataDir = await aFolder();
    one = await startQiaomen({ port: 0, app: false, demo: SMALL, dataDir });
  });
  afterAll(() => one.close());

  it('fills an empty server and names eleven people who can sign in', async () => {
    expect(one.filled).toBe('demo');
    expect(one.signIns.map(({ user }) => user)).toHaveLength(11);
    for (const { user } of one.signIns) {
      expect(await statusOf(personOf(one, user), 'GET', '/directory')).toBe(200);
    }
  });

  it('keeps its secrets to its owner', async () => {
    for (const file of ['admin-password', 'demo.json']) {
      expect((await stat(path.join(dataDir, file))).mode & 0o777).toBe(0o600);
    }
    expect((await readFile(path.join(dataDir, 'admin-password'), 'utf8')).trim()).toBe(
      one.administrator.password,
    );
  });

  it('lets a worker read her own grid and no other', async () => {
    const worker = personOf(one, 'limin');
    const [own, another] = DEMO_GRIDS;
    const year = new Date().getUTCFullYear();
    const allowed = [
      `grid-${own}`,
      `events-${own}-${year}`,
      `care-${own}`,
      'own-limin',
      'community-999999001001',
    ];
    const refused = [
      `grid-${another}`,
      `events-${another}-${year}`,
      `care-${another}`,
      'own-wangfang',
      'audit-999999001001',
    ];
    for (const scope of allowed) expect(await statusOf(worker, 'GET', `/${scope}/_all_docs`)).toBe(200);
    for (const scope of refused) expect(await statusOf(worker, 'GET', `/${scope}/_all_docs`)).toBe(403);
    expect(await statusOf(personOf(one, 'zhangjianhua'), 'GET', `/care-${own}`)).toBe(403);
  });

  it('lets the community see all its grids and the street too', async () => {
    for (const user of ['zhaoxue', 'wuxiulan', 'zhengguodong']) {
      for (const grid of DEMO_GRIDS) {
        expect(await statusOf(personOf(one, user), 'GET', `/grid-${grid}`)).toBe(200);
      }
    }
  });

  it('refuses what the rules refuse, from whoever it comes', async () => {
    const grid = `grid-${DEMO_GRIDS[0]}`;
    const head = {
      schema: 1,
      createdAt: '2026-11-22T01:00:00.000Z',
      createdBy: 'limin',
      updatedAt: '2026-11-22T01:00:00.000Z',
      updatedBy: 'limin',
      device: 'tablet-a',
    };
    const tag = { ...head, type: 'tag', code: 'volunteer', household: 'household:1' };
    const send = async (user: string, id: string, body: object, scope = grid) => {
      const docs = [{ _id: id, _rev: `1-${'a'.repeat(32)}`, ...body }];
      const path = `/${scope}/_bulk_docs`;
      const answer = await personOf(one, user).request('POST', path, { docs, new_edits: false });
      if (answer.outcome !== 'answered' || answer.status !== 201) throw new Error(JSON.stringify(answer));
      return (answer.body as { error: string }[]).map(({ error }) => error);
    };
    expect(await send('limin', 'tag:A1', tag)).toEqual([]);
    expect(await send('limin', 'tag:A2', { ...tag, household: undefined })).toEqual(['forbidden']);
    expect(await send('limin', 'secret:A3', { ...tag, type: 'secret' })).toEqual(['forbidden']);
    expect(await send('zhengguodong', 'tag:A4', tag)).toEqual(['forbidden']);
    expect(await send('wuxiulan', 'tag:A5', tag)).toEqual([]);
    expect(await send('limin', 'unit:1', { ...head, type: 'unit' }, 'directory')).toEqual(['forbidden']);
    expect(await statusOf(personOf(one, 'limin'), 'PUT', `/${grid}/tag:A6`, tag)).toBe(403);
  });

  it('says nothing of a person before she signs in', async () => {
    const nobody = couchClient({ url: `${one.url}/db` });
    expect(await statusOf(nobody, 'GET', '/directory')).toBe(401);
    expect(await statusOf(nobody, 'GET', '/_all_dbs')).toBe(401);
  });
});

describe('a later start', () => {
  it('writes nothing, and knows the same people by the same passwords', async () => {
    const dataDir = await aFolder();
    const first = await started({ dataDir });
    const before = await sequencesOf(first);
    await first.close();
    const second = await started({ dataDir });
    expect(second.filled).toBe('nothing');
    expect(second.signIns).toEqual(first.signIns);
    expect(second.administrator).toEqual(first.administrator);
    expect(await sequencesOf(second)).toEqual(before);
  });

  it('goes on with a demo that was cut short, to the same documents', async () => {
    const whole = await started({ dataDir: await aFolder() });
    const dataDir = await aFolder();
    const cut = await started({ dataDir });
    const record = JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8')) as object;
    for (const scope of [`grid-${DEMO_GRIDS[1]}`, 'own-limin']) {
      await administratorOf(cut).request('DELETE', `/${scope}`);
    }
    await writeFile(path.join(dataDir, 'demo.json'), JSON.stringify({ ...record, loaded: false }));
    await cut.close();
    const resumed = await started({ dataDir });
    expect(resumed.filled).toBe('demo');
    const countOf = async (one: RunningQiaomen) =>
      (await administratorOf(one).request('GET', `/grid-${DEMO_GRIDS[1]}`)) as {
        body: { doc_count: number };
      };
    expect((await countOf(resumed)).body.doc_count).toBe((await countOf(whole)).body.doc_count);
  });

  it('leaves an empty server empty where no demo is wanted', async () => {
    const dataDir = await aFolder();
    const one = await started({ dataDir, demo: false });
    expect(one).toMatchObject({ filled: 'left-empty', signIns: [] });
    expect(Object.keys(await sequencesOf(one))).toEqual(['_users']);
    expect(existsSync(path.join(dataDir, 'demo.json'))).toBe(false);
  });
});

describe('a start with COUCHDB_URL', () => {
  it('makes everything there and passes on to it', async () => {
    const behind = await started({ dataDir: await aFolder(), demo: false, adminPassword: 'behind-it-all' });
    const couchdb = { url: `${behind.url}/db`, user: 'admin', password: 'behind-it-all' };
    const front = await started({ dataDir: await aFolder(), couchdb });
    expect(front.filled).toBe('demo');
    expect(await statusOf(personOf(front, 'limin'), 'GET', `/grid-${DEMO_GRIDS[0]}`)).toBe(200);
    expect(await statusOf(personOf(front, 'limin'), 'GET', `/grid-${DEMO_GRIDS[1]}`)).toBe(403);
    expect(Object.keys(await sequencesOf(behind))).toContain(`grid-${DEMO_GRIDS[0]}`);
  });
});

describe('what can be wrong', () => {
  it('is told in a sentence: the port is in use', async () => {
    const one = await started({ dataDir: await aFolder(), demo: false });
    const port = Number(new URL(one.url).port);
    const fault = await faultOf({ dataDir: await aFolder(), port });
    expect(fault.fault).toEqual({ kind: 'port-in-use', port });
    expect(fault.message).toContain(String(port));
  });

  it('is told in a sentence: the data folder is no folder, or another server has it', async () => {
    const file = path.join(await aFolder(), 'a-file');
    await writeFile(file, '');
    expect((await faultOf({ dataDir: file })).fault).toMatchObject({ kind: 'data-folder', dataDir: file });
    const dataDir = await aFolder();
    await started({ dataDir, demo: false });
    expect((await faultOf({ dataDir })).fault).toEqual({ kind: 'data-in-use', dataDir });
  });

  it('is told in a sentence: CouchDB is not there, is none, or refuses us', async () => {
    const dataDir = await aFolder();
    const nowhere = { url: 'http://127.0.0.1:9', user: 'admin', password: 'x' };
    expect((await faultOf({ dataDir, couchdb: nowhere })).fault).toMatchObject({
      kind: 'couchdb-unreachable',
    });
    const portal = createServer((_, response) => response.end('<html>welcome</html>'));
    await new Promise<void>((done) => portal.listen(0, '127.0.0.1', done));
    const { port } = portal.address() as { port: number };
    const captive = { url: `http://127.0.0.1:${port}`, user: 'admin', password: 'x' };
    expect((await faultOf({ dataDir, couchdb: captive })).fault).toMatchObject({ kind: 'not-couchdb' });
    portal.close();
    const wrongPath = {
      url: (await started({ dataDir: await aFolder(), demo: false })).url,
      user: 'admin',
      password: 'x',
    };
    expect((await faultOf({ dataDir, couchdb: wrongPath })).fault).toMatchObject({ kind: 'not-couchdb' });
    const behind = await started({ dataDir: await aFolder(), demo: false });
    const wrong = { url: `${behind.url}/db`, user: 'admin', password: 'wrong' };
    expect((await faultOf({ dataDir, couchdb: wrong })).fault).toEqual({
      kind: 'couchdb-credentials',
      url: wrong.url,
      user: 'admin',
    });
    const account = {
      _id: 'org.couchdb.user:anna',
      type: 'user',
      name: 'anna',
      roles: ['staff'],
      password: 'anna-anna',
    };
    await administratorOf(behind).request('PUT', '/_users/org.couchdb.user:anna', account);
    const nobody = { url: `${behind.url}/db`, user: 'anna', password: 'anna-anna' };
    expect((await faultOf({ dataDir, couchdb: nobody })).fault).toMatchObject({
      kind: 'couchdb-credentials',
    });
  });
});
