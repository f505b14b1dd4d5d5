// Handing in and what stands in its way, in Node: real storage (fake-indexeddb), real sync, a real server on a free port.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Dexie from 'dexie';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import { couchClient, type CouchClient } from '../../../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import { receiptNumber } from '#lib/domain/shift.ts';

const COMMUNITY = '999999001001';
const EVENTS = `/db/events-${COMMUNITY}001-${new Date(Date.now() + 8 * 3_600_000).getUTCFullYear()}`;
const SAYS_NO = `function (doc) {
  if (doc.answers && doc.answers.remark === 'no') { throw({ forbidden: 'answers: must be of kind object' }); }
}`;

let dataDir: string;
let server: RunningQiaomen;
let admin: CouchClient;
const opened: WorkerTablet[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-shift-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 120 } });
  const { name, password } = server.administrator;
  admin = couchClient({ url: server.url, user: name, password });
}, 120_000);

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ core }) => core.quiesce()));
  Dexie.dependencies.indexedDB = new IDBFactory();
});

afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A tablet that was never used; what somebody did on another one is another shift. */
async function tabletOf(role: string): Promise<WorkerTablet> {
  const tablet = new WorkerTablet(server);
  opened.push(tablet);
  await tablet.signsIn(server.signIns.find((one) => one.role === role)!);
  return tablet;
}

const shiftsOnServer = async () => {
  const query = '?include_docs=true&startkey=%22shift%3A%22&endkey=%22shift%3B%22';
  const answer = await admin.request('GET', `/db/community-${COMMUNITY}/_all_docs${query}`);
  const { rows } = (answer as { body: { rows: { doc: Record<string, unknown> }[] } }).body;
  return rows.map(({ doc }) => doc);
};
/** Puts the rule in place of the one there is. */
async function ruleOn(place: string, validate: string) {
  const id = `${place}/_design/says-no`;
  const there = (await admin.request('GET', id)) as { status: number; body: { _rev: string } };
  await admin.request('PUT', id, {
    ...(there.status === 200 ? { _rev: there.body._rev } : {}),
    language: 'javascript',
    validate_doc_update: validate,
  });
}

describe('handing in', () => {
  it('ends in a receipt that stands on the server and on the board of the street', async () => {
    const hers = await tabletOf('worker');
    await hers.findsNobody();
    await hers.findsNobody();
    const handedIn = await hers.core.handIn();
    expect(handedIn).toMatchObject({
      outcome: 'handedIn',
      receipt: { total: 2, records: { nobody: 2 }, waiting: false, setAside: 0 },
    });
    const [shift, ...others] = await shiftsOnServer();
    expect(others).toEqual([]);
    expect(shift).toMatchObject({ type: 'shift', person: 'limin', records: { nobody: 2 } });
    const number = receiptNumber(String(shift?._rev));
    expect(handedIn).toMatchObject({ receipt: { number } });
    expect(await hers.core.handIn()).toEqual(handedIn);
    expect(await hers.core.receipts()).toMatchObject([{ number }]);

    const street = await tabletOf('supervisor');
    const board = await street.core.board();
    expect(board.missing).toHaveLength(5);
    expect(board.handedIn).toMatchObject([{ user: 'limin', receipts: [{ number, records: 2 }] }]);
    expect(await street.core.handIn()).toEqual({ outcome: 'notHers' });
  });

  it('counts in a second receipt only what was done since the first', async () => {
    const hers = await tabletOf('worker');
    await hers.findsNobody();
    await hers.core.handIn();
    await hers.findsNobody();
    expect(await hers.core.handIn()).toMatchObject({ receipt: { records: { nobody: 1 } } });
    const [second, first] = await hers.core.receipts();
    expect(second?.since).toBe(first?.at);
  });

  it('without a line gives no receipt, and names everything that waits', async () => {
    const hers = await tabletOf('worker');
    hers.line = () => Promise.reject(new TypeError('Failed to fetch'));
    const household = await hers.findsNobody();
    const left = await hers.core.handIn();
    expect(left).toMatchObject({ outcome: 'left', problem: 'serverSilent', confirmed: 0 });
    const { unconfirmed, total } = left as Extract<typeof left, { outcome: 'left' }>;
    expect(new Set(unconfirmed.map(({ type }) => type))).toEqual(new Set(['visit', 'household', 'task']));
    expect(unconfirmed).toHaveLength(total);
    for (const each of unconfirmed) expect(each).toMatchObject({ why: 'waiting', about: { household } });
    hers.line = undefined;
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn' });
  });

  it('gives no receipt where the server says of one document that it is not there', async () => {
    const before = (await shiftsOnServer()).length;
    const hers = await tabletOf('worker');
    const household = await hers.findsNobody();
    await hers.core.uploadNow();
    await hers.until('uploaded', () => hers.sync.waiting === 0);
    hers.line = (url, init) => {
      const asked = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, string[]>;
      if (!url.endsWith('/_revs_diff') || !url.includes('/events-')) return undefined;
      const lost = Object.entries(asked).map(([id, missing]) => [id, { missing }]);
      return Promise.resolve(Response.json(Object.fromEntries(lost)));
    };
    expect(await hers.core.handIn()).toMatchObject({
      outcome: 'left',
      unconfirmed: [{ type: 'visit', why: 'missing', about: { household } }],
    });
    expect(await shiftsOnServer()).toHaveLength(before);
  });

  it('gives no receipt before its own document is on the server, and makes no second one', async () => {
    const before = (await shiftsOnServer()).length;
    const hers = await tabletOf('worker');
    await hers.findsNobody();
    hers.line = (url) =>
      url.includes(`/community-${COMMUNITY}/_bulk_docs`)
        ? Promise.reject(new TypeError('Failed to fetch'))
        : undefined;
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'left', unconfirmed: [{ type: 'shift' }] });
    expect(await hers.core.receipts()).toContainEqual(expect.objectContaining({ waiting: true }));
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'left' });
    hers.line = undefined;
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn', receipt: { total: 1 } });
    expect(await shiftsOnServer()).toHaveLength(before + 1);
  });
});

