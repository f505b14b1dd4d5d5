// A resident is erased: afterwards her name is in no database in any revision that can be read, in no attachment, in no byte of
// the data folder, in no record of either tablet; and nothing brings her back. A real server, real tablets, the real command.
import 'fake-indexeddb/auto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenToSeals, openRecords } from '#tests/fixtures/opened-records.ts';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';
import { searchProfile } from './profile-search/search-profile.ts';

listenToSeals();

const GRID = '999999001001001';
const COMMUNITY = GRID.slice(0, 12);
const YEAR = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const ROSTER = `grid-${GRID}`;
const EVENTS = `events-${GRID}-${YEAR}`;
const DESK = `desk-${COMMUNITY}-${YEAR}`;
const NAME = '欧阳桂兰芳';
const ID_NUMBER = '999999195001010025';
const PHONE = '13800009917';
const NEW_PHONE = '13911110017';
const WORDS = [NAME, ID_NUMBER, PHONE, NEW_PHONE];
const HER = 'resident:01KAMB6W3Z8J0Q3H5V9D2N7TXC';

let folder: string;
let server: RunningQiaomen;
let client: CouchClient;
let file: string;
let household: string;
const tablets: WorkerTablet[] = [];

const now = () => new Date().toISOString();
const head = (type: string, n: string) => ({
  ...{ _id: `${type}:01KAMB6W3Z8J0Q3H5V9D2N7T${n}`, type, schema: 1, device: 'test' },
  ...{ createdAt: now(), createdBy: 'limin', updatedAt: now(), updatedBy: 'limin' },
});
const resident = (more: object = {}) => ({
  ...{ ...head('resident', 'XC'), _id: HER, name: NAME, birth: '1950-01-01', idNumber: ID_NUMBER },
  ...{ phones: [PHONE], ...more },
});
const visit = (n: string, more: object) => ({
  ...{ ...head('visit', n), form: 'f1', formVersion: '1', household, room: 'room:X', result: 'met' },
  ...{ occurredAt: now(), occurredOn: '2026-11-20', startedAt: now(), endedAt: now(), changes: [] },
  ...{ answers: {}, ...more },
});

async function put(database: string, ...docs: object[]): Promise<{ id: string; rev: string }[]> {
  const answer = await client.request('POST', `/${database}/_bulk_docs`, { docs });
  const rows = (answer as { body: { id: string; rev: string; error?: string }[] }).body;
  expect(rows.filter(({ error }) => error !== undefined)).toEqual([]);
  return rows;
}

async function admin(args: string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, [...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password, ...environment },
    now: () => new Date(),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function databases(): Promise<string[]> {
  return ((await client.request('GET', '/_all_dbs')) as { body: string[] }).body;
}

async function get<T>(place: string): Promise<T> {
  return ((await client.request('GET', place)) as { body: T }).body;
}

/** Every revision of every document that can still be read, attachments too. */
async function allThatCanBeRead(): Promise<string> {
  const texts: string[] = [];
  for (const database of await databases()) {
    const at = `/${database}`;
    const feed = await get<{ results: { id: string; changes: object[]; doc: Leaf }[] }>(
      `${at}/_changes?style=all_docs&include_docs=true&attachments=true`,
    );
    for (const { id, changes, doc } of feed.results) {
      texts.push(JSON.stringify(doc));
      for (const { data } of Object.values(doc._attachments ?? {}))
        texts.push(Buffer.from(data, 'base64').toString());
      if (changes.length === 1 && doc._rev.startsWith('1-')) continue;
      const one = `${at}/${encodeURIComponent(id)}`;
      const leaves = await get<{ ok: Leaf }[]>(`${one}?open_revs=all&revs=true&attachments=true`);
      texts.push(JSON.stringify(leaves));
      const earlier = leaves.flatMap(
        ({
          ok: {
            _revisions: { start, ids },
          },
        }) => ids.slice(1).map((digest, n) => `${start - 1 - n}-${digest}`),
      );
      for (const rev of earlier) texts.push(JSON.stringify(await client.request('GET', `${one}?rev=${rev}`)));
    }
  }
  return texts.join('\n');
}
interface Leaf extends DocumentBody {
  _rev: string;
  _revisions: { start: number; ids: string[] };
  _attachments?: Record<string, { data: string }>;
}

/** Where one of her words stands, with what is around it. */
const saidIn = (text: string): string[] =>
  WORDS.flatMap((word) =>
    [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) =>
      text.slice(Math.max(0, index - 150), index + 40),
    ),
  );

