// The whole worker in Node: real storage (fake-indexeddb), real sealing, real sync, a real server on a free port.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import { DeviceCore } from './device-core.ts';
import { currentSession, signInAtServer } from './server-session.ts';
import { NOTHING_YET, type DevicePhase, type SyncState } from './device-state.ts';

const PIN = '246802';
let dataDir: string;
let server: RunningQiaomen;
/** What stands between tablet and server: undefined lets everything through. */
let line: (() => Response | Promise<never>) | undefined;
const opened: DeviceCore[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-device-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 30 } });
}, 120_000);

afterEach(async () => {
  line = undefined;
  await Promise.all(opened.splice(0).map((core) => core.quiesce()));
});

afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A browser's fetch with its cookie jar. */
function fetchWithCookies(): typeof fetch {
  let cookie = '';
  return async (input, init) => {
    if (line) return line();
    const answer = await fetch(input, {
      ...init,
      headers: { ...init?.headers, ...(cookie ? { cookie } : {}) },
    });
    const set = answer.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0] ?? '';
    return answer;
  };
}

const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));
const portal = () => new Response('<html>请登录</html>', { headers: { 'content-type': 'text/html' } });

class Tablet {
  phase: DevicePhase = { phase: 'starting' };
  sync: SyncState = NOTHING_YET;
  core: DeviceCore;
  readonly #fetch = fetchWithCookies();
  offMs: number;
  readonly #longestWaitMs: number;
  readonly #endlessFromMs: number;

  /** `offMs`: how far its clock is from the server's; `longestWaitMs`: no timer takes longer; `endlessFromMs`: one that is to, never ends. */
  constructor({ offMs = 0, longestWaitMs = 500, endlessFromMs = Infinity } = {}) {
    this.offMs = offMs;
    this.#longestWaitMs = longestWaitMs;
    this.#endlessFromMs = endlessFromMs;
    this.core = this.#newCore();
  }

