// `npm run admin -- keys …` on a real server, and the frame of all commands with it.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';

const PASSPHRASE = '一个够长的口令 of the test';
let folder: string;
let server: RunningQiaomen;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-admin-'));
  const demo = { households: 20, seed: 'admin' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The command in this process; `answers` are what somebody at the terminal types, secrets included. */
async function admin(
  args: string[],
  given: { answers?: string[]; environment?: Record<string, string> } = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const { answers, environment } = given;
  const exitCode = await runAdmin(ADMIN_COMMANDS, args, {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: answers && (() => Promise.resolve(answers.shift())),
    environment: environment ?? { ADMIN_PASSWORD: server.administrator.password, KEY_PASSPHRASE: PASSPHRASE },
    now: () => new Date('2026-11-22T02:00:00.000Z'),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const there = (args: string[]) => [...args, '--url', `${server.url}/db`];
const keyInUse = async () => {
  const client = couchClient({
    url: `${server.url}/db`,
    user: 'admin',
    password: server.administrator.password,
  });
  const answer = await client.request('GET', '/directory/organisation-key:current');
  return (answer as { body: { keyId: string; _rev: string } }).body;
};

describe('the frame', () => {
  it('lists the commands where none is given, and names one it does not know', async () => {
    expect(await admin(['--help'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('keys make') });
    const wrong = await admin(['keys', 'invent']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err).toContain('"keys invent"');
    expect(wrong.err).toContain('keys rotate');
  });

  it('every command explains itself, without a server and without a password', async () => {
    for (const { name } of ADMIN_COMMANDS) {
      const told = await admin([...name.split(' '), '--help'], { environment: {} });
      expect(told).toMatchObject({ exitCode: 0, out: expect.stringContaining('--json') });
    }
  });

  it('says in a sentence what is wrong', async () => {
    const made = ['keys', 'make'];
    expect((await admin([...made, '--colour'])).exitCode).toBe(2);
    expect((await admin([...made, 'too-much'])).err).toContain('"too-much"');
    expect((await admin(['keys', 'check'])).err).toContain('Something is missing');
    expect((await admin([...made, '--url', 'ftp://x'])).err).toContain('--url');
    const nobody = await admin([...made, '--url', 'http://127.0.0.1:9/db']);
    expect(nobody).toMatchObject({ exitCode: 1, err: expect.stringContaining('is the server running?') });
    const stranger = await admin(there(made), { environment: { ADMIN_PASSWORD: 'guessed wrong' } });
    expect(stranger).toMatchObject({ exitCode: 1, err: expect.stringContaining('administrator') });
    expect((await admin(there(made), { environment: {} })).err).toContain('ADMIN_PASSWORD');
  });
});

describe('the organisation key', () => {
  it('is there in a demo, its private half in a file its passphrase opens', async () => {
    const { organisationKey } = server;
    if (typeof organisationKey !== 'object') throw new Error('the demo has no key');
    const { file, passphrase } = organisationKey;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const environment = { ADMIN_PASSWORD: server.administrator.password, KEY_PASSPHRASE: passphrase };
    const checked = await admin(there(['keys', 'check', file, '--json']), { environment });
    expect(JSON.parse(checked.out)).toMatchObject({ inUse: true, keyId: (await keyInUse()).keyId });
  });

  it('is not made twice', async () => {
    const again = await admin(there(['keys', 'make']));
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('keys rotate') });
  });

  it('is replaced by keys rotate, and the file of the old one stays what it was', async () => {
    const before = await keyInUse();
    const file = path.join(folder, 'new-key.json');
    const rotated = await admin(there(['keys', 'rotate', '--out', file, '--json']));
    const { keyId, former } = JSON.parse(rotated.out) as { keyId: string; former: string };
    expect(former).toBe(before.keyId);
    expect((await keyInUse()).keyId).toBe(keyId);
    expect(keyId).not.toBe(former);
    expect(JSON.parse((await admin(there(['keys', 'check', file, '--json']))).out)).toMatchObject({
      inUse: true,
    });
    const over = await admin(there(['keys', 'rotate', '--out', file]));
    expect(over).toMatchObject({ exitCode: 1, err: expect.stringContaining('not written over') });
    expect((await keyInUse()).keyId).toBe(keyId);
  });

  it('asks for a passphrase twice, wants a long one, and writes no key without', async () => {
    const out = path.join(folder, 'refused.json');
    const asked = (answers?: string[]) =>
      admin(there(['keys', 'rotate', '--out', out]), {
        ...(answers && { answers }),
        environment: { ADMIN_PASSWORD: server.administrator.password },
      });
    expect((await asked(['short'])).err).toContain('12');
    expect((await asked(['long enough it is', 'long enough it was'])).err).toContain('not alike');
    expect((await asked()).err).toContain('KEY_PASSPHRASE');
    await expect(stat(out)).rejects.toThrow('ENOENT');
    expect(await asked(['long enough it is', 'long enough it is'])).toMatchObject({ exitCode: 0 });
  });

  it('a wrong passphrase and a file of something else are told apart', async () => {
    const file = path.join(folder, 'new-key.json');
    const environment = { ADMIN_PASSWORD: '', KEY_PASSPHRASE: 'not this one, surely' };
    expect((await admin(['keys', 'check', file], { environment })).err).toContain('passphrase is wrong');
    expect((await admin(['keys', 'check', 'package.json'])).err).toContain('no file of an organisation key');
    expect((await admin(['keys', 'check', 'nowhere.json'])).err).toContain('ENOENT');
    expect(await readFile(file, 'utf8')).not.toContain('privateKey');
  });

  it('is written by editors and administrators alone', async () => {
    const worker = server.signIns.find(({ role }) => role === 'worker')!;
    const client = couchClient({ url: `${server.url}/db`, user: worker.user, password: worker.password });
    const { _rev, ...key } = await keyInUse();
    const answer = await client.request('PUT', '/directory/organisation-key:current', { ...key, _rev });
    expect(answer).toMatchObject({ status: 403 });
  });
});
