// Work that its author cannot send any more, out of the tablet and back to where it belongs: real storage (fake-indexeddb), a
// real server, the administrator's command, and a stock PouchDB that reads what came of it.
import 'fake-indexeddb/auto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { damageRecord } from '#tests/fixtures/damaged-record.ts';
import { newKey } from '#tests/fixtures/memory-store.ts';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import { headOf } from '#lib/domain/document-head.ts';
import { ORGANISATION_KEY } from '#lib/domain/organisation-key.ts';
import { attachmentDigest, base64Of } from '#lib/protocol/attachment.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { RESCUE_FILE, type RescueFile } from '#lib/protocol/rescue-file.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { webEnvelopes } from '#lib/storage/envelope-sealer.ts';
import { openStore, type DeviceStore } from '#lib/storage/open-store.ts';
import { aesGcmCipher } from '#lib/storage/sealing.ts';
import { ADMIN_COMMANDS } from '../scripts/admin/admin-commands.ts';
import { newOrganisationKeys, writePrivateKey } from '../scripts/admin/private-key-file.ts';
import { runAdmin } from '../scripts/admin/run-admin.ts';
import { couchClient } from '../scripts/couch-client.ts';
import { systemChance } from '../scripts/system-chance.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';
import { visitsOnServer } from './journeys/visits-on-server.ts';
import { stockPouch } from './journeys/stock-pouch.ts';

const GRID = '999999001001001';
const YEAR = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const EVENTS = `events-${GRID}-${YEAR}`;

let folder: string;
let server: RunningQiaomen;
let key: { file: string; passphrase: string };
const opened: WorkerTablet[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-rescue-'));
  const demo = { households: 120, seed: 'rescue' };
  server = await startQiaomen({ port: 0, app: false, demo, dataDir: path.join(folder, 'data') });
  if (typeof server.organisationKey !== 'object') throw new Error('the demo has no key');
  key = server.organisationKey;
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map(({ core }) => core.quiesce()));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const signInOf = (user: string) => server.signIns.find((one) => one.user === user)!;

/** Somebody at the one tablet there is. */
function atTheTablet(): WorkerTablet {
  const tablet = new WorkerTablet(server);
  opened.push(tablet);
  return tablet;
}

interface Rescue {
  found: number;
  opened: number;
  damaged: number;
  unsendable: number;
  otherKeys: Record<string, number>;
  byPlace: Record<string, number>;
  doubted: { scope: string; id: string; author: string; why: string }[];
  present: number;
  confirmed: number;
  refused: Record<string, number>;
}

async function rescue(args: string[], passphrase = key.passphrase) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, ['rescue', 'open', ...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password, KEY_PASSPHRASE: passphrase },
    now: () => new Date(),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
const rescued = async (args: string[]) => JSON.parse((await rescue([...args, '--json'])).out) as Rescue;

