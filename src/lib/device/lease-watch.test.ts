// A tablet whose server is not heard for days: what opens, what stays locked, and what she is told.
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { DeviceDoor } from './device-door.ts';
import type { DevicePhase, SyncState } from './device-state.ts';

const PIN = '246802';
const HOUR_MS = 3_600_000;
/** Longer than any lease of an ordinary week, holidays of this machine's date included. */
const LONG_MS = 30 * 24 * HOUR_MS;
const doors: DeviceDoor[] = [];

/** What the world is to a tablet: its clock, and whether the server is there. */
function aWorld() {
  return { aheadMs: 0, isReachable: true };
}

/** A tablet that has just been switched on. */
async function aTabletIn(world: ReturnType<typeof aWorld>) {
  const seen: { phase?: DevicePhase; sync?: SyncState } = {};
  const nowMs = () => Date.now() + world.aheadMs;
  const answer = (init?: RequestInit) => {
    if (!world.isReachable) return Promise.reject(new TypeError('Failed to fetch'));
    const roles = ['staff'];
    const body =
      init?.method === 'POST'
        ? { ok: true, name: 'limin', roles }
        : { ok: true, userCtx: { name: 'limin', roles } };
    return Promise.resolve(Response.json(body, { headers: { date: new Date(nowMs()).toUTCString() } }));
  };
  const door = new DeviceDoor({
    session: { database: 'https://tablet.example/db', fetch: (_input, init) => answer(init) },
    ids: { nowMs, randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    clock: {
      nowMs,
      steadyMs: () => performance.now(),
      after(delayMs, act) {
        const timer = setTimeout(act, delayMs / 200);
        return () => clearTimeout(timer);
      },
    },
    chance: Math.random,
    exclusively: (_lock, work) => work(),
    isOnline: () => true,
  });
  doors.push(door);
  await door.start((event) => {
    if (event.kind === 'phase') seen.phase = event.phase;
    if (event.kind === 'sync') seen.sync = event.sync;
  });
  return { door, seen };
}

/** She signed in, chose a code and covered the tablet; then the server is gone. */
async function aShiftBegun(world: ReturnType<typeof aWorld>) {
  const { door } = await aTabletIn(world);
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
  await door.choosePin(PIN);
  await expect.poll(async () => (await door.tablet!.listPeople())[0]?.lease).toBeDefined();
  await door.quiesce();
  door.tablet!.close();
  world.isReachable = false;
}

afterEach(async () => {
  for (const door of doors.splice(0)) {
    await door.quiesce();
    door.tablet?.close();
  }
  for (const { name } of await indexedDB.databases())
    await new Promise((resolve) => (indexedDB.deleteDatabase(name!).onsuccess = resolve));
});

describe('with the server away', () => {
  it('her code and her password open for a day and a half at least', async () => {
    const world = aWorld();
    await aShiftBegun(world);
    world.aheadMs = 35 * HOUR_MS;
    const { door, seen } = await aTabletIn(world);
    expect(seen.phase).toMatchObject({ phase: 'covered', triesLeft: 5 });
    expect(await door.unlock(PIN)).toEqual({ outcome: 'open' });
    await door.quiesce();
    const again = await aTabletIn(world);
    expect(await again.door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
  });

  it('after the lease her code is gone and her password opens nothing, until the server takes it', async () => {
    const world = aWorld();
    await aShiftBegun(world);
    world.aheadMs = LONG_MS;
    const { door, seen } = await aTabletIn(world);
    expect(seen.phase).toEqual({
      phase: 'signIn',
      people: [{ user: 'limin', name: 'limin' }],
      reason: 'leaseEnded',
      unsent: 0,
    });
    expect(await door.unlock(PIN)).toEqual({ outcome: 'passwordNeeded' });
    expect(await door.tablet!.unlockByPin('limin', PIN)).toEqual({ outcome: 'password-needed' });
    expect(await door.signIn('limin', 'not hers')).toEqual({ outcome: 'wrongPassword' });
    expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'leaseEnded', unsent: 0 });
    expect(door.work).toBeUndefined();
    world.isReachable = true;
    expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
  });

  it('turning the clock back opens nothing again', async () => {
    const world = aWorld();
    await aShiftBegun(world);
    world.aheadMs = LONG_MS;
    const { door } = await aTabletIn(world);
    world.aheadMs = 0;
    expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'leaseEnded', unsent: 0 });
  });

  it('a lease that ends before a covered tablet ends there: the right code opens nothing', async () => {
    const world = aWorld();
    await aShiftBegun(world);
    const { door, seen } = await aTabletIn(world);
    expect(seen.phase).toMatchObject({ phase: 'covered' });
    world.aheadMs = LONG_MS;
    expect(await door.unlock(PIN)).toEqual({ outcome: 'passwordNeeded' });
    expect(seen.phase).toMatchObject({ phase: 'signIn', reason: 'leaseEnded' });
    expect(door.work).toBeUndefined();
  });

  it('a lease that ends under open work closes it', async () => {
    const world = aWorld();
    await aShiftBegun(world);
    const { door, seen } = await aTabletIn(world);
    expect(await door.unlock(PIN)).toEqual({ outcome: 'open' });
    world.aheadMs = LONG_MS;
    await expect.poll(() => seen.phase).toMatchObject({ phase: 'signIn', reason: 'leaseEnded' });
    expect(door.work).toBeUndefined();
  });
});

it('the end is told in its last twelve hours, and no more once the server was heard', async () => {
  const world = aWorld();
  await aShiftBegun(world);
  const { door, seen } = await aTabletIn(world);
  await door.unlock(PIN);
  await expect.poll(() => seen.sync?.leaseEndsAt).toBeUndefined();
  const lease = (await door.tablet!.listPeople())[0]!.lease!;
  world.aheadMs = lease.endsMs - Date.now() - 2 * HOUR_MS;
  await expect.poll(() => seen.sync?.leaseEndsAt).toBe(new Date(lease.endsMs).toISOString());
  world.isReachable = true;
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'open' });
  await expect.poll(() => seen.sync?.leaseEndsAt, { timeout: 5_000 }).toBeUndefined();
});
