import { describe, expect, it } from 'vitest';
import { faultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { syncRound } from './sync-round.ts';
import { newSyncSession } from './sync-session.ts';

const SCOPE = 'grid-110101001001001';
const visit = (n: number) => ({
  _id: `visit:${String(n)}`,
  type: 'visit',
  household: 'household:A',
  answers: { n },
});

/** A device that syncs one scope. */
async function aDevice(remote: Remote) {
  const { store, again } = await aMemoryStore();
  const session = newSyncSession();
  let nonces = 0;
  const newNonce = () => `nonce-${String(++nonces)}-${String(Math.random())}`;
  const clock = aToldClock();
  const round = async (over: DeviceStore = store) =>
    syncRound({ store: await over.beginTurn(), remoteOf: () => remote, session, clock, newNonce }, [SCOPE]);
  return { store, again, round };
}

describe('one round', () => {
  it('brings what one device saved to another', async () => {
    const server = aPouchServer();
    const alice = await aDevice(pouchRemote(server));
    const bob = await aDevice(pouchRemote(server));
    await alice.store.saveAction([{ scope: SCOPE, body: visit(1) }]);
    expect(await alice.round()).toMatchObject({ sent: 1, refused: 0, complete: true });
    expect(await bob.round()).toMatchObject({ received: 1, complete: true });
    expect(await alice.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect((await bob.store.listByReference('household:A')).documents.map(({ body }) => body)).toEqual([
      visit(1),
    ]);
  });

  it('says only "nothing new" where there is nothing to do: one request a scope', async () => {
    const remote = faultyRemote(pouchRemote(aPouchServer()));
    const alice = await aDevice(remote);
    await alice.store.saveAction([{ scope: SCOPE, body: visit(1) }]);
    await alice.round();
    remote.asked.length = 0;
    expect(await alice.round()).toMatchObject({ sent: 0, received: 0, complete: true });
    expect(remote.asked.map(({ method }) => method)).toEqual(['changes']);
  });
});
