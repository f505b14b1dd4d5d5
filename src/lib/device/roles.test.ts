// What a tablet holds follows the roles at the server, with a real store, sync and server.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceCore } from './device-core.ts';
import { aRunningDevice, until } from '#tests/fixtures/running-device.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';

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

/** A restricted tag, as a colleague wrote it into the care of a grid. */
async function tagRestricted(grid: string): Promise<void> {
  const { name, password } = server.administrator;
  const now = new Date().toISOString();
  const tag = {
    ...{ _id: 'tag:RESTRICTED', type: 'tag', code: 'communityCorrection', household: 'household:A' },
    ...{ schema: 1, createdAt: now, createdBy: 'limin', updatedAt: now, updatedBy: 'limin', device: 't' },
  };
  const answer = await fetch(`${server.url}/db/care-${grid}/tag:RESTRICTED`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${btoa(`${name}:${password}`)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(tag),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Every key that stands in any database of this browser, whatever is sealed beside it. */
async function allKeys(): Promise<string> {
  const keys: unknown[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error(name));
    });
    for (const table of db.objectStoreNames) {
      const rows = await new Promise<unknown[]>((resolve) => {
        const asking = db.transaction(table).objectStore(table).getAll();
        asking.onsuccess = () => resolve(asking.result);
      });
      keys.push(
        table,
        JSON.stringify(rows, (key, value: unknown) => (key === 'sealed' ? undefined : value)),
      );
    }
    db.close();
  }
  return keys.join('\n');
}

/** Looks at somebody, puts a tag on and takes it off: all of it in care, told to the audit, and nowhere else. */
async function keepsRestricted(core: DeviceCore, grid: string): Promise<void> {
  const { rows, done } = await core.today();
  const { household } = [...rows, ...done][0]!;
  const { resident, name } = (await core.household(household))!.members[0]!;
  expect(await core.openCare({ resident })).toEqual({ outcome: 'whyNeeded' });
  const asked = { resident, why: '每月走访' };
  expect(await core.openCare(asked)).toMatchObject({ outcome: 'shown', care: { on: [], ended: [] } });
  const wanted = { resident, code: 'drugRehabilitation', evidence: '社区通知' };
  expect(await core.putCare(wanted)).toMatchObject({ outcome: 'saved' });
  expect(await core.putCare(wanted)).toEqual({ outcome: 'notNow' });
  expect(await core.putCare({ ...wanted, code: 'alone80' })).toEqual({ outcome: 'notNow' });
  const shown = await core.openCare(asked);
  const tag = shown.outcome === 'shown' ? shown.care.on[0]?.tag : undefined;
  expect(tag).toMatch(/^tag:/);
  const screens = [await core.household(household), await core.today(), await core.search(name, 5)];
  expect(JSON.stringify([...screens, await core.listWaiting()])).not.toMatch(/drugRehab|社区通知|Correction/);
  expect(await core.household(household)).toMatchObject({ mayCare: true });
  expect(await core.endCare({ resident, tag: tag!, reason: ' ' })).toEqual({ outcome: 'notNow' });
  expect(await core.endCare({ resident, tag: tag!, reason: '已期满' })).toMatchObject({ outcome: 'saved' });
  await core.uploadNow();
  const there = await administratorsList(`care-${grid}`);
  expect(there.find(({ _id }) => _id === tag)).toMatchObject({
    code: 'drugRehabilitation',
    reasonText: '已期满',
  });
  const audit = await administratorsList(`audit-${grid.slice(0, 12)}`);
  const seen = audit.filter(({ about }) => about === resident);
  expect(seen).toMatchObject([{ field: 'care', why: '每月走访', grid }, { field: 'care' }]);
  expect(JSON.stringify(await administratorsList(`grid-${grid}`))).not.toMatch(/drugRehab|社区通知/);
}

async function administratorsList(scope: string): Promise<Record<string, unknown>[]> {
  const { name, password } = server.administrator;
  const headers = { authorization: `Basic ${btoa(`${name}:${password}`)}` };
  const answer = await fetch(`${server.url}/db/${scope}/_all_docs?include_docs=true`, { headers });
  const { rows } = (await answer.json()) as { rows: { id: string; doc: Record<string, unknown> }[] };
  return rows.filter(({ id }) => !id.startsWith('_design/')).map(({ doc }) => doc);
}

describe('what is restricted', () => {
  it('is on the tablet of who has the role for it, and never on a clerk’s, whatever her roles', async () => {
    const worker = server.signIns.find(({ role }) => role === 'worker')!;
    const clerk = server.signIns.find(({ role }) => role === 'clerk')!;
    const grid = '999999001001001';
    await tagRestricted(grid);
    await giveRoles(clerk.user, (roles) => [...roles, `care:${grid}`]);
    const atDesk = await aRunningDevice(server.url, clerk);
    await until('the desk is open', () => atDesk.seen.phase.phase === 'open');
    await atDesk.core.uploadNow();
    await until('its own is there', async () => (await allKeys()).includes(`own-${clerk.user}`));
    await atDesk.core.quiesce();
    expect(await allKeys()).not.toContain('care-');
    // Nor of anybody before it is said where the tablet stands.
    const unsaid = await aRunningDevice(server.url, worker);
    await until('the tablet is open', () => unsaid.seen.phase.phase === 'open');
    await unsaid.core.uploadNow();
    await unsaid.core.quiesce();
    expect(await allKeys()).not.toContain('care-');
    const { core, seen } = await aRunningDevice(server.url, worker, { place: 'field' });
    await until('the field is open', () => seen.phase.phase === 'open');
    await until('care is there', async () => (await allKeys()).includes(`care-${grid}|tag:RESTRICTED`));
    await keepsRestricted(core, grid);
    // Somebody else sits down at it.
    expect(await core.changePlace('desk', 'a guess')).toEqual({ outcome: 'wrong' });
    expect(await core.tabletPlace()).toBe('field');
    expect(await core.changePlace('desk', worker.password)).toEqual({ outcome: 'changed' });
    await core.uploadNow();
    await core.quiesce();
    expect(await allKeys()).not.toContain('care-');
  });
});

describe('what a worker has on her tablet', () => {
  it('goes with her role at the next contact, and is told; comes again with the role', async () => {
    const { user, password } = server.signIns.find(({ role }) => role === 'worker')!;
    const { core, seen, log } = await aRunningDevice(server.url, { user, password });
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

  it('cleared by the browser is told as that, and comes anew', async () => {
    const person = server.signIns.filter(({ role }) => role === 'worker')[1]!;
    const before = new Set((await indexedDB.databases()).map(({ name }) => name));
    const first = await aRunningDevice(server.url, person);
    await until('open', () => first.seen.phase.phase === 'open');
    expect(first.downloads.some(({ wiped }) => wiped)).toBe(false);
    const count = (await first.core.today()).householdCount;
    await first.core.quiesce();
    for (const { name } of await indexedDB.databases())
      if (name !== undefined && !before.has(name) && name !== 'qiaomen-tablet')
        await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
    const second = await aRunningDevice(server.url, person, { requestMs: 100 });
    await until('open again', () => second.seen.phase.phase === 'open');
    expect(second.downloads.length).toBeGreaterThan(0);
    expect(second.downloads.every(({ wiped }) => wiped)).toBe(true);
    expect((await second.core.today()).householdCount).toBe(count);
    await second.core.quiesce();
  });
});
