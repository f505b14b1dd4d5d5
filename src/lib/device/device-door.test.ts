import 'fake-indexeddb/auto';
import { afterEach, expect, it } from 'vitest';
import { behindDoor, type BehindDoor } from './behind-door.ts';
import { DeviceDoor } from './device-door.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { DevicePhase } from './device-state.ts';
import { realClock } from './real-clock.ts';

const PIN = '246802';
const doors: DeviceDoor[] = [];

/** A door on a tablet whose server signs her in and answers nothing else. */
async function aDoor(behind?: BehindDoor) {
  const signedIn = () => Promise.resolve(Response.json({ ok: true, name: 'limin', roles: ['staff'] }));
  const platform: DevicePlatform = {
    session: {
      database: 'https://tablet.example/db',
      fetch: (_input, init) =>
        init?.method === 'POST' ? signedIn() : Promise.reject(new TypeError('Failed to fetch')),
    },
    ids: {
      nowMs: () => Date.now(),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
    clock: realClock,
    chance: Math.random,
    exclusively: (_lock, work) => work(),
    isOnline: () => true,
  };
  const door = behind ? new DeviceDoor(platform, behind) : new DeviceDoor(platform);
  doors.push(door);
  const phases: DevicePhase[] = [];
  await door.start((event) => void (event.kind === 'phase' && phases.push(event.phase)));
  return { door, phases };
}

async function anOpenDoor() {
  const { door, phases } = await aDoor();
  const before = (await indexedDB.databases()).map(({ name }) => name);
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
  await door.choosePin(PIN);
  const [hers] = (await indexedDB.databases()).filter(({ name }) => !before.includes(name));
  return { door, phases, hers: hers!.name! };
}

/** A tablet with her shift open on it, and nobody in. */
async function aCoveredTablet() {
  const { door, hers } = await anOpenDoor();
  await door.quiesce();
  return hers;
}

/** Scripts that come as a line lets them: those in `missing` do not. */
function scripts(...missing: (keyof BehindDoor)[]) {
  const asked: string[] = [];
  const gone = new Set(missing);
  const over =
    <T>(script: keyof BehindDoor, load: () => Promise<T>) =>
    () => {
      asked.push(script);
      return gone.has(script) ? Promise.reject(new TypeError('Failed to fetch')) : load();
    };
  const behind: BehindDoor = {
    entrance: over('entrance', behindDoor.entrance),
    work: over('work', behindDoor.work),
  };
  return { behind, asked, gone };
}

function deleted(name: string): Promise<void> {
  const asked = indexedDB.deleteDatabase(name);
  return new Promise((resolve, reject) => {
    asked.addEventListener('success', () => resolve());
    asked.addEventListener('error', () => reject(new Error('not deleted')));
  });
}

afterEach(async () => {
  for (const door of doors.splice(0)) {
    await door.quiesce();
    door.tablet?.close();
  }
  for (const { name } of await indexedDB.databases()) await deleted(name!);
});

it('a database taken from under it leaves neither key nor roster in memory', async () => {
  const { door, phases, hers } = await anOpenDoor();
  expect(door.work).toBeDefined();
  indexedDB.deleteDatabase(hers);
  await expect.poll(() => phases.at(-1)).toEqual({ phase: 'broken', reason: 'newerDatabase' });
  expect(door.work).toBeUndefined();
});

it('open work is not covered because something for later did not load', async () => {
  await aCoveredTablet();
  const { behind, asked } = scripts('entrance');
  const { door, phases } = await aDoor(behind);
  expect(await door.unlock(PIN)).toEqual({ outcome: 'open' });
  await expect.poll(() => asked, { timeout: 5_000 }).toContain('entrance');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(phases.map(({ phase }) => phase)).not.toContain('broken');
  expect(door.work).toBeDefined();
});

it('a sign-in whose scripts do not come says so, and the next one gets in', async () => {
  const { behind, gone } = scripts('entrance');
  const { door, phases } = await aDoor(behind);
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'notLoaded' });
  expect(await door.startAnew('limin', 'password')).toEqual({ outcome: 'notLoaded' });
  gone.delete('entrance');
  gone.add('work');
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'notLoaded' });
  expect(phases.at(-1)?.phase).toBe('signIn');
  gone.clear();
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
});

it('signing in again closes no work because a script did not come', async () => {
  await aCoveredTablet();
  const { door } = await aDoor(scripts('entrance').behind);
  await door.unlock(PIN);
  const { work } = door;
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'notLoaded' });
  expect(work).toBeDefined();
  expect(door.work).toBe(work);
});

it('the right PIN opens once the scripts come, and is not called a broken store before', async () => {
  await aCoveredTablet();
  const { behind, gone } = scripts('work');
  const { door, phases } = await aDoor(behind);
  expect(await door.unlock(PIN)).toEqual({ outcome: 'notLoaded' });
  expect(phases.at(-1)).toMatchObject({ phase: 'covered', triesLeft: 5 });
  gone.clear();
  expect(await door.unlock(PIN)).toEqual({ outcome: 'open' });
  expect(door.work).toBeDefined();
});

it.each([
  ['two PINs', (door: DeviceDoor) => door.unlock(PIN)],
  ['a PIN and her password', (door: DeviceDoor) => door.signIn('limin', 'password')],
])('%s at once open one work, and nothing stays open behind it', async (_ways, other) => {
  const hers = await aCoveredTablet();
  const { door, phases } = await aDoor();
  const [first, second] = await Promise.all([door.unlock(PIN), other(door)]);
  expect(['open', 'choosePin']).toContain(first.outcome);
  expect(['open', 'choosePin']).toContain(second.outcome);
  expect(door.work).toBeDefined();
  await door.quiesce();
  const told = phases.length;
  await deleted(hers);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(phases.slice(told)).toEqual([]);
});
