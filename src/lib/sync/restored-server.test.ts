// The whole of section 8 of sync.md against the real server: its data directory is copied, work goes on, the copy is put
// back, and the tablets make it whole again.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEmbedded } from '#tests/contract/open-embedded.ts';
import { ask, type OpenedServer } from '#tests/contract/opened-server.ts';
import { aSyncingDevice, SCOPE, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import { realClock as clock } from '#lib/device/real-clock.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import { httpRemote } from './http-remote.ts';

let folder: string;
let server: OpenedServer;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-restored-'));
  await open('today');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const open = async (dataDir: string) =>
  void (server = await openEmbedded({ dataDir: path.join(folder, dataDir) }));

const copy = (from: string, to: string) =>
  cp(path.join(folder, from), path.join(folder, to), { recursive: true });

function remote(): Remote {
  const { name, password } = server.admin;
  const authorization = `Basic ${btoa(`${name}:${password}`)}`;
  return httpRemote({
    url: `${server.url}/${SCOPE}`,
    clock,
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } }),
  });
}

const visit = (n: number) => ({ _id: `visit:${String(n)}`, type: 'visit', n });
const household = (floor: number) => ({ _id: 'household:A', type: 'household', floor });
const onServer = async () => {
  const { json } = await ask(`${server.url}/${SCOPE}/_all_docs`, { as: server.admin });
  return new Map<string, string>(
    json.rows.map((row: { id: string; value: { rev: string } }) => [row.id, row.value.rev]),
  );
};

/** Visits of a morning on the server, and a copy of its data as it then was, the server running again. */
async function aMorning(): Promise<SyncingDevice> {
  await ask(`${server.url}/${SCOPE}`, { as: server.admin, method: 'PUT' });
  const alice = await aSyncingDevice(remote());
  for (let n = 0; n < 20; n++) await alice.save(visit(n));
  await alice.save(household(1));
  await alice.round();
  await server.close();
  await copy('today', 'yesterday');
  await open('today');
  return alice;
}

it('a server put back to an older copy of its data has all work again, with the same revisions, and so has every tablet', async () => {
  const morning = await aMorning();
  const alice = await morning.restarted(remote());
  const bob = await aSyncingDevice(remote());
  for (let n = 20; n < 35; n++) await alice.save(visit(n));
  for (const floor of [2, 3]) {
    await alice.save(household(floor));
    await alice.round();
  }
  await bob.save(visit(100));
  await bob.round();
  await alice.save({ _id: 'visit:3', _deleted: true, type: 'visit' });
  await alice.round();
  const whole = await onServer();
  expect(whole.size).toBe(36);
  await server.close();
  await open('yesterday');
  expect((await onServer()).size).toBe(21);

  // What she saved meanwhile waits, and is sent to a server that is not the one she knows.
  await alice.save(visit(200));
  const later = await alice.restarted(remote());
  const report = await later.round();
  expect(report).toMatchObject({ complete: true, sent: 1, scopes: [{ pull: { rolledBack: true } }] });
  const again = await onServer();
  again.delete('visit:200');
  expect(again).toEqual(whole);
  const bobLater = await bob.restarted(remote());
  await bobLater.round();
  for (const device of [later, bobLater]) {
    expect(await device.store.countDocuments(SCOPE)).toBe(37);
    expect((await device.read('household:A'))?.body).toEqual(household(3));
    expect(await device.read('visit:3')).toBeUndefined();
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  }
  const { json } = await ask(`${server.url}/${SCOPE}/household:A?revs=true&conflicts=true`, {
    as: server.admin,
  });
  expect(json._revisions.start).toBe(3);
  expect(json._conflicts).toBeUndefined();
  // And then there is nothing to do any more.
  expect(await later.round()).toMatchObject({ complete: true, sent: 0 });
});

it('a server put back while a tablet is at work is found out before its receipt', async () => {
  const morning = await aMorning();
  let now = remote();
  const alice = await morning.restarted(
    new Proxy({} as Remote, { get: (_none, name) => Reflect.get(now, name) }),
  );
  await alice.save(visit(50));
  await alice.round();
  await server.close();
  await open('yesterday');
  now = remote();
  await alice.round();
  expect((await onServer()).has('visit:50')).toBe(false);
  expect(await alice.round({ lookAgain: true })).toMatchObject({ scopes: [{ pull: { rolledBack: true } }] });
  expect((await onServer()).has('visit:50')).toBe(true);
});

it('a database made anew, empty, takes nothing away and is filled only after a word of it', async () => {
  const morning = await aMorning();
  const url = `${server.url}/${SCOPE}`;
  await ask(url, { as: server.admin, method: 'DELETE' });
  const alice = await morning.restarted(remote());
  expect(await alice.round()).toMatchObject({ complete: false, fault: { kind: 'missing' } });
  await ask(url, { as: server.admin, method: 'PUT' });
  expect(await alice.round()).toMatchObject({ complete: false, scopes: [{ pull: { serverSmaller: true } }] });
  expect((await onServer()).size).toBe(0);
  await ask(`${url}/meta:epoch`, { as: server.admin, method: 'PUT', body: { type: 'meta' } });
  expect(await alice.round()).toMatchObject({ complete: true });
  expect((await onServer()).size).toBe(22);
});
