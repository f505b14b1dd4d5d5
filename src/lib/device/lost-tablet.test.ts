// A tablet that is reported lost: order, refused at the next request, wiped, reported, listed. With real store, sealing, sync,
// server and administrator's commands.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TABLET_HEADER, tabletCardId, tabletNumber } from '#lib/domain/tablet-name.ts';
import { putTabletFacts, readTabletFacts, TABLET_FACTS } from '#lib/storage/tablet-facts.ts';
import { aRunningDevice, until } from '#tests/fixtures/running-device.ts';
import { ADMIN_COMMANDS } from '../../../scripts/admin/admin-commands.ts';
import { runAdmin } from '../../../scripts/admin/run-admin.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';

let dataDir: string;
let server: RunningQiaomen;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-lost-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 5 } });
}, 60_000);
beforeEach(async () => {
  for (const name of await databases()) await removed(name);
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const databases = async () => (await indexedDB.databases()).map(({ name }) => name ?? '').sort();
const removed = (name: string) =>
  new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
const facts = () =>
  readTabletFacts({}, () => {
    throw new Error('this tablet is nobody');
  });
const worker = () => server.signIns.find(({ role }) => role === 'worker')!;

async function admin(...args: string[]) {
  const out: string[] = [];
  const exitCode = await runAdmin(ADMIN_COMMANDS, [...args, '--url', `${server.url}/db`], {
    say: (line) => out.push(line),
    warn: (line) => out.push(line),
    ask: undefined,
    environment: { ADMIN_PASSWORD: server.administrator.password },
    now: () => new Date(),
  });
  return { exitCode, text: out.join('\n') };
}

async function listed(number: string) {
  const { text } = await admin('devices', 'list', '--json');
  const rows = JSON.parse(text) as {
    number: string;
    state: string;
    people: { user: string }[];
    wipedAt?: string;
  }[];
  return rows.find((row) => row.number === number);
}

/** Somebody works on a tablet, and the server knows it. */
async function inUse(how: Parameters<typeof aRunningDevice>[2] = {}) {
  const device = await aRunningDevice(server.url, worker(), how);
  await until('open', () => device.seen.phase.phase === 'open');
  const number = (await device.core.tabletNumber())!;
  await until('listed', async () => (await listed(number)) !== undefined);
  return { ...device, number };
}

/** A tablet the server knows of by name alone, with something on it. */
async function aKnownTablet() {
  const { core } = await aRunningDevice(server.url, worker(), { signsIn: false });
  const { id } = await facts();
  const headers = {
    authorization: `Basic ${btoa(`admin:${server.administrator.password}`)}`,
    'content-type': 'application/json',
  };
  const card = { type: 'tablet', schema: 1, tablet: id, people: {} };
  const put = { method: 'PUT', headers, body: JSON.stringify(card) };
  await fetch(`${server.url}/db/tablets/${encodeURIComponent(tabletCardId(id))}`, put);
  indexedDB.open('qiaomen-0123456789abcdef').onsuccess = ({ target }) =>
    (target as IDBOpenDBRequest).result.close();
  await until('there', async () => (await databases()).length >= 3);
  return { core, id, number: tabletNumber(id) };
}

describe('a lost tablet', () => {
  it('clears itself at its next request, of everything, reports it, and is listed as wiped', async () => {
    const { core, seen, number } = await inUse();
    expect(await listed(number)).toMatchObject({ state: 'in-use', people: [{ user: worker().user }] });
    expect((await databases()).length).toBeGreaterThan(2);
    // Said first, done only then.
    const shown = await admin('devices', 'lost', number, '--reason', 'left on a bus', '--dry-run');
    expect(shown.text).toContain(worker().user);
    expect((await listed(number))?.state).toBe('in-use');
    expect((await admin('devices', 'lost', number)).exitCode).toBe(2);
    // Found again before it heard of it, it goes on as if nothing had been.
    expect((await admin('devices', 'lost', number, '--reason', 'looked for')).exitCode).toBe(0);
    expect((await listed(number))?.state).toBe('lost');
    expect((await admin('devices', 'found', number)).exitCode).toBe(0);
    await core.uploadNow();
    expect(seen.phase.phase).toBe('open');

    await admin('devices', 'lost', number, '--reason', 'left on a bus');
    void core.uploadNow();
    await until('wiped and reported', () => seen.phase.phase === 'lost' && seen.phase.step === 'reported');
    expect(await databases()).toEqual([TABLET_FACTS]);
    expect(await listed(number)).toMatchObject({ state: 'wiped', wipedAt: expect.any(String) });
    // Nothing is told of anybody any more, whatever the page asks.
    await expect(core.today()).rejects.toThrow();
    expect((await admin('devices', 'found', number)).exitCode).toBe(1);
  });

  it('with nobody signed in asks once when it starts, clears itself, and is another tablet afterwards', async () => {
    const { core, number } = await aKnownTablet();
    await core.quiesce();
    await admin('devices', 'lost', number, '--reason', 'stolen');
    const again = await aRunningDevice(server.url, worker(), { signsIn: false });
    await until('wiped', () => again.seen.phase.phase === 'lost' && again.seen.phase.step === 'reported');
    expect(await databases()).toEqual([TABLET_FACTS]);
    expect((await listed(number))?.state).toBe('wiped');
    await again.core.beginAnew();
    expect(await again.core.tabletNumber()).not.toBe(number);
    const anew = await aRunningDevice(server.url, worker(), { signsIn: false });
    expect(anew.seen.phase).toMatchObject({ phase: 'signIn', people: [] });
  });

  it('killed in the middle goes on when it is opened, and reports until it is answered', async () => {
    const { core, id, number } = await aKnownTablet();
    await core.quiesce();
    await admin('devices', 'lost', number, '--reason', 'stolen');
    const asked = await fetch(`${server.url}/db/_tablet`, { headers: { [TABLET_HEADER]: id } });
    const { order } = (await asked.json()) as { order: string };
    // As it stands after the order was heard and the page killed before anything was removed.
    await putTabletFacts({}, { id, wipe: { order } });
    let cut = true;
    const again = await aRunningDevice(server.url, worker(), { signsIn: false, isCut: () => cut });
    await until('wiped', () => again.seen.phase.phase === 'lost' && again.seen.phase.step === 'wiped');
    expect(await databases()).toEqual([TABLET_FACTS]);
    expect((await listed(number))?.state).toBe('lost');
    expect((await facts()).wipe).toMatchObject({ order, wipedAt: expect.any(Number) });
    cut = false;
    again.core.wake('online');
    await until('reported', () => again.seen.phase.phase === 'lost' && again.seen.phase.step === 'reported');
    expect((await listed(number))?.state).toBe('wiped');
  });

  it('clears itself for nobody but its own server, by its own name', async () => {
    let asked = 0;
    const lies = { error: 'tablet_lost', device: '00000000-0000000000000000', order: 'ab'.repeat(16) };
    const { core, seen } = await aRunningDevice(server.url, worker(), {
      signsIn: false,
      answersInstead: () =>
        asked++ % 2 === 0 ? Response.json(lies, { status: 410 }) : new Response('gone', { status: 410 }),
    });
    await until('asked', () => asked === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    core.wake('online');
    await until('asked twice', () => asked === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.phase.phase).toBe('signIn');
  });
});
