import { describe, expect, it } from 'vitest';
import { faultyRemote, type Mishap } from '#tests/fixtures/faulty-remote.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aPhotoDevice, PHOTOS_SCOPE } from '#tests/fixtures/photo-device.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import type { RemoteFault } from '#lib/protocol/remote.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { startSyncLoop, type SyncLoopPorts } from './sync-loop.ts';
import type { RoundReport } from './sync-round.ts';
import type { SyncStatus } from './sync-status.ts';

const SCOPE = 'grid-1';
const visit = (n: number) => ({ scope: SCOPE, body: { _id: `visit:${String(n)}`, type: 'visit', n } });
const fault = (kind: RemoteFault['kind'], more: Partial<RemoteFault> = {}): RemoteFault => ({
  outcome: 'fault',
  kind,
  ...more,
});

/** A loop over one scope whose line does what `line.mishap` says; chance is even, so that times are round. */
async function aLoop(changed: Partial<SyncLoopPorts> = {}) {
  const { store } = await aMemoryStore();
  let busy = 0;
  const clock = aToldClock(() => busy > 0);
  /** By how much somebody has set the tablet's clock back. */
  const setBack = { ms: 0 };
  const line: { mishap?: Mishap | undefined } = {};
  const remote = faultyRemote(pouchRemote(aPouchServer()), () => line.mishap);
  const told: SyncStatus[] = [];
  const rounds: RoundReport[] = [];
  const begunAtMs: number[] = [];
  let nonces = 0;
  const startMs = clock.nowMs();
  const loop = startSyncLoop({
    beginTurn: () => store.beginTurn(),
    remoteOf: () => remote,
    scopes: () => Promise.resolve([SCOPE]),
    clock: { nowMs: () => clock.nowMs() - setBack.ms, steadyMs: () => clock.steadyMs(), after: clock.after },
    chance: () => 0.5,
    newNonce: () => `nonce-${String(++nonces)}`,
    async exclusively(work) {
      begunAtMs.push(clock.nowMs() - startMs);
      busy++;
      return work().finally(() => busy--);
    },
    onStatus: (status) => told.push(status),
    onRound: (report) => rounds.push(report),
    ...changed,
  });
  return { store, clock, setBack, line, remote, told, rounds, begunAtMs, loop };
}