async function aTablet(user: string): Promise<WorkerTablet> {
  const tablet = new WorkerTablet(server);
  tablets.push(tablet);
  const before = new Set((await indexedDB.databases()).map(({ name }) => name));
  await tablet.signsIn(server.signIns.find((one) => one.user === user)!);
  await tablet.until('idle', () => tablet.sync.activity === 'idle' && tablet.sync.completedAt !== undefined);
  expect((await indexedDB.databases()).some(({ name }) => !before.has(name))).toBe(true);
  return tablet;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-erasure-'));
  const demo = { households: 12, seed: 'erasure' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
  const { name: user, password } = server.administrator;
  client = couchClient({ url: `${server.url}/db`, user, password });
  const answer = await client.request('GET', `/${ROSTER}/_all_docs?include_docs=true`);
  const { rows } = (answer as { body: { rows: { doc: Record<string, unknown> }[] } }).body;
  const own = rows.map(({ doc }) => doc).find(({ type }) => type === 'household')!;
  household = String(own._id);
  const about = { household, resident: HER };
  const [first] = await put(ROSTER, resident());
  await put(
    ROSTER,
    { ...head('membership', 'M1'), ...about, relation: '51' },
    { ...head('tag', 'T1'), ...about, code: 'elderlyAlone', source: `${NAME}自己说` },
    { ...head('task', 'K1'), ...about, form: 'f2', reason: 'planned', dueAt: now(), status: 'open' },
    { ...own, head: HER, notes: [`${NAME}耳背`, '有狗'] },
    // What it said before is in its revisions, too.
    resident({ _rev: first!.rev, employer: `${NAME}的店` }),
  );
  // A losing leaf.
  const other = resident({ work: '80' });
  const leaf = { ...other, _rev: nextRevision(undefined, other as DocumentBody) };
  await client.request('POST', `/${ROSTER}/_bulk_docs`, { docs: [leaf], new_edits: false });
  const photo = head('photo', 'P1');
  const data = Buffer.from(`照片 ${NAME}`).toString('base64');
  await put(
    EVENTS,
    visit('V1', { form: 'f2', resident: HER, photos: [{ photo: photo._id, digest: 'md5-x' }] }),
    visit('V2', {
      answers: { respondent: HER, remark: `${NAME}（${PHONE}）说楼上漏水` },
      changes: [{ document: HER, field: 'phones', after: [PHONE] }],
    }),
  );
  await put(`photos-${GRID}`, {
    ...{ ...photo, event: visit('V1', {})._id, takenAt: now(), width: 10, height: 10 },
    _attachments: { 'photo.jpg': { content_type: 'image/jpeg', data } },
  });
  await put(`care-${GRID}`, { ...head('tag', 'C1'), ...about, code: 'communityCorrection', source: NAME });
  const request = head('request', 'R1');
  await put(
    DESK,
    {
      ...{ ...request, number: 'n', community: COMMUNITY, applicant: { name: NAME, resident: HER } },
      ...{ matter: 'm', matterName: 'm', workingDays: 1, firstAsked: 'limin', receivedAt: now() },
      status: 'open',
    },
    { ...head('request-step', 'S1'), request: request._id, kind: 'accepted', order: 1, text: `${NAME}来办` },
  );
  await put(`audit-${COMMUNITY}`, {
    ...{
      ...head('audit', 'A1'),
      number: 1,
      what: 'revealed',
      on: '2026-11-20',
      about: HER,
      field: 'idNumber',
    },
  });
}, 60_000);
afterAll(async () => {
  await Promise.all(tablets.map(({ core }) => core.quiesce()));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a resident who asks for what is held of her', () => {
  it('is told all of it, from whom, and who looked; nothing of her stands in an argument', async () => {
    const shown = await admin(['person', 'show', '--json'], { PERSON: ID_NUMBER });
    const told = JSON.parse(shown.out) as {
      held: { database: string; id: string }[];
      among: { database: string }[];
      looked: object[];
    };
    const places = new Set(told.held.map(({ database }) => database));
    expect([...places].sort()).toEqual([`care-${GRID}`, DESK, EVENTS, ROSTER, `photos-${GRID}`].sort());
    expect(told.among.map(({ database }) => database)).toEqual([EVENTS, ROSTER]);
    expect(told.looked).toMatchObject([
      { who: 'limin', what: 'revealed', field: 'idNumber' },
      { what: 'personShown' },
    ]);
    expect(shown.out).toContain(`${NAME}的店`);
    const table = await admin(['person', 'show'], { PERSON: `${NAME} 1950-01-01` });
    expect(table.out).toContain(`phones: ["${PHONE}"]  limin`);
    expect((await admin(['person', 'show', NAME])).exitCode).toBe(2);
    expect((await admin(['person', 'show'], { PERSON: '张无 1900-01-01' })).err).toContain('Nobody');
  });
});

