import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { DeviceDoor } from './device-door.ts';
import type { DevicePhase } from './device-state.ts';

/** A door on a tablet whose server signs her in and answers nothing else. */
async function anOpenDoor() {
  const signedIn = () => Promise.resolve(Response.json({ ok: true, name: 'limin', roles: ['staff'] }));
  const nowMs = () => Date.now();
  const door = new DeviceDoor({
    session: {
      database: 'https://tablet.example/db',
      fetch: (_input, init) =>
        init?.method === 'POST' ? signedIn() : Promise.reject(new TypeError('Failed to fetch')),
    },
    ids: { nowMs, randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    clock: {
      nowMs,
      steadyMs: () => performance.now(),
      after: (delayMs, act) => {
        const timer = setTimeout(act, delayMs);
        return () => clearTimeout(timer);
      },
    },
    chance: Math.random,
    exclusively: (_lock, work) => work(),
    isOnline: () => true,
  });
  const phases: DevicePhase[] = [];
  await door.start((event) => void (event.kind === 'phase' && phases.push(event.phase)));
  const before = (await indexedDB.databases()).map(({ name }) => name);
  expect(await door.signIn('limin', 'password')).toEqual({ outcome: 'choosePin' });
  await door.choosePin('246802');
  const [hers] = (await indexedDB.databases()).filter(({ name }) => !before.includes(name));
  return { door, phases, hers: hers!.name! };
}

it('a database taken from under it leaves neither key nor roster in memory', async () => {
  const { door, phases, hers } = await anOpenDoor();
  expect(door.work).toBeDefined();
  indexedDB.deleteDatabase(hers);
  await expect.poll(() => phases.at(-1)).toEqual({ phase: 'broken', reason: 'newerDatabase' });
  expect(door.work).toBeUndefined();
  await door.quiesce();
});