describe('when it syncs', () => {
  it('at once, then every five minutes while there is nothing to do', async () => {
    const { clock, begunAtMs, loop } = await aLoop();
    await clock.advance(601_000);
    expect(begunAtMs).toEqual([0, 300_000, 600_000]);
    expect(loop.status()).toMatchObject({ lastSent: 0, elsewhere: false });
    expect(loop.status().problem).toBeUndefined();
  });

  it('two seconds after the last of several saves, and says how many went up', async () => {
    const { clock, store, loop, begunAtMs } = await aLoop();
    await clock.advance(10_000);
    for (let n = 0; n < 3; n++) {
      await store.saveAction([visit(n)]);
      loop.saved();
      await clock.advance(1500);
    }
    await clock.advance(2000);
    expect(begunAtMs).toEqual([0, 15_000]);
    expect(loop.status()).toMatchObject({ lastSent: 3 });
  });

  it('two seconds after a save, though somebody has set the clock back years', async () => {
    const { clock, setBack, store, loop, begunAtMs } = await aLoop();
    await clock.advance(10_000);
    setBack.ms = 3 * 365 * 86_400_000;
    await store.saveAction([visit(1)]);
    loop.saved();
    await clock.advance(2000);
    expect(begunAtMs).toEqual([0, 12_000]);
  });

  it('now, where the network or the screen comes back', async () => {
    const { clock, loop, begunAtMs } = await aLoop();
    await clock.advance(5000);
    loop.wake();
    await clock.advance(10);
    expect(begunAtMs).toEqual([0, 5000]);
  });

  it('as soon as ever after a save, while a photo is in trouble, which is no problem of the records', async () => {
    const { store } = await aPhotoDevice(['photo:A']);
    const remote = pouchRemote(aPouchServer());
    const noPhotos = faultyRemote(remote, () => fault('missing', { status: 404 }));
    const { clock, loop, begunAtMs, rounds } = await aLoop({
      beginTurn: () => store.beginTurn(),
      remoteOf: (scope) => (scope === PHOTOS_SCOPE ? noPhotos : remote),
    });
    await clock.advance(64_500);
    expect(begunAtMs).toEqual([0, 2000, 6000, 14_000, 30_000, 62_000]);
    expect(rounds.at(-1)).toMatchObject({ complete: false, photos: { fault: { kind: 'missing' } } });
    expect(loop.status().problem).toBeUndefined();
    await store.saveAction([visit(1)]);
    loop.saved();
    await clock.advance(2000);
    expect(begunAtMs.at(-1)).toBe(66_500);
    expect(loop.status()).toMatchObject({ lastSent: 1 });
  });

  it('by hand, and answers what came of it', async () => {
    const { clock, store, loop } = await aLoop();
    await clock.advance(10);
    await store.saveAction([visit(1)]);
    const asked = loop.syncNow();
    await clock.advance(10);
    expect(await asked).toMatchObject({ lastSent: 1 });
  });

  it('later and later while there is no network, never within a second, and at once when it is back', async () => {
    const { clock, line, loop, begunAtMs } = await aLoop();
    line.mishap = 'lost';
    await clock.advance(63_000);
    expect(begunAtMs).toEqual([0, 2000, 6000, 14_000, 30_000, 62_000]);
    expect(loop.status().problem).toBe('offline');
    for (let n = 0; n < 5; n++) loop.wake();
    await clock.advance(500);
    expect(begunAtMs).toHaveLength(7);
    for (let n = 0; n < 4; n++) {
      loop.wake();
      await clock.advance(100);
    }
    expect(begunAtMs).toHaveLength(7);
    line.mishap = undefined;
    loop.wake();
    await clock.advance(1000);
    expect(begunAtMs).toHaveLength(8);
    expect(loop.status().problem).toBeUndefined();
  });

  it('no sooner than the server asks for, then scattered; by hand at once', async () => {
    const { clock, line, begunAtMs, loop } = await aLoop();
    line.mishap = fault('busy', { status: 503, retryAfterMs: 40_000 });
    await clock.advance(50_000);
    expect(begunAtMs).toEqual([0, 42_000]);
    loop.wake();
    await clock.advance(30_000);
    expect(begunAtMs).toHaveLength(2);
    expect(loop.status().problem).toBe('server-busy');
    line.mishap = undefined;
    const asked = loop.syncNow();
    await clock.advance(1000);
    await asked;
    expect(begunAtMs).toHaveLength(3);
    expect(loop.status().problem).toBeUndefined();
  });

  it('anywhere in a span that doubles with each failure, so that no street of tablets comes at once', async () => {
    const times: number[] = [];
    for (const chance of [0, 0.25, 0.99]) {
      const { clock, line, begunAtMs, loop } = await aLoop({ chance: () => chance });
      line.mishap = 'lost';
      await clock.advance(20_000);
      times.push(begunAtMs[1]!, begunAtMs[2]!);
      await loop.stop();
    }
    expect(times).toEqual([1000, 2000, 1000, 3000, 3960, 11_880]);
  });

  it('looks at the server’s side of every checkpoint where a receipt is to be written', async () => {
    const { clock, store, remote, loop } = await aLoop();
    await store.saveAction([visit(1)]);
    await clock.advance(10);
    remote.asked.length = 0;
    const asked = [loop.syncNow(), loop.syncNow({ lookAgain: true })];
    await clock.advance(10);
    await Promise.all(asked);
    expect(remote.asked.filter(({ method }) => method === 'getLocal')).toHaveLength(1);
  });

  it('not at all after the session has ended, until somebody signs in', async () => {
    const { clock, line, loop, begunAtMs } = await aLoop();
    line.mishap = fault('sign-in', { status: 401 });
    await clock.advance(3_600_000);
    loop.wake();
    loop.saved();
    await clock.advance(3_600_000);
    expect(begunAtMs).toEqual([0]);
    expect(loop.status()).toMatchObject({ problem: 'sign-in' });
    expect(loop.status().nextAtMs).toBeUndefined();
    line.mishap = undefined;
    loop.signedIn();
    await clock.advance(1000);
    expect(begunAtMs).toHaveLength(2);
    expect(loop.status().problem).toBeUndefined();
  });

  it('soon again where something was saved while a round ran', async () => {
    const saved: { done: boolean } = { done: false };
    const { clock, store, loop, begunAtMs } = await aLoop({
      async scopes() {
        if (!saved.done && begunAtMs.length === 1) {
          saved.done = true;
          await store.saveAction([visit(1)]);
          loop.saved();
        }
        return [SCOPE];
      },
    });
    await clock.advance(3000);
    expect(begunAtMs).toEqual([0, 2000]);
    expect((await store.countWaiting()).waiting).toBe(0);
  });

  it('soon after a save also while one scope is in trouble, whose own tries grow rare', async () => {
    const stumbling = faultyRemote(pouchRemote(aPouchServer()), () => fault('busy', { status: 500 }));
    const well = pouchRemote(aPouchServer());
    const { clock, store, loop, begunAtMs } = await aLoop({
      scopes: () => Promise.resolve(['grid-2', SCOPE]),
      remoteOf: (scope) => (scope === SCOPE ? well : stumbling),
    });
    await clock.advance(100_000);
    expect(begunAtMs).toEqual([0, 2000, 6000, 14_000, 30_000, 62_000]);
    expect(loop.status().problem).toBe('server-busy');
    await store.saveAction([visit(1)]);
    loop.saved();
    await clock.advance(2000);
    expect(begunAtMs.at(-1)).toBe(102_000);
    expect((await store.countWaiting()).waiting).toBe(0);
  });

  it('no sooner for a save where there is no network', async () => {
    const { clock, store, line, loop, begunAtMs } = await aLoop();
    line.mishap = 'lost';
    await clock.advance(40_000);
    await store.saveAction([visit(1)]);
    loop.saved();
    await clock.advance(10_000);
    expect(begunAtMs).toEqual([0, 2000, 6000, 14_000, 30_000]);
  });

  it('never again once stopped', async () => {
    const { clock, loop, begunAtMs } = await aLoop();
    await clock.advance(10);
    await loop.stop();
    loop.wake();
    loop.saved();
    await clock.advance(3_600_000);
    expect(begunAtMs).toEqual([0]);
  });
});