  #newCore(): DeviceCore {
    const nowMs = () => Date.now() + this.offMs;
    const core = new DeviceCore({
      session: { fetch: this.#fetch, database: `${server.url}/db` },
      ids: { nowMs, randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
      clock: {
        nowMs,
        steadyMs: () => performance.now(),
        after: (delayMs, act) => {
          if (delayMs >= this.#endlessFromMs) return () => undefined;
          const timer = setTimeout(act, Math.min(delayMs, this.#longestWaitMs));
          return () => clearTimeout(timer);
        },
      },
      chance: Math.random,
      exclusively: (_lock, work) => work(),
      isOnline: () => true,
    });
    opened.push(core);
    return core;
  }

  start(): Promise<void> {
    return this.core.start((event) => {
      if (event.kind === 'phase') this.phase = event.phase;
      else if (event.kind === 'sync') this.sync = event.sync;
    });
  }

  /** The browser's cookie becomes another person's, as in another tab. */
  async signInAs(user: string, password: string): Promise<void> {
    await signInAtServer({ fetch: this.#fetch, database: `${server.url}/db` }, { user, password });
  }

  /** Whom the server takes the browser's cookie alone for, as from an address bar or another machine. */
  async byCookieAlone(): Promise<unknown> {
    const session = await currentSession({ fetch: this.#fetch, database: `${server.url}/db` });
    return session.outcome === 'answered' ? session.user : session.outcome;
  }

  /** Covers: the worker ends, a new one knows only what stands on the disk. */
  async coverUp(): Promise<void> {
    await this.core.quiesce();
    this.core = this.#newCore();
    await this.start();
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const giveUpAt = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > giveUpAt) throw new Error(`not ${what}: ${JSON.stringify([this.phase, this.sync])}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const staff = (role: string, place = 0) => {
  const found = server.signIns.filter((one) => one.role === role)[place];
  if (!found) throw new Error(`no ${role} in the demo`);
  return found;
};

async function signedIn(place: number): Promise<Tablet> {
  const tablet = new Tablet();
  await tablet.start();
  const { user, password } = staff('worker', place);
  expect(await tablet.core.signIn(user, password)).toEqual({ outcome: 'choosePin' });
  await tablet.core.choosePin(PIN);
  await tablet.until('open', () => tablet.phase.phase === 'open');
  return tablet;
}

async function visitSomebody(tablet: Tablet): Promise<string> {
  const [row] = (await tablet.core.today()).rows;
  if (!row) throw new Error('nobody is due in the demo');
  const saved = await tablet.core.saveVisit({
    form: 'f1',
    formVersion: '1',
    household: row.household,
    answers: { result: 'nobody', mode: 'door', by: 'self', retryAt: (await tablet.core.today()).today },
    startedAt: new Date(Date.now() - 60_000).toISOString(),
  });
  expect(saved).toMatchObject({ outcome: 'saved' });
  return row.household;
}

describe('a tablet', () => {
  it('brings a grid to a worker who signs in, and her work to the server', async () => {
    const tablet = await signedIn(0);
    expect((await tablet.core.today()).householdCount).toBeGreaterThan(5);
    const household = await visitSomebody(tablet);
    await tablet.until('uploaded', () => tablet.sync.waiting === 0 && tablet.sync.lastSent > 0);
    const [visit] = (await tablet.core.household(household))?.visits ?? [];
    expect(visit).toMatchObject({ result: 'nobody', waiting: false });
  });

  it('keeps what was saved without a network through the end of its worker, and sends it later', async () => {
    const tablet = await signedIn(0);
    await tablet.until('idle', () => tablet.sync.waiting === 0 && tablet.sync.activity === 'idle');
    line = unreachable;
    const household = await visitSomebody(tablet);
    expect((await tablet.core.household(household))?.visits[0]).toMatchObject({ waiting: true });
    // One visit is one, in the count and in the list, though it wrote more than one document.
    await tablet.until('counted', () => tablet.sync.waiting === 1);
    expect(await tablet.core.listWaiting()).toMatchObject([{ type: 'visit' }]);
    await tablet.coverUp();
    expect(tablet.phase).toMatchObject({ phase: 'covered', triesLeft: 5 });
    expect(await tablet.core.unlock(PIN)).toEqual({ outcome: 'open' });
    expect((await tablet.core.household(household))?.visits[0]).toMatchObject({ waiting: true });
    line = undefined;
    await tablet.core.uploadNow();
    await tablet.until('uploaded', () => tablet.sync.waiting === 0);
  });

  it('has a cookie that is worth nothing without the key of the session, which a PIN brings back', async () => {
    const tablet = await signedIn(0);
    await tablet.until('idle', () => tablet.sync.activity === 'idle');
    expect(await tablet.byCookieAlone()).toBe(null);
    await tablet.coverUp();
    expect(await tablet.byCookieAlone()).toBe(null);
    expect(await tablet.core.unlock(PIN)).toEqual({ outcome: 'open' });
    await visitSomebody(tablet);
    await tablet.until('uploaded', () => tablet.sync.waiting === 0 && tablet.sync.lastSent > 0);
    expect(tablet.sync.problem).toBeUndefined();
  });

  it('answers nothing while it is covered', async () => {
    const tablet = await signedIn(0);
    await tablet.coverUp();
    await expect(tablet.core.today()).rejects.toThrow(/covered/);
  });

  it('takes the PIN away after five wrong ones, and opens by the password without the server', async () => {
    const tablet = await signedIn(0);
    await tablet.coverUp();
    for (const triesLeft of [4, 3, 2, 1])
      expect(await tablet.core.unlock('000000')).toEqual({ outcome: 'wrong', triesLeft });
    expect(await tablet.core.unlock('000000')).toEqual({ outcome: 'passwordNeeded' });
    expect(tablet.phase).toMatchObject({ phase: 'signIn', reason: 'pinSpent' });
    line = unreachable;
    const { user, password } = staff('worker');
    expect(await tablet.core.signIn(user, 'not the password')).toEqual({ outcome: 'wrongPassword' });
    expect(await tablet.core.signIn(user, password)).toEqual({ outcome: 'choosePin' });
    await tablet.core.choosePin(PIN);
    expect(tablet.phase.phase).toBe('open');
  });

  it.each([
    ['a server that is silent', unreachable, 'serverSilent'],
    ['the page of a captive portal', portal, 'portal'],
    ['a server that stumbles', () => new Response('', { status: 502 }), 'serverDown'],
  ])('says of %s at a first sign-in: %s', async (_name, fault, outcome) => {
    const tablet = new Tablet();
    await tablet.start();
    line = fault;
    expect(await tablet.core.signIn(staff('worker', 3).user, 'whatever')).toEqual({ outcome });
  });

  it('refuses a wrong password, and somebody who is no staff', async () => {
    const tablet = new Tablet();
    await tablet.start();
    expect(await tablet.core.signIn(staff('worker', 3).user, 'whatever')).toMatchObject({
      outcome: 'wrongPassword',
    });
    const { name, password } = server.administrator;
    expect(await tablet.core.signIn(name, password)).toEqual({ outcome: 'notStaff' });
  });

  it("sends nothing of hers while the browser's session is somebody else's", async () => {
    const tablet = await signedIn(0);
    await tablet.until('idle', () => tablet.sync.waiting === 0 && tablet.sync.activity === 'idle');
    const other = staff('worker', 2);
    await tablet.signInAs(other.user, other.password);
    await tablet.coverUp();
    await tablet.core.unlock(PIN);
    await visitSomebody(tablet);
    await tablet.until(
      'asked to sign in',
      () => tablet.sync.problem === 'signInNeeded' && tablet.sync.waiting > 0,
    );
    const { user, password } = staff('worker', 0);
    expect(await tablet.core.signIn(user, password)).toEqual({ outcome: 'open' });
    await tablet.until('uploaded', () => tablet.sync.waiting === 0);
  });

  it('asks in each round whose session it is, and goes on when it is hers again', async () => {
    const tablet = await signedIn(0);
    await tablet.until('idle', () => tablet.sync.waiting === 0 && tablet.sync.activity === 'idle');
    const [hers, other] = [staff('worker', 0), staff('worker', 2)];
    await tablet.signInAs(other.user, other.password);
    await visitSomebody(tablet);
    await tablet.until('refused', () => tablet.sync.problem === 'signInNeeded' && tablet.sync.waiting > 0);
    await tablet.signInAs(hers.user, hers.password);
    await tablet.core.uploadNow();
    await tablet.until('uploaded', () => tablet.sync.waiting === 0);
  });

  it('notices a server that went away, and one that came back, when it looks', async () => {
    const tablet = await signedIn(0);
    await tablet.until(
      'idle',
      () => tablet.sync.activity === 'idle' && tablet.sync.completedAt !== undefined,
    );
    line = unreachable;
    tablet.core.wake('look');
    await tablet.until('told', () => tablet.sync.problem === 'serverSilent');
    expect(tablet.sync.online).toBe(true);
    line = undefined;
    tablet.core.wake('look');
    await tablet.until('mended', () => tablet.sync.problem === undefined);
  });

  it('asks for news when it is looked at a minute after the last', async () => {
    const tablet = new Tablet({ longestWaitMs: Infinity });
    await tablet.start();
    const { user, password } = staff('worker', 0);
    await tablet.core.signIn(user, password);
    await tablet.core.choosePin(PIN);
    await tablet.until(
      'idle',
      () => tablet.sync.activity === 'idle' && tablet.sync.completedAt !== undefined,
    );
    await tablet.core.uploadNow();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { completedAt } = tablet.sync;
    tablet.core.wake('look');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(tablet.sync.completedAt).toBe(completedAt);
    tablet.offMs = 61_000;
    tablet.core.wake('look');
    await tablet.until('asked again', () => tablet.sync.completedAt !== completedAt);
  });

  it('says with the household what was found wrong at its door', async () => {
    const tablet = await signedIn(0);
    const row = (await tablet.core.today()).rows.find(({ form, resident }) => form === 'f2' && resident);
    if (!row?.resident) throw new Error('nobody to knock for in the demo');
    const saved = await tablet.core.saveVisit({
      form: 'f2',
      formVersion: '1',
      household: row.household,
      resident: row.resident,
      answers: {
        knock: 'abnormal',
        result: 'met',
        mode: 'door',
        by: 'self',
        abnormal: ['fall'],
        action: ['family'],
        remark: '手腕肿',
      },
      startedAt: new Date(Date.now() - 60_000).toISOString(),
    });
    expect(saved).toEqual({ outcome: 'saved', visit: expect.any(String) as unknown });
    const [visit] = (await tablet.core.household(row.household))?.visits ?? [];
    expect(visit).toMatchObject({ result: 'met', abnormal: ['fall'], remark: '手腕肿' });
  });

  it('stays open where signing in again finds no server, and says so', async () => {
    const tablet = await signedIn(0);
    line = unreachable;
    const { user, password } = staff('worker', 0);
    expect(await tablet.core.signIn(user, password)).toEqual({ outcome: 'serverSilent' });
    expect(tablet.phase.phase).toBe('open');
  });

  it('leaves no code of the one before to somebody else who signs in', async () => {
    const first = await signedIn(0);
    await first.coverUp();
    const other = staff('worker', 2);
    expect(await first.core.signIn(other.user, other.password)).toEqual({ outcome: 'choosePin' });
    await first.core.choosePin(PIN);
    await first.until('open', () => first.phase.phase === 'open');
    await first.core.endShift();
    await first.coverUp();
    expect(first.phase.phase).toBe('signIn');
  });

  it('keeps working when a portal answers in mid-shift, and says so', async () => {
    const tablet = await signedIn(1);
    line = portal;
    await visitSomebody(tablet);
    await tablet.until('told', () => tablet.sync.problem === 'portal' && tablet.sync.waiting > 0);
  });
});

describe('at its door', () => {
  it('calls her by her name once the directory said it, and asks for her by what she signs in with', async () => {
    const tablet = await signedIn(0);
    const { user, name } = staff('worker', 0);
    await tablet.coverUp();
    expect(tablet.phase).toMatchObject({ phase: 'covered', person: { user, name } });
    expect(name).not.toBe(user);
  });

  it('says of a date years off that it is wrong, not that the server is down', async () => {
    const tablet = new Tablet({ offMs: 5 * 365 * 86_400_000 });
    await tablet.start();
    const { user, password } = staff('worker', 3);
    await tablet.core.signIn(user, password);
    await tablet.core.choosePin(PIN);
    await tablet.until('told', () => tablet.sync.problem === 'wrongClock');
    expect(tablet.sync.online).toBe(true);
  });

  it('lets go of a problem that another tab got over', async () => {
    const [first, second] = [
      await signedIn(0),
      new Tablet({ longestWaitMs: Infinity, endlessFromMs: 1_500 }),
    ];
    await second.start();
    await second.core.unlock(PIN);
    await second.signInAs(staff('worker', 0).user, staff('worker', 0).password);
    line = portal;
    // By itself it never tries again.
    for (let tries = 0; tries < 2; tries++) await second.core.uploadNow();
    await second.until('told', () => second.sync.problem === 'portal');
    line = undefined;
    await first.core.uploadNow();
    await second.until('mended', () => second.sync.problem === undefined);
  });
});

describe('a password changed at the server', () => {
  async function changePassword(user: string, password: string): Promise<void> {
    const { administrator, url } = server;
    const headers = {
      authorization: `Basic ${btoa(`${administrator.name}:${administrator.password}`)}`,
      'content-type': 'application/json',
    };
    const address = `${url}/db/_users/org.couchdb.user:${user}`;
    const known = (await (await fetch(address, { headers })).json()) as Record<string, unknown>;
    const { derived_key: _key, salt: _salt, ...kept } = known;
    const put = { method: 'PUT', headers, body: JSON.stringify({ ...kept, password }) };
    expect((await fetch(address, put)).status).toBe(201);
  }

  it('is no dead end: what waits is counted, stays sealed, and goes up once the old one is known again', async () => {
    const tablet = await signedIn(4);
    const { user, password } = staff('worker', 4);
    await tablet.until(
      'idle',
      () => tablet.sync.activity === 'idle' && tablet.sync.completedAt !== undefined,
    );
    line = unreachable;
    const household = await visitSomebody(tablet);
    await tablet.coverUp();
    line = undefined;
    await changePassword(user, 'quite another');

    const found = { outcome: 'oldPasswordNeeded', unsent: 1, drafts: 0 };
    expect(await tablet.core.signIn(user, 'quite another')).toEqual({ ...found, wrong: false });
    expect(await tablet.core.signIn(user, 'quite another', 'a guess')).toEqual({ ...found, wrong: true });
    expect(await tablet.core.startAnew(user, 'quite another')).toEqual({ outcome: 'choosePin' });
    await tablet.core.choosePin(PIN);
    await tablet.until('open', () => tablet.phase.phase === 'open');
    const visits = async () => (await tablet.core.household(household))?.visits ?? [];
    const before = (await visits()).length;

    await tablet.until('counted', () => tablet.sync.sealed === 1);
    expect(await tablet.core.uploadFormer('a guess')).toEqual({ outcome: 'wrong' });
    expect(await tablet.core.uploadFormer(password)).toEqual({ outcome: 'opened', left: 0 });
    expect(tablet.sync.sealed).toBe(0);
    await tablet.core.uploadNow();
    const after = await visits();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ result: 'nobody', waiting: false });
  });

  it('opens what is here with the old one, once', async () => {
    const tablet = await signedIn(5);
    const { user, password } = staff('worker', 5);
    await tablet.coverUp();
    await changePassword(user, 'a new one');
    expect(await tablet.core.signIn(user, 'a new one', password)).toEqual({ outcome: 'choosePin' });
    await tablet.core.choosePin(PIN);
    await tablet.coverUp();
    expect(await tablet.core.signIn(user, 'a new one')).toEqual({ outcome: 'choosePin' });
  });
});