describe('a forgotten password, and ten visits that never went up', () => {
  const file = () => path.join(folder, 'rescue.json');
  let visits: string[];

  beforeAll(async () => {
    const hers = atTheTablet();
    await hers.signsIn(signInOf('limin'));
    await hers.until('idle', () => hers.sync.activity === 'idle' && hers.sync.completedAt !== undefined);
    hers.line = () => Promise.reject(new TypeError('no network'));
    const households: string[] = [];
    for (let n = 0; n < 10; n++) households.push(await hers.findsNobody({ remark: `第${n}家的水管` }));
    expect(hers.sync.waiting).toBe(10);
    visits = households;
    await hers.core.quiesce();
  }, 60_000);

  it('anybody at the tablet sees whose they are, with nobody signed in', async () => {
    const { core } = atTheTablet();
    await core.start(() => undefined);
    expect(await core.listLeft()).toMatchObject([
      { user: 'limin', name: '李敏', waiting: 10, handedIn: 0, unsealed: 0, unreadable: 0 },
    ]);
  });

  it('and puts them into a file in which nothing can be read', async () => {
    const { core } = atTheTablet();
    await core.start(() => undefined);
    const { text, records } = await core.exportLeft();
    expect(records).toBe(10);
    await writeFile(file(), text);
    for (const word of ['水管', '李敏', 'limin', 'nobody']) expect(text).not.toContain(word);
  });

  it('which the administrator opens: first looked at, then sent, then all ten are read by a stock PouchDB', async () => {
    const looked = await rescue([file(), '--key', key.file, '--dry-run']);
    expect(looked.exitCode).toBe(0);
    expect(looked.out).toContain(`events-${GRID}-${YEAR}  visit  10`);
    expect(looked.out).not.toContain('水管');
    expect(await visitsOnServer(server, signInOf('limin'), GRID)).not.toContainEqual(
      expect.objectContaining({ answers: expect.objectContaining({ remark: '第0家的水管' }) }),
    );
    const sent = await rescued([file(), '--key', key.file]);
    expect(sent).toMatchObject({ damaged: 0, unsendable: 0, present: 0, refused: {} });
    expect(sent.confirmed).toBe(sent.opened);
    const there = await visitsOnServer(server, signInOf('limin'), GRID);
    const hers = there.filter(({ answers }) => String(answers.remark).includes('水管'));
    expect(hers.map(({ household }) => household).sort()).toEqual([...visits].sort());
    expect(hers.every(({ createdBy, _conflicts }) => createdBy === 'limin' && !_conflicts)).toBe(true);
  });

  it('doing it twice changes nothing', async () => {
    const again = await rescued([file(), '--key', key.file]);
    expect(again).toMatchObject({ confirmed: 0, present: again.opened, refused: {} });
  });

  it('what is damaged, sealed to another key or made up is told, and the good ones still go', async () => {
    const { envelopes, ...head } = JSON.parse(await readFile(file(), 'utf8')) as RescueFile;
    const [first, second, third, ...others] = envelopes;
    const mixed = [
      { ...first!, sealed: `${first!.sealed.slice(0, -8)}AAAAAAA=` },
      { ...second!, scope: 'directory' },
      { ...third!, keyId: '0'.repeat(32) },
      { kind: 'document', nonsense: '__proto__' },
      ...others,
    ];
    const broken = path.join(folder, 'broken.json');
    await writeFile(broken, JSON.stringify({ ...head, envelopes: mixed }));
    const told = await rescued([broken, '--key', key.file]);
    expect(told).toMatchObject({ damaged: 3, otherKeys: { ['0'.repeat(32)]: 1 }, present: others.length });
    expect((await rescue([broken, '--key', key.file])).exitCode).toBe(1);
  });

  it('a wrong key, a wrong passphrase and a file of something else are sentences', async () => {
    const keys = await newOrganisationKeys();
    const other = path.join(folder, 'other-key.json');
    await writePrivateKey(other, keys, { passphrase: key.passphrase, now: new Date().toISOString() });
    const wrong = await rescue([file(), '--key', other]);
    expect(wrong).toMatchObject({ exitCode: 1, out: expect.stringContaining('sealed to another key') });
    expect((await rescue([file(), '--key', key.file], 'not the passphrase')).err).toContain('passphrase');
    expect((await rescue(['package.json', '--key', key.file])).err).toContain('no rescue file');
    expect((await rescue([file()])).exitCode).toBe(2);
  });
});