describe('what it says', () => {
  it('names a portal for a portal, keeps the work, and takes no role away', async () => {
    const { clock, store, line, loop } = await aLoop();
    await clock.advance(10);
    await store.saveAction([visit(1)]);
    line.mishap = fault('not-couchdb', { status: 200 });
    loop.saved();
    await clock.advance(2000);
    expect(loop.status().problem).toBe('portal');
    expect((await store.countWaiting()).waiting).toBe(1);
  });

  it('counts while it uploads', async () => {
    const { clock, store, told, loop } = await aLoop();
    await clock.advance(10);
    for (let n = 0; n < 3; n++) await store.saveAction([visit(n)]);
    loop.wake();
    await clock.advance(100);
    expect(told.map(({ progress }) => progress)).toContainEqual({ activity: 'uploading', done: 3, total: 3 });
    expect(loop.status().progress).toBeUndefined();
  });

  it('leaves the work to the tab that has the right to it, and looks again in half a minute', async () => {
    let mine = false;
    let asked = 0;
    const { clock, loop } = await aLoop({
      exclusively: (work) => {
        asked++;
        return mine ? work() : Promise.resolve(undefined);
      },
    });
    await clock.advance(10);
    expect(loop.status().elsewhere).toBe(true);
    mine = true;
    await clock.advance(30_000);
    expect(asked).toBe(2);
    expect(loop.status().elsewhere).toBe(false);
  });

  it('takes the right away from a tab that shows no sign of life for five minutes, and whose writes then fail', async () => {
    const frozen: { turn?: ReplicaStore } = {};
    const stolen: boolean[] = [];
    const { clock, store, loop } = await aLoop({
      exclusively: (work, steal) => {
        stolen.push(steal);
        return steal ? work() : Promise.resolve(undefined);
      },
    });
    frozen.turn = await store.beginTurn();
    await store.saveAction([visit(1)]);
    await clock.advance(200_000);
    loop.heardOther();
    await clock.advance(299_000);
    expect(stolen).not.toContain(true);
    await clock.advance(31_000);
    expect(stolen.at(-1)).toBe(true);
    // The clock does not wait for a right of this test's own making.
    await expect.poll(async () => (await store.countWaiting()).waiting).toBe(0);
    // It thaws, in the middle of what it was doing.
    await expect(frozen.turn.putCheckpoint(SCOPE, { since: 0 })).rejects.toMatchObject({ kind: 'fenced' });
    expect(loop.status()).toMatchObject({ elsewhere: false });
  });

  it('drops a scope whose role has ended, says so, and keeps what waits in it', async () => {
    let mine = true;
    const { clock, store, loop } = await aLoop({
      scopes: () => Promise.resolve(mine ? [SCOPE] : []),
      mayHold: () => mine,
    });
    await store.saveAction([visit(1)]);
    await clock.advance(10);
    expect(await store.countDocuments(SCOPE)).toBe(1);
    await store.saveAction([visit(2)]);
    mine = false;
    const asked = loop.syncNow();
    await clock.advance(10);
    expect(await asked).toMatchObject({ dropped: [SCOPE] });
    expect(await store.countDocuments(SCOPE)).toBe(0);
    expect(await store.listHeldScopes()).toEqual([]);
    mine = true;
    const again = loop.syncNow();
    await clock.advance(10);
    await again;
    expect(await store.countDocuments(SCOPE)).toBe(2);
  });

  it.each([
    ['full', 'storage-full'],
    ['closed', 'storage-broken'],
  ] as const)('names a store that is %s, and tries again later', async (kind, problem) => {
    let broken = true;
    const { clock, loop, store } = await aLoop({
      beginTurn: () => (broken ? Promise.reject(new StorageFault(kind)) : store.beginTurn()),
    });
    await clock.advance(10);
    expect(loop.status().problem).toBe(problem);
    broken = false;
    await clock.advance(2000);
    expect(loop.status().problem).toBeUndefined();
  });

  it('takes a turn begun by another tab for no trouble', async () => {
    const { clock, loop, store } = await aLoop({
      async scopes() {
        await store.beginTurn();
        return [SCOPE];
      },
    });
    await store.saveAction([visit(1)]);
    await clock.advance(10);
    expect(loop.status()).toMatchObject({ elsewhere: true });
    expect(loop.status().problem).toBeUndefined();
    expect((await store.countWaiting()).waiting).toBe(1);
  });
});