describe('what the server refused', () => {
  beforeEach(() => ruleOn(EVENTS, SAYS_NO));

  /** A visit the rules of the place do not take, among others that they do. */
  async function withOneRefused() {
    const hers = await tabletOf('worker');
    await hers.findsNobody();
    const household = await hers.findsNobody({ remark: 'no' });
    await hers.core.uploadNow();
    await hers.until('refused', () => hers.sync.refused === 1 && hers.sync.waiting === 0);
    const [row] = await hers.core.refused();
    if (!row) throw new Error('nothing was refused');
    return { hers, household, row };
  }

  it('is told by household and reason, and stands in the way of a receipt', async () => {
    const { hers, household, row } = await withOneRefused();
    expect(row).toMatchObject({
      type: 'visit',
      about: { household },
      reasons: [
        {
          refusal: { kind: 'wrongKind', field: 'answers' },
          raw: 'forbidden: answers: must be of kind object',
        },
      ],
      mend: { form: 'f1', household },
    });
    expect(await hers.core.handIn()).toMatchObject({
      outcome: 'left',
      unconfirmed: [{ type: 'visit', why: 'refused', about: { household } }],
    });
  });

  it('is mended: its form opens with the answers, and what is saved replaces it', async () => {
    const { hers, household, row } = await withOneRefused();
    const start = await hers.core.startVisit(row.mend!);
    expect(start?.draft?.value).toMatchObject({
      definition: 'f1',
      values: { remark: 'no', result: 'nobody' },
    });
    const saved = await hers.core.saveVisit({
      ...row.mend!,
      formVersion: '1',
      answers: { ...(start?.draft?.value as { values: Record<string, string> }).values, remark: 'yes' },
      startedAt: start!.draft!.startedAt,
    });
    expect(saved).toMatchObject({ outcome: 'saved', visit: row.mend?.mend });
    expect(await hers.core.refused()).toEqual([]);
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn', receipt: { total: 2 } });
    const answer = await admin.request('GET', `${EVENTS}/${encodeURIComponent(row.mend!.mend!)}`);
    expect(answer).toMatchObject({ body: { household, answers: { remark: 'yes' } } });
    expect(String((answer as { body: { _rev: string } }).body._rev)).toMatch(/^1-/);
  });

  it('tells that it was half mended and put aside', async () => {
    const { hers, row } = await withOneRefused();
    expect(row.mendBegun).toBeUndefined();
    const half = { definition: 'f1' as const, version: 1, page: '', values: { remark: '改到一半' } };
    await hers.core.saveDraft(row.mend!, half, row.savedAt);
    expect(await hers.core.refused()).toMatchObject([{ action: row.action, mendBegun: true }]);
    await hers.core.dropDraft(row.mend!);
    expect((await hers.core.refused())[0]?.mendBegun).toBeUndefined();
  });

  it('goes up as it is once the rule is another', async () => {
    const { hers, row } = await withOneRefused();
    await ruleOn(EVENTS, 'function () {}');
    expect(await hers.core.sendAgain(row)).toEqual({ outcome: 'waiting' });
    await hers.until('sent', () => hers.sync.refused === 0 && hers.sync.waiting === 0);
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn' });
  });

  it('is handed out as a file and set aside, which the receipt tells', async () => {
    const { hers, row } = await withOneRefused();
    const file = await hers.core.refusedFile(row);
    expect(file.documents).toMatchObject([
      { reason: 'answers: must be of kind object', document: { type: 'visit' } },
    ]);
    await hers.core.setAside(row);
    expect(await hers.core.refused()).toEqual([]);
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn', receipt: { setAside: 1 } });
  });
});

// The last: the days to come leave their visits on the server.
describe('a shift', () => {
  it('is told before the next round where it was forgotten, by the first day, sent or not', async () => {
    const hers = await tabletOf('worker');
    const openSince = async () => (await hers.core.roundFacts()).shift?.openSince;
    expect(await openSince()).toBeUndefined();
    await hers.findsNobody();
    const { today: firstDay } = await hers.core.today();
    expect(await openSince()).toBeUndefined();
    hers.aheadMs = 86_400_000;
    expect(await openSince()).toBe(firstDay);
    await hers.until('sent', () => hers.sync.waiting === 0);
    await hers.findsNobody();
    expect(await openSince()).toBe(firstDay);
    expect(await hers.core.handIn()).toMatchObject({ outcome: 'handedIn' });
    hers.aheadMs *= 2;
    expect(await openSince()).toBeUndefined();
  });
});
