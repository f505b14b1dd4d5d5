// `npm run admin -- backup` and `backup check` on a real server: what is in the file is what the server has.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { openBackup } from '../scripts/admin/backup/read-backup.ts';
import type { BackedUpLeaf, Tally } from '../scripts/admin/backup/backup-records.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';

const GRID = '999999001001001';
const PASSPHRASE = 'a passphrase of the test';
let folder: string;
let server: RunningQiaomen;
let couch: CouchClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-backup-'));
  const demo = { households: 20, seed: 'backup' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
  const { name: user, password } = server.administrator;
  couch = couchClient({ url: `${server.url}/db`, user, password });
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function admin(args: string[], more: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, [...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password, BACKUP_PASSPHRASE: PASSPHRASE, ...more },
    now: () => new Date('2026-11-23T02:00:00.000Z'),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
const fileOf = (name: string) => path.join(folder, name);

async function ask(method: 'GET' | 'PUT' | 'POST', place: string, body?: unknown) {
  const answer = await couch.request(method, place, body);
  if (answer.outcome !== 'answered' || answer.status >= 300) throw new Error(JSON.stringify(answer));
  return answer.body as Record<string, unknown>;
}

/** Every leaf in the file, by database. */
async function leavesIn(file: string): Promise<Map<string, BackedUpLeaf[]>> {
  const { records } = await openBackup(file, {
    passphrase: () => Promise.resolve(PASSPHRASE),
    privateKey: () => Promise.resolve(undefined),
  });
  const found = new Map<string, BackedUpLeaf[]>();
  let into: BackedUpLeaf[] = [];
  for await (const record of records()) {
    if (record.record === 'database') found.set(record.name, (into = []));
    if (record.record === 'leaf') into.push(record.doc);
  }
  return found;
}

describe('a backup', () => {
  const PHOTO = Buffer.from('not a picture, but bytes').toString('base64');
  let file: string;

  beforeAll(async () => {
    const head = {
      ...{ schema: 1, createdBy: 'limin', updatedBy: 'limin', device: 'test' },
      ...{ createdAt: '2026-11-22T01:00:00.000Z', updatedAt: '2026-11-22T01:00:00.000Z' },
    };
    const task = { ...head, type: 'task', household: 'household:X', form: 'f1', dueTo: '2026-12-01' };
    const path = (n: number, id: string) => ({ start: n, ids: [id, 'a'] });
    const docs = [
      { ...task, _id: 'task:CLASH', _rev: '2-b', _revisions: path(2, 'b'), note: 'one' },
      { ...task, _id: 'task:CLASH', _rev: '2-c', _revisions: path(2, 'c'), note: 'other' },
      { _id: 'task:GONE', _rev: '2-d', _revisions: path(2, 'd'), _deleted: true, type: 'task' },
    ];
    // As an administrator's rules are: the design document aside, so that the test says what it likes.
    await ask('PUT', '/contract-leaves');
    await ask('POST', '/contract-leaves/_bulk_docs', { docs, new_edits: false });
    const _attachments = { 'photo.jpg': { content_type: 'image/jpeg', data: PHOTO } };
    const photo = { ...head, type: 'photo', event: 'visit:X', takenAt: head.createdAt, width: 4, height: 3 };
    await ask('PUT', `/photos-${GRID}/photo:ONE`, { ...photo, _attachments });
    file = fileOf('first.backup');
  });

  it('holds every database with losing and deleted leaves, paths, photos, accounts and rules', async () => {
    const made = await admin(['backup', file, '--passphrase', '--json']);
    expect(made.err).toBe('');
    const { databases } = JSON.parse(made.out) as { databases: Tally[] };
    const all = (await couch.request('GET', '/_all_dbs')) as { body: string[] };
    expect(databases.map(({ name }) => name).sort()).toEqual([...all.body].sort());
    const leaves = await leavesIn(file);
    const clash = leaves
      .get('contract-leaves')!
      .map(({ _id, _rev, _revisions }) => ({ _id, _rev, _revisions }));
    expect(clash).toHaveLength(3);
    expect(clash).toContainEqual({
      _id: 'task:CLASH',
      _rev: '2-b',
      _revisions: { start: 2, ids: ['b', 'a'] },
    });
    expect(leaves.get('contract-leaves')).toContainEqual(
      expect.objectContaining({ _id: 'task:GONE', _deleted: true }),
    );
    const photo = leaves.get(`photos-${GRID}`)!.find(({ _id }) => _id === 'photo:ONE')!;
    expect(photo._attachments!['photo.jpg']).toMatchObject({ data: PHOTO, content_type: 'image/jpeg' });
    const limin = leaves.get('_users')!.find(({ _id }) => _id === 'org.couchdb.user:limin')!;
    expect(limin).toMatchObject({ derived_key: expect.any(String), salt: expect.any(String) });
    expect(leaves.get(`grid-${GRID}`)!.map(({ _id }) => _id)).toContain('_design/write-rules');
    // Every document of the server, at its revision.
    for (const name of all.body) {
      const { rows } = (await ask('GET', `/${name}/_all_docs`)) as {
        rows: { id: string; value: { rev: string } }[];
      };
      const held = new Set(leaves.get(name)!.map(({ _id, _rev }) => `${_id} ${_rev}`));
      expect(rows.filter(({ id, value }) => !held.has(`${id} ${value.rev}`))).toEqual([]);
    }
  });

  it('is sealed: no name, no number, no database stands in it', async () => {
    const bytes = await readFile(file);
    for (const word of ['李敏', 'limin', 'photo:ONE', GRID, 'task:CLASH'])
      expect(bytes.includes(word)).toBe(false);
  });

  it('is checked without a server: whole, or told what is wrong', async () => {
    const good = await admin(['backup', 'check', file, '--url', 'http://127.0.0.1:9/db']);
    expect(good).toMatchObject({ exitCode: 0, out: expect.stringContaining('✓') });
    const wrong = await admin(['backup', 'check', file], { BACKUP_PASSPHRASE: 'no, not that one' });
    expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining('does not open') });
    expect((await admin(['backup', 'check', 'package.json'])).err).toContain('no backup');
    expect((await admin(['backup', 'check', 'nowhere'])).err).toContain('ENOENT');
  });

  it('goes to the organisation key where nothing else is said, and opens with its file', async () => {
    const other = fileOf('organisation.backup');
    expect(await admin(['backup', other])).toMatchObject({ exitCode: 0 });
    if (typeof server.organisationKey !== 'object') throw new Error('the demo has no key');
    const { file: keyFile, passphrase } = server.organisationKey;
    const opened = await admin(['backup', 'check', other, '--key', keyFile], { KEY_PASSPHRASE: passphrase });
    expect(opened).toMatchObject({ exitCode: 0, out: expect.stringContaining('✓') });
    expect((await admin(['backup', 'check', other])).err).toContain('--key');
  });

  it('is written in the clear only where that is said, and then says so', async () => {
    const other = fileOf('plain.backup');
    expect((await admin(['backup', other, '--plain'])).out).toContain('NOT SEALED');
    expect((await admin(['backup', 'check', other])).out).toContain('NOT SEALED');
    const restored = await admin(['restore', other, '--dry-run']);
    expect(restored).toMatchObject({ exitCode: 1, err: expect.stringContaining('--plain') });
    const both = await admin(['backup', fileOf('both'), '--plain', '--passphrase']);
    expect(both).toMatchObject({ exitCode: 2, err: expect.stringContaining('not both') });
  });

  it('takes no other file’s place, and leaves none where the server fails in the middle', async () => {
    expect((await admin(['backup', file, '--passphrase'])).err).toContain('not written over');
    const nobody = await admin(['backup', fileOf('none'), '--passphrase', '--user', 'limin']);
    expect(nobody.exitCode).toBe(1);
    await expect(readFile(fileOf('none.part'))).rejects.toThrow('ENOENT');
  });
});
