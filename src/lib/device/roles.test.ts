// What a tablet holds follows the roles at the server, with a real store, sync and server.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import { DeviceCore } from './device-core.ts';
import { NOTHING_YET, type DevicePhase, type SyncState } from './device-state.ts';

let dataDir: string;
let server: RunningQiaomen;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-roles-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 30 } });
}, 120_000);

afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Changes the roles of somebody as an administrator does. */
async function giveRoles(user: string, change: (roles: string[]) => string[]): Promise<void> {
  const { name, password } = server.administrator;
  const headers = {
    authorization: `Basic ${btoa(`${name}:${password}`)}`,
    'content-type': 'application/json',
  };
  const url = `${server.url}/db/_users/org.couchdb.user:${user}`;
  const document = (await (await fetch(url, { headers })).json()) as { roles: string[] };
  const body = JSON.stringify({ ...document, roles: change(document.roles) });
  const answer = await fetch(url, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** A tablet whose timers run twenty times as fast. */
async function aTablet(user: string, password: string) {
  let cookie = '';
  const log: string[] = [];
  const seen: { phase: DevicePhase; sync: SyncState } = { phase: { phase: 'starting' }, sync: NOTHING_YET };
  const core = new DeviceCore({
    session: {
      database: `${server.url}/db`,
      fetch: async (input, init) => {
        const answer = await fetch(input, { ...init, headers: { ...init?.headers, cookie } });
        cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
        return answer;
      },
    },
    ids: { nowMs: () => Date.now(), randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    clock: {
      nowMs: () => Date.now(),
      after: (delayMs, act) => {
        const timer = setTimeout(act, delayMs / 20);
        return () => clearTimeout(timer);
      },
    },
    chance: Math.random,
    exclusively: (_lock, work) => work(),
    isOnline: () => true,
    log: (event, scope) => log.push(`${event} ${scope}`),
  });
  await core.start((event) => {
    if (event.kind === 'phase') seen.phase = event.phase;
    else if (event.kind === 'sync') seen.sync = event.sync;
  });
  await core.signIn(user, password);
  await core.choosePin('246802');
  return { core, seen, log };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`not ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the roles of a worker', () => {
  it('taken away at the server take the grid from the tablet at the next contact, and are told; given back they bring it again', async () => {
    const { user, password } = server.signIns.find(({ role }) => role === 'worker')!;
    const { core, seen, log } = await aTablet(user, password);
    await until('open', () => seen.phase.phase === 'open');
    const before = (await core.today()).householdCount;
    expect(before).toBeGreaterThan(5);
    let grid = '';
    await giveRoles(user, (roles) => {
      grid = roles.find((role) => role.startsWith('grid:'))!;
      return roles.filter((role) => role !== grid);
    });
    await core.uploadNow();
    await until('gone', async () => (await core.today()).householdCount === 0);
    await until('told', () => seen.sync.problem === 'roleEnded');
    await until('logged', () => log.includes(`role-ended ${grid.replace(':', '-')}`));
    await giveRoles(user, (roles) => [...roles, grid]);
    expect(await core.signIn(user, password)).toEqual({ outcome: 'open' });
    await until('back', async () => (await core.today()).householdCount === before);
    await core.quiesce();
  });
});
