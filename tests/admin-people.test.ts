// `npm run admin -- init`, `people …` and `grids …` on a real server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEventSchema } from '#lib/domain/audit-event.ts';
import { gapsOf } from '#lib/domain/audit-gaps.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient } from '../scripts/couch-client.ts';
import { changeRoles } from '../scripts/people/change-roles.ts';
import { removePerson } from '../scripts/people/end-account.ts';
import { addPerson } from '../scripts/people/add-person.ts';
import type { Office } from '../scripts/people/office.ts';
import { readRoll } from '../scripts/people/roll.ts';
import { couchAdministrator, type CouchAdministrator } from '../scripts/provision/couch-administrator.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';

const STREET = '999999001';
const A = `${STREET}001`;
const [A1, A2] = [`${A}001`, `${A}002`];
const grid = (code: string, name: string) => ({ code, name, kind: 'residential' });
const description = {
  code: STREET,
  name: '安和街道',
  communities: [{ code: A, name: '幸福社区', grids: [grid(A1, '第一网格'), grid(A2, '第二网格')] }],
  staff: [
    { user: 'limin', name: '李敏', role: 'worker', community: A, grids: [A1], care: [A1] },
    { user: 'wangfang', name: '王芳', role: 'worker', community: A, grids: [A2] },
    { user: 'zheng', name: '郑国栋', role: 'supervisor', duties: ['auditor'] },
  ],
};

let folder: string;
let server: RunningQiaomen;
let couch: CouchAdministrator;
let passwords: Record<string, string> = {};

async function admin(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await runAdmin(ADMIN_COMMANDS, [...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password },
    now: () => new Date(),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
const json = async <T>(...args: string[]) => JSON.parse((await admin(...args, '--json')).out) as T;
const account = (user: string) => couch.readDocument('_users', `org.couchdb.user:${user}`);
const card = (user: string) => couch.readDocument('directory', `staff:${user}`);
const rolesOf = async (user: string) => (await account(user))?.roles;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-people-'));
  server = await startQiaomen({ port: 0, app: false, demo: false, dataDir: path.join(folder, 'data') });
  const { name: user, password } = server.administrator;
  couch = couchAdministrator(couchClient({ url: `${server.url}/db`, user, password }));
  const file = path.join(folder, 'street.json');
  await writeFile(file, JSON.stringify(description));
  ({ passwords } = await json<{ passwords: Record<string, string> }>('init', file));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Her session at the server, as headers. */
async function signIn(user: string, password = passwords[user] ?? '') {
  const body = JSON.stringify({ name: user, password });
  const answer = await fetch(`${server.url}/db/_session`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json' },
  });
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}
const statusOf = async (place: string, cookie: string) =>
  (await fetch(`${server.url}/db/${place}`, { headers: { cookie } })).status;

describe('init', () => {
  it('makes a street with passwords of its own making, and writes nothing the second time', async () => {
    expect(Object.keys(passwords)).toEqual(['limin', 'wangfang', 'zheng']);
    expect((await signIn('limin')).status).toBe(200);
    const again = await admin('init', path.join(folder, 'street.json'));
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('nothing was written') });
    expect(again.out).toContain('keys make');
  });

  it('names what is wrong in the file, and takes no password that is tried first', async () => {
    const file = path.join(folder, 'wrong.json');
    const withPassword = (password: string) =>
      writeFile(file, JSON.stringify({ ...description, staff: [{ ...description.staff[0], password }] }));
    await writeFile(file, JSON.stringify({ ...description, code: '12' }));
    expect((await admin('init', file)).err).toContain('code');
    await withPassword('short');
    expect((await admin('init', file)).err).toContain('fewer than');
    await withPassword('password123');
    expect((await admin('init', file)).err).toContain('commonest');
  });
});

