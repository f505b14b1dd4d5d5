// A desk in Node: real storage (fake-indexeddb), real sync, a real server on a free port.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WorkerTablet } from '#tests/fixtures/worker-tablet.ts';
import { couchClient } from '../../../scripts/couch-client.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import type { DeskQuery } from '#lib/domain/desk-rows.ts';
import type { NewRequest } from '#lib/domain/plan-request.ts';

let dataDir: string;
let server: RunningQiaomen;
const opened: WorkerTablet[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-desk-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 120 } });
}, 120_000);
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ core }) => core.quiesce()));
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const ALL: DeskQuery = { list: 'all', typed: '', limit: 200 };
const noLine = () => Promise.reject(new TypeError('no network'));
const typed = (name: string, given: Partial<NewRequest> = {}): NewRequest => ({
  ...{ name, phone: '13800002046', matter: 'elder-card', missing: [], note: '' },
  ...given,
});

async function tabletOf(user: string): Promise<WorkerTablet> {
  const tablet = new WorkerTablet(server);
  opened.push(tablet);
  await tablet.signsIn(server.signIns.find((one) => one.user === user)!);
  return tablet;
}

async function untilIt<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`not yet: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function atTheDesk(user: string): Promise<WorkerTablet> {
  const tablet = await tabletOf(user);
  await untilIt(
    () => tablet.core.desk(ALL),
    ({ hasNumbers }) => hasNumbers,
  );
  return tablet;
}

const takes = async ({ core }: WorkerTablet, given: NewRequest) => {
  const taken = await core.takeRequest(given);
  if (taken.outcome !== 'taken') throw new Error(JSON.stringify(taken));
  return (await core.request(taken.request))!;
};

describe('numbers', () => {
  it('of two tablets without a network differ, and stay what they were when both have sent them', async () => {
    const zhao = await atTheDesk('zhaoxue');
    const sun = await atTheDesk('sunli');
    zhao.line = noLine;
    sun.line = noLine;
    const numbers: string[] = [];
    for (let n = 0; n < 5; n++) {
      numbers.push((await takes(zhao, typed(`甲${String(n)}`))).wholeNumber);
      numbers.push((await takes(sun, typed(`乙${String(n)}`))).wholeNumber);
    }
    expect(new Set(numbers).size).toBe(10);
    zhao.line = undefined;
    sun.line = undefined;
    await Promise.all([zhao.core.uploadNow(), sun.core.uploadNow()]);
    await untilIt(
      async () => {
        await Promise.all([zhao.core.uploadNow(), sun.core.uploadNow()]);
        return Promise.all([zhao.core.desk(ALL), sun.core.desk(ALL)]);
      },
      (both) =>
        both.every(({ rows }) => numbers.every((whole) => rows.some(({ number }) => whole.endsWith(number)))),
    );
  }, 60_000);

  it('of one tablet go on where they were when it is opened again', async () => {
    const zhao = await atTheDesk('zhoutao');
    const first = await takes(zhao, typed('丙'));
    await zhao.core.quiesce();
    const again = await atTheDesk('zhoutao');
    const second = await takes(again, typed('丁'));
    const parts = (number: string) => number.split('-');
    expect(parts(second.number).slice(0, 2)).toEqual(parts(first.number).slice(0, 2));
    expect(Number(parts(second.number)[2])).toBe(Number(parts(first.number)[2]) + 1);
  }, 60_000);

  it('are not given by somebody who never reached the server, nor by a worker', async () => {
    const worker = await tabletOf('limin');
    expect((await worker.core.desk(ALL)).hasNumbers).toBe(false);
    expect(await worker.core.takeRequest(typed('戊'))).toEqual({ outcome: 'noNumbers' });
  }, 60_000);
});

describe('a request', () => {
  it('goes from the clerk to the worker, who takes it over and decides; the clerk tells, and it is closed', async () => {
    const zhao = await atTheDesk('zhaoxue');
    const { request } = await takes(zhao, typed('高英', { missing: ['身份证'] }));
    expect((await zhao.core.request(request))!).toMatchObject({ phase: 'papers', light: 'paused' });
    await zhao.core.addSteps(request, [{ kind: 'supplemented' }]);
    expect(await zhao.core.addSteps(request, [{ kind: 'handed', to: 'limin' }])).toEqual({
      outcome: 'saved',
    });
    await zhao.core.uploadNow();
    const li = await tabletOf('limin');
    const offered = await untilIt(
      () => li.core.desk({ ...ALL, list: 'offered' }),
      ({ rows }) => rows.length > 0,
    );
    expect(offered.rows[0]).toMatchObject({
      request,
      firstAsked: { user: 'zhaoxue' },
      handler: { user: 'zhaoxue' },
    });
    expect(await li.core.addSteps(request, [{ kind: 'taken' }])).toEqual({ outcome: 'saved' });
    await li.core.addSteps(request, [{ kind: 'decided', conclusion: 'approved', text: '已上门办好' }]);
    await li.core.uploadNow();
    await untilIt(
      async () => {
        await zhao.core.uploadNow();
        return zhao.core.request(request);
      },
      (page) => page?.phase === 'toTell',
    );
    const told = { how: 'phone' as const, whom: '高英', at: new Date().toISOString() };
    expect(await zhao.core.addSteps(request, [{ kind: 'told', told }])).toEqual({ outcome: 'saved' });
    expect(await zhao.core.request(request)).toMatchObject({
      ...{ phase: 'closed', light: 'closed', firstAsked: { user: 'zhaoxue' }, handler: { user: 'limin' } },
      allowed: [],
    });
    expect(await zhao.core.addSteps(request, [{ kind: 'note', text: '晚了' }])).toEqual({
      outcome: 'notNow',
    });
    await zhao.core.uploadNow();
    await zhao.until('sent', () => zhao.sync.waiting === 0 && zhao.sync.refused === 0);
  }, 60_000);

  it('keeps what was typed until it is taken, sealed with her other work', async () => {
    const zhao = await atTheDesk('zhaoxue');
    const begun = typed('半途', { note: '还没写完' });
    await zhao.core.keepIntake(begun);
    expect((await zhao.core.readIntake()).draft).toEqual(begun);
    await takes(zhao, begun);
    expect((await zhao.core.readIntake()).draft).toBeUndefined();
  }, 60_000);

  it('hands out the whole phone number, and says so to the audit', async () => {
    const zhao = await atTheDesk('zhaoxue');
    const page = await takes(zhao, typed('己'));
    expect(page.maskedPhone).toBe('138****2046');
    const asked = { about: page.request, field: 'phone', to: 'dial' } as const;
    const whole = { outcome: 'shown', number: '13800002046' };
    expect(await zhao.core.reveal(asked)).toEqual(whole);
    await zhao.core.uploadNow();
    const { name, password } = server.administrator;
    const admin = couchClient({ url: server.url, user: name, password });
    const events = async () => {
      const answer = await admin.request('GET', '/db/audit-999999001001/_all_docs?include_docs=true');
      return (answer as { body: { rows: { doc: Record<string, unknown> }[] } }).body.rows.map(
        ({ doc }) => doc,
      );
    };
    const all = await untilIt(events, (found) => found.some(({ about }) => about === page.request));
    expect(all.find(({ about }) => about === page.request)).toMatchObject({
      ...{ what: 'dialled', field: 'phone', createdBy: 'zhaoxue' },
    });
  }, 60_000);

  it('offers ten matters, each with the day it would be done by', async () => {
    const zhao = await atTheDesk('zhaoxue');
    const { matters, today } = await zhao.core.readIntake();
    expect(matters).toHaveLength(10);
    for (const { dueOn } of matters) expect(dueOn >= today).toBe(true);
  }, 60_000);
});