describe('a database that no longer opens, with a damaged record and a photo', () => {
  const storeName = 'qiaomen-0123456789abcdef';
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3, 0xff, 0xd9]);
  const digest = attachmentDigest(bytes);
  const head = headOf(
    { person: 'zhangjianhua', device: 'tablet-1', now: '2026-11-22T02:00:00.000Z' },
    systemChance,
  );
  const visitOf = (ulid: string) => ({
    ...{ _id: `visit:${ulid}`, type: 'visit', ...head, form: 'f1', formVersion: '1', result: 'nobody' },
    ...{ household: 'household:01KAMB6W3Z8J0Q3H5V9D2N7TXC', room: 'room:01KAMB6W3Z8J0Q3H5V9D2N7TXE' },
    ...{ occurredAt: head.createdAt, occurredOn: '2026-11-22', startedAt: head.createdAt },
    ...{ endedAt: head.createdAt, answers: { remark: '煤气味' }, changes: [] },
  });
  const visit = visitOf('01KAMB6W3Z8J0Q3H5V9D2N7TXA');
  const damaged = visitOf('01KAMB6W3Z8J0Q3H5V9D2N7TXB');
  const photo = {
    ...{ _id: 'photo:01KAMB6W3Z8J0Q3H5V9D2N7TXD', type: 'photo', ...head },
    ...{ event: visit._id, takenAt: head.createdAt, width: 4, height: 3 },
  };

  beforeAll(async () => {
    const cipher = aesGcmCipher(await newKey());
    const open = () =>
      openStore({
        name: storeName,
        cipher,
        envelopes: webEnvelopes(),
        referenceOf: () => undefined,
        nowMs: Date.now,
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      });
    const first = await open();
    const admin = couchClient({
      url: `${server.url}/db`,
      user: 'admin',
      password: server.administrator.password,
    });
    const answer = await admin.request('GET', `/directory/${ORGANISATION_KEY}`);
    const { _rev, ...keyDocument } = (answer as { body: { _id: string; _rev: string } }).body;
    await pulls(await first.beginTurn(), 'directory', aRow(keyDocument, [_rev]));
    first.close();
    const store = await open();
    expect(await saveAll(store)).toBe(true);
    store.close();
    await damageRecord({ indexedDB, name: storeName }, 'edits', [EVENTS, damaged._id]);
  });

  it('whoever comes next sees that something lies here, whosever it was', async () => {
    const { core } = atTheTablet();
    await core.start(() => undefined);
    const left = await core.listLeft();
    expect(left.find(({ user }) => user === '')).toMatchObject({ waiting: 1, former: 1, handedIn: 0 });
  });

  it('a colleague who is signed in hands it in, once, and the tablet remembers it', async () => {
    const tablet = atTheTablet();
    await tablet.signsIn(signInOf('zhangjianhua'));
    const { records, problem } = await tablet.core.handInLeft();
    // With those of the first, which nobody had handed in by this way.
    expect({ records, problem }).toEqual({ records: 11, problem: undefined });
    expect(await tablet.core.handInLeft()).toEqual({ records: 0 });
    const left = await tablet.core.listLeft();
    expect(left.map(({ waiting, handedIn }) => [waiting, handedIn])).toEqual([
      [0, 10],
      [0, 1],
    ]);
    await tablet.core.quiesce();
  });

  it('on the server it is a document nobody there can read', async () => {
    const community = stockPouch(`${server.url}/db/community-${GRID.slice(0, 12)}`, signInOf('wuxiulan'));
    const { rows } = await community.allDocs({
      include_docs: true,
      startkey: 'envelope:',
      endkey: 'envelope;',
    });
    expect(rows.length).toBeGreaterThan(11);
    expect(JSON.stringify(rows)).not.toContain('煤气');
  });

  it('the administrator opens it there: the damaged record and the photo, byte for byte', async () => {
    const sent = await rescued(['--from-server', '--key', key.file]);
    expect(sent).toMatchObject({ damaged: 0, unsendable: 0, confirmed: 3, refused: {} });
    expect(sent.byPlace).toMatchObject({ [`photos-${GRID} photo`]: 1 });
    const visits = await visitsOnServer(server, signInOf('zhangjianhua'), GRID);
    const remarks = visits.filter(({ _id }) => [visit._id, damaged._id].includes(_id));
    expect(remarks.map(({ answers }) => answers.remark)).toEqual(['煤气味', '煤气味']);
    const photos = stockPouch(`${server.url}/db/photos-${GRID}`, signInOf('zhangjianhua'));
    const there = await photos.get(photo._id, { attachments: true, binary: true });
    const [attachment] = Object.values(there._attachments ?? {});
    expect(attachment).toMatchObject({ content_type: 'image/jpeg', digest });
    const again = await rescued(['--from-server', '--key', key.file]);
    expect(again).toMatchObject({ confirmed: 0, present: again.opened });
  });

  /** Two visits and a photo in one action. */
  async function saveAll(store: DeviceStore): Promise<boolean> {
    const taken = { id: photo._id, draftKey: 'draft', bytes, digest, width: 4, height: 3 };
    await store.photos.keepDraft(taken, 3);
    const puts = [visit, damaged].map((body) => ({ scope: EVENTS, body }));
    const event = { scope: EVENTS, id: visit._id };
    const saved = await store.saveAction(puts, 'draft', [{ scope: `photos-${GRID}`, body: photo, event }]);
    return saved.outcome === 'saved';
  }
});

