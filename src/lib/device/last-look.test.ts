// 应急查看 on a tablet whose lease has ended, with a real store and server: what it shows, and what it leaves behind.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aRunningDevice, until } from '#tests/fixtures/running-device.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import { DeviceCore } from './device-core.ts';

const HOUR_MS = 3_600_000;
const COMMUNITY = '999999001001';

let dataDir: string;
let server: RunningQiaomen;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-look-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 30 } });
}, 120_000);

afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The same tablet, hours later and with no network. */
async function hoursLater(hours: number) {
  const nowMs = () => Date.now() + hours * HOUR_MS;
  const core = new DeviceCore({
    session: { database: `${server.url}/db`, fetch: () => Promise.reject(new TypeError('no network')) },
    ids: { nowMs, randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    clock: { nowMs, steadyMs: () => performance.now(), after: () => () => undefined },
    chance: Math.random,
    exclusively: (_lock, work) => work(),
    isOnline: () => false,
  });
  await core.start(() => undefined);
  return core;
}

async function auditOf(user: string): Promise<{ what: string; why?: string }[]> {
  const { name, password } = server.administrator;
  const answer = await fetch(`${server.url}/db/audit-${COMMUNITY}/_all_docs?include_docs=true`, {
    headers: { authorization: `Basic ${btoa(`${name}:${password}`)}` },
  });
  const { rows } = (await answer.json()) as { rows: { doc: { createdBy?: string; what: string } }[] };
  return rows.map(({ doc }) => doc).filter(({ createdBy }) => createdBy === user);
}

it('after a lease has ended the lists are seen once more for 24 hours, with a reason that the audit keeps', async () => {
  const { user, password } = server.signIns.find(({ role }) => role === 'worker')!;
  const device = await aRunningDevice(server.url, { user, password });
  await until('the roster is here', () => device.seen.phase.phase === 'open');
  const { rows } = await device.core.today();
  expect(await device.core.lookOnce(user, password, '三号楼着火，要找人')).toEqual({ outcome: 'notEnded' });
  await device.core.quiesce();

  const early = await hoursLater(1);
  expect(await early.lookOnce(user, password, '三号楼着火，要找人')).toEqual({ outcome: 'notEnded' });

  const late = await hoursLater(30 * 24);
  expect(await late.signIn(user, password)).toMatchObject({ outcome: 'leaseEnded' });
  expect(await late.lookOnce(user, 'not hers', '三号楼着火，要找人')).toEqual({ outcome: 'wrongPassword' });
  expect(await late.lookOnce(user, password, ' 急 ')).toEqual({ outcome: 'reasonNeeded' });
  const shown = await late.lookOnce(user, password, '三号楼着火，要找人');
  if (shown.outcome !== 'shown') throw new Error(shown.outcome);
  expect(shown.look.rows.length).toBeGreaterThanOrEqual(rows.length);
  expect(shown.look.buildings.flatMap(({ doors }) => doors).length).toBeGreaterThan(0);
  expect(shown.look.leftMs).toBe(24 * HOUR_MS);
  await expect(late.today()).rejects.toThrow('covered');

  const nextMorning = await hoursLater(30 * 24 + 20);
  expect(await nextMorning.lookOnce(user, password, '')).toMatchObject({ outcome: 'shown' });
  expect(await nextMorning.signIn(user, password)).toMatchObject({ outcome: 'leaseEnded' });
  const tooLate = await hoursLater(30 * 24 + 25);
  expect(await tooLate.lookOnce(user, password, '三号楼着火，要找人')).toEqual({ outcome: 'over' });

  const back = await aRunningDevice(server.url, { user, password });
  await until('the roster is here', () => back.seen.phase.phase === 'open');
  await back.core.uploadNow();
  await until('the audit is there', async () =>
    (await auditOf(user)).some(({ what }) => what === 'lastLook'),
  );
  const looks = (await auditOf(user)).filter(({ what }) => what === 'lastLook');
  expect(looks.map(({ why }) => why).sort()).toEqual(['三号楼着火，要找人', undefined].sort());
  await back.core.quiesce();
});