describe('people', () => {
  it('are added with card, account and a database of their own, and never twice', async () => {
    const add = ['people', 'add', 'chenjing', '--name', '陈静', '--post', 'clerk', '--community', A];
    const { password } = await json<{ password: string }>(...add);
    expect((await signIn('chenjing', password)).status).toBe(200);
    expect(await rolesOf('chenjing')).toEqual([`community:${A}`, 'staff']);
    expect(await card('chenjing')).toMatchObject({ name: '陈静', role: 'clerk', community: A, grids: [] });
    expect(await couch.listDatabases()).toContain('own-chenjing');
    expect(await admin(...add)).toMatchObject({ exitCode: 1, err: expect.stringContaining('was taken') });
    const listed = await admin('people', 'list');
    expect(listed.out).toMatch(/幸福社区 999999001001\n {2}chenjing {2}陈静/);
  });

  it('get and lose roles, for good or until a day, card and account alike', async () => {
    await admin('people', 'role', 'wangfang', '--give', `grid:${A1}`, '--until', '2099-12-05');
    expect(await account('wangfang')).toMatchObject({
      roles: expect.arrayContaining([`grid:${A1}`, `grid:${A2}`]),
      role_ends: { [`grid:${A1}`]: '2099-12-05T16:00:00.000Z' },
    });
    expect(await card('wangfang')).toMatchObject({ grids: [A2], until: { [`grid:${A1}`]: '2099-12-05' } });
    const same = await admin('people', 'role', 'wangfang', '--give', `grid:${A2}`, '--until', '2099-12-05');
    expect(same.out).toContain('nothing was written');
    await admin('people', 'role', 'wangfang', '--take', `grid:${A1}`);
    expect(await account('wangfang')).toMatchObject({ role_ends: {} });
    expect(await card('wangfang')).not.toHaveProperty('until');
    await admin('people', 'role', 'wangfang', '--post', 'head');
    expect(await rolesOf('wangfang')).toEqual([`community:${A}`, `head:${A}`, 'staff']);
    await admin('people', 'role', 'wangfang', '--post', 'worker', '--give', `grid:${A2}`);
    expect(await rolesOf('wangfang')).toEqual([`grid:${A2}`, 'staff', `worker:${A}`]);
    const wrong = await admin('people', 'role', 'wangfang', '--give', '_admin');
    expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining('is no role') });
    expect(
      (await admin('people', 'role', 'wangfang', '--post', 'clerk', '--until', '2001-01-01')).err,
    ).toContain('not a day from today on');
  });

  it('stand in for each other until a day, restricted records only where that is said', async () => {
    await admin('people', 'cover', 'wangfang', '--for', 'limin', '--until', '2099-01-01');
    expect(await rolesOf('wangfang')).toEqual([`grid:${A1}`, `grid:${A2}`, 'staff', `worker:${A}`]);
    await admin('people', 'cover', 'wangfang', '--for', 'limin', '--until', '2099-01-01', '--care');
    const covered = await account('wangfang');
    expect(covered?.roles).toContain(`care:${A1}`);
    expect(covered?.role_ends).toEqual({
      [`care:${A1}`]: '2099-01-01T16:00:00.000Z',
      [`grid:${A1}`]: '2099-01-01T16:00:00.000Z',
    });
    expect(JSON.stringify(await card('wangfang'))).not.toContain('care:');
    expect(await rolesOf('limin')).toContain(`grid:${A1}`);
  });

  it('get a new password that is shown once and ends their sessions', async () => {
    const { cookie } = await signIn('limin');
    expect(await statusOf(`grid-${A1}`, cookie)).toBe(200);
    const told = await admin('people', 'reset', 'limin');
    expect(told.out).toContain('Unsent work is not lost');
    const password = /password: (\S+)/.exec(told.out)?.[1] ?? '';
    expect(await statusOf(`grid-${A1}`, cookie)).toBe(401);
    expect((await signIn('limin')).status).toBe(401);
    expect((await signIn('limin', password)).status).toBe(200);
    passwords.limin = password;
  });

  it('leave: nothing by a dry run, then account and sessions at once; what they wrote stays', async () => {
    const { cookie } = await signIn('limin');
    const dry = await admin('people', 'remove', 'limin', '--dry-run');
    expect(dry.out).toContain('Nothing was done');
    expect(await statusOf(`grid-${A1}`, cookie)).toBe(200);
    await admin('people', 'remove', 'limin');
    expect(await statusOf(`grid-${A1}`, cookie)).toBe(401);
    expect(await account('limin')).toBeUndefined();
    const today = beijingDate(new Date().toISOString());
    expect(await card('limin')).toMatchObject({ name: '李敏', left: today, grids: [] });
    expect(await couch.listDatabases()).toContain('own-limin');
    expect((await admin('people', 'remove', 'limin')).out).toContain(`left on ${today}`);
    const again = ['people', 'add', 'limin', '--name', '李敏', '--post', 'worker', '--community', A];
    expect((await admin(...again)).err).toContain('was taken');
    expect((await admin('init', path.join(folder, 'street.json'))).out).toContain('nothing was written');
  });
});