describe('an envelope somebody made up, with the public key that everybody can read', () => {
  const now = '2026-11-22T02:00:00.000Z';
  const by = (person: string, more: object = {}) => ({
    ...headOf({ person, device: 'tablet-1', now }, systemChance),
    ...more,
  });
  const visit = { type: 'visit', form: 'f1', formVersion: '1', result: 'nobody', answers: {}, changes: [] };
  const at = { occurredAt: now, occurredOn: '2026-11-22', startedAt: now, endedAt: now };
  const where = { household: 'household:X', room: 'room:X' };
  const ulid = (n: number) => `01KAMB6W3Z8J0Q3H5V9D2N7X0${String(n)}`;
  const audit = { type: 'audit', number: 1, what: 'revealed', on: '2026-11-22' };
  const COMMUNITY = GRID.slice(0, 12);
  const rows: [string, string, object][] = [
    ['', EVENTS, { _id: `visit:${ulid(1)}`, ...visit, ...at, ...where, ...by('limin') }],
    ['noAccount', EVENTS, { _id: `visit:${ulid(2)}`, ...visit, ...at, ...where, ...by('nobody') }],
    ['noRole', `care-${COMMUNITY}002`, { _id: `tag:${ulid(3)}`, type: 'tag', code: 'x', ...by('limin') }],
    ['noRole', `grid-${COMMUNITY}002`, { _id: `task:${ulid(4)}`, type: 'task', ...by('limin') }],
    [
      'otherMaker',
      `audit-${COMMUNITY}`,
      { _id: `audit:${ulid(5)}`, ...audit, ...by('limin', { createdBy: 'zhangjianhua' }) },
    ],
    [
      'noAuthor',
      EVENTS,
      { _id: `visit:${ulid(6)}`, ...visit, ...at, ...where, ...by('limin', { updatedBy: '' }) },
    ],
  ];
  const file = () => path.join(folder, 'made-up.json');

  beforeAll(async () => {
    const administrator = { user: 'admin', password: server.administrator.password };
    const admin = couchClient({ url: `${server.url}/db`, ...administrator });
    const answer = await admin.request('GET', `/directory/${ORGANISATION_KEY}`);
    const { keyId, key: point } = (answer as { body: { keyId: string; key: string } }).body;
    const sealer = await webEnvelopes().sealerFor({ keyId, key: point });
    const envelopes = [];
    for (const [, scope, body] of rows) {
      const rev = nextRevision(undefined, body as DocumentBody);
      const place = { kind: 'document' as const, scope, id: (body as { _id: string })._id, rev };
      const content = { path: [rev], body, savedAt: 0 };
      const { ephemeral, sealed } = await sealer.seal(
        place,
        new TextEncoder().encode(JSON.stringify(content)),
      );
      envelopes.push({ ...place, keyId, ephemeral: base64Of(ephemeral), sealed: base64Of(sealed) });
    }
    await writeFile(file(), JSON.stringify({ what: RESCUE_FILE, version: 1, envelopes }));
  });

  it('is listed with what is wrong with its author, and is not sent', async () => {
    const looked = await rescue([file(), '--key', key.file, '--dry-run']);
    expect(looked).toMatchObject({ exitCode: 1, out: expect.stringContaining('no such account') });
    const { doubted, confirmed } = await rescued([file(), '--key', key.file]);
    expect(doubted.map(({ why, id }) => [why, id])).toEqual(
      rows.flatMap(([why, , body]) => (why ? [[why, (body as { _id: string })._id]] : [])),
    );
    expect(confirmed).toBe(1);
    const there = await visitsOnServer(server, signInOf('limin'), GRID);
    expect(there.map(({ _id }) => _id)).toContain(`visit:${ulid(1)}`);
    expect(there.map(({ _id }) => _id)).not.toContain(`visit:${ulid(2)}`);
  });

  it('is sent where the administrator trusts it by its id, and no other with it', async () => {
    const sent = await rescued([file(), '--key', key.file, '--trust', `visit:${ulid(2)}`]);
    expect(sent).toMatchObject({ present: 1, confirmed: 1 });
    expect(sent.doubted).toHaveLength(4);
  });
});