describe('a resident who is erased', () => {
  let online: WorkerTablet;
  let offline: WorkerTablet;
  const names: string[] = [];

  it('is first looked at, and nothing is changed', async () => {
    const before = (await client.request('GET', `/${ROSTER}`)) as { body: { update_seq: unknown } };
    const looked = await admin(['person', 'erase', HER, '--reason', '本人申请', '--dry-run']);
    expect(looked.exitCode).toBe(0);
    expect(looked.out).toContain(`care-${GRID}  tag  本人 about 1`);
    for (const word of WORDS) expect(looked.out).not.toContain(word);
    const after = (await client.request('GET', `/${ROSTER}`)) as typeof before;
    expect(after.body.update_seq).toEqual(before.body.update_seq);
    expect((await admin(['person', 'erase', HER])).exitCode).toBe(2);
  });

  it('is on two tablets, one of which has unsent work about her and no network', async () => {
    online = await aTablet('limin');
    offline = await aTablet(
      server.signIns.filter(({ role }) => role === 'head' || role === 'supervisor')[0]?.user ?? 'limin',
    );
    names.push(...(await indexedDB.databases()).map(({ name = '' }) => name));
    offline.line = () => Promise.reject(new TypeError('no network'));
    const saved = await offline.core.saveVisit({
      ...{ form: 'f1', formVersion: '1', household, startedAt: now() },
      answers: {
        ...{ result: 'met', mode: 'door', by: 'self', respondent: HER, phoneOk: false, phone: NEW_PHONE },
        remark: `${NAME}换了号码`,
      },
    });
    expect(saved.outcome).toBe('saved');
    expect(offline.sync.waiting).toBe(1);
    const { text, unopened } = await openRecords(indexedDB);
    for (const word of WORDS) expect(text).toContain(word);
    expect(unopened).toBe(0);
  });

  it('is in no database, no attachment, no byte of the data folder afterwards', async () => {
    expect(saidIn(await allThatCanBeRead()).length).toBeGreaterThan(10);
    expect(searchProfile(path.join(folder, 'data'), WORDS).hits.length).toBeGreaterThan(0);
    file = path.join(folder, 'receipt.json');
    const erased = await admin(['person', 'erase', HER, '--reason', `${NAME}本人申请`, '--receipt', file]);
    expect(erased).toMatchObject({ exitCode: 0, err: '' });
    const read = await allThatCanBeRead();
    expect(saidIn(read)).toEqual([]);
    const searched = searchProfile(path.join(folder, 'data'), WORDS);
    expect(searched.unread).toEqual([]);
    expect(searched.hits).toEqual([]);
    expect(read).toContain('〔已删除〕（〔已删除〕）说楼上漏水');
    expect(read).toContain('〔已删除〕耳背');
  });

  it('leaves a receipt that names nobody', async () => {
    const text = await readFile(file, 'utf8');
    for (const word of WORDS) expect(text).not.toContain(word);
    const receipt = JSON.parse(text) as { _id: string; ids: string[]; why: string; notReached: object };
    expect(receipt).toMatchObject({ type: 'erasure', by: 'admin', why: '〔已删除〕本人申请' });
    expect(receipt.ids).toContain(HER);
    expect(receipt.notReached).toMatchObject({ left: 0, stillCompacting: [], doubtful: [] });
    const stored = (await client.request('GET', `/directory/${receipt._id}`)) as { body: object };
    expect(stored.body).toMatchObject({ type: 'erasure', ids: receipt.ids, by: 'admin' });
  });

  it('is in no record of either tablet after its next contact', async () => {
    await online.core.uploadNow();
    offline.line = undefined;
    await offline.core.uploadNow();
    for (const tablet of tablets)
      await tablet.until('through', () => tablet.sync.activity === 'idle' && tablet.sync.waiting === 0);
    expect(await offline.core.erased()).toBe(1);
    await offline.core.erasedSeen(1);
    expect(await offline.core.erased()).toBe(0);
    await Promise.all(tablets.map(({ core }) => core.quiesce()));
    const { text, records, unopened } = await openRecords(indexedDB, names);
    expect(records).toBeGreaterThan(50);
    expect(unopened).toBe(0);
    expect(saidIn(text)).toEqual([]);
    const read = await allThatCanBeRead();
    expect(saidIn(read)).toEqual([]);
    // What she did at that door beside it went up.
    expect(read).toContain('〔已删除〕换了号码');
  });
});