describe('grids', () => {
  it('are added with their databases, given to a worker, and listed with whose they are', async () => {
    const A3 = `${A}003`;
    const add = ['grids', 'add', A3, '--name', '第三网格'];
    expect((await admin(...add)).out).toContain('5 databases made');
    expect((await admin(...add)).out).toContain('was there already');
    await admin('grids', 'assign', A3, 'wangfang');
    expect(await rolesOf('wangfang')).toContain(`grid:${A3}`);
    expect((await admin('grids', 'list')).out).toContain(`${A3}  第三网格  王芳(wangfang)`);
    expect((await admin('grids', 'assign', A3, 'chenjing')).err).toContain('is no worker');
    const zhao = ['people', 'add', 'zhao', '--name', '赵', '--post', 'worker', '--community', A];
    await admin(...zhao);
    await admin('grids', 'assign', A3, 'zhao', '--instead-of', 'wangfang');
    expect(await rolesOf('wangfang')).not.toContain(`grid:${A3}`);
    expect(await rolesOf('zhao')).toContain(`grid:${A3}`);
  });
});

describe('what is administered', () => {
  it('stands in the audit of the community without a gap, two at once too', async () => {
    const twice = ['zhao', 'wangfang'].map((user) => admin('people', 'role', user, '--give', `care:${A2}`));
    expect((await Promise.all(twice)).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const documents = (await couch.listDocuments(`audit-${A}`)).filter(({ type }) => type === 'audit');
    const events = documents.map((document) => auditEventSchema.parse(document));
    expect(gapsOf(events)).toEqual([]);
    expect(new Set(events.map(({ device }) => device))).toEqual(new Set([`administration-${A}`]));
    const told = events.map(({ did, whom, grid }) => [did, whom ?? grid].join(' '));
    for (const one of [
      'personAdded chenjing',
      'covered wangfang',
      'passwordReset limin',
      'personRemoved limin',
    ])
      expect(told).toContain(one);
    expect(JSON.stringify(documents)).not.toContain('李敏');
  });
});

describe('a change that is cut short', () => {
  const author = () => ({ person: 'admin', device: 'admin', now: new Date().toISOString() });
  const fresh = (at: CouchAdministrator): Office => ({ couch: at, author: author() });

  /** Writes are cut off after so many. */
  function cutAfter(writes: number): CouchAdministrator {
    let left = writes;
    const counted =
      <T extends unknown[], R>(write: (...given: T) => Promise<R>) =>
      (...given: T): Promise<R> =>
        left-- > 0 ? write(...given) : Promise.reject(new Error('cut'));
    const { putDocument, putDocuments, putNew, createDatabase } = couch;
    return {
      ...couch,
      putDocument: counted(putDocument),
      putDocuments: counted(putDocuments),
      putNew: counted(putNew),
      createDatabase: counted(createDatabase),
    };
  }

  it('gives nobody more than was meant, and the same again completes it', async () => {
    const wanted = { user: 'zhao', post: 'clerk' as const, give: [], take: [] };
    const before = (await rolesOf('zhao')) as string[];
    const after = [`community:${A}`, `care:${A2}`, 'staff'];
    for (let writes = 0; ; writes++) {
      const at = cutAfter(writes);
      const done = await changeRoles(fresh(at), await readRoll(at, author().now), wanted).catch(() => 'cut');
      const roles = (await rolesOf('zhao')) as string[];
      const isClerk = roles.includes(`community:${A}`);
      expect(roles.filter((role) => !(isClerk ? after : before).includes(role))).toEqual([]);
      if (done !== 'cut') break;
      expect(writes).toBeLessThan(9);
    }
    expect(await rolesOf('zhao')).toEqual([...after].sort());
    expect(await card('zhao')).toMatchObject({ role: 'clerk', grids: [] });
  });

  it('a person half added has no account, one half removed has none either', async () => {
    const qian = { user: 'qian', name: '钱', post: 'worker' as const, community: A, grids: [A1], care: [] };
    for (let writes = 0; ; writes++) {
      const at = cutAfter(writes);
      const done = await addPerson(fresh(at), await readRoll(at, author().now), qian).catch(() => 'cut');
      if (done !== 'cut') break;
      expect(await account('qian')).toBeUndefined();
      expect(writes).toBeLessThan(9);
    }
    expect(await rolesOf('qian')).toEqual([`grid:${A1}`, 'staff', `worker:${A}`]);
    for (let writes = 2; ; writes++) {
      const at = cutAfter(writes);
      const gone = { user: 'qian', dryRun: false };
      const done = await removePerson(fresh(at), await readRoll(at, author().now), gone).catch(() => 'cut');
      expect(await account('qian')).toBeUndefined();
      if (done !== 'cut') break;
    }
    expect(await card('qian')).toHaveProperty('left');
  });
});
