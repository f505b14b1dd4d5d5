// Work that lies sealed under a password of hers the server no longer takes: once she knows it again, it goes up as it
// is. Invariant: nothing is taken out of the old store but what the server has confirmed.
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import type { Tablet } from '#lib/storage/tablet.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { syncRound } from '#lib/sync/sync-round.ts';
import { newSyncSession } from '#lib/sync/sync-session.ts';
import { afterRound, INITIAL_STATUS } from '#lib/sync/sync-status.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { FormerUpload, SyncProblem } from './device-state.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { openHerStore } from './open-her-store.ts';
import { syncProblem } from './sync-problem.ts';

export interface FormerWork {
  platform: DevicePlatform;
  tablet: Tablet;
  user: string;
  password: string;
}

type FormerStore = Awaited<ReturnType<Tablet['unlockFormer']>>[number];

/** Throws StorageFaults. */
export async function uploadFormer(work: FormerWork): Promise<FormerUpload> {
  const { tablet, user, password } = work;
  const stores = await tablet.unlockFormer(user, password);
  if (stores.length === 0) return { outcome: 'wrong' };
  let problem: SyncProblem | undefined;
  for (const store of stores) problem = (await sendAll(work, store)) ?? problem;
  const { unsent: left } = await tablet.countSealedWork(user, 'former');
  return { outcome: 'opened', left, ...(problem ? { problem } : {}) };
}

async function sendAll(
  { platform, user }: FormerWork,
  former: FormerStore,
): Promise<SyncProblem | undefined> {
  const { session, clock, ids, isOnline } = platform;
  const store = await openHerStore(platform, former, () => undefined);
  try {
    const guarded = guardedFetch(session, user, clock);
    // No scope is pulled: what waits in any of them goes up all the same.
    const ports = {
      store: await store.beginTurn(),
      remoteOf: (scope: string) =>
        httpRemote({
          url: `${session.database}/${scope}`,
          fetch: (url, init) => guarded.fetch(url, init),
          clock,
        }),
      session: newSyncSession(),
      clock,
      newNonce: () => hexadecimal(ids.randomBytes(16)),
    };
    const report = await syncRound(ports, []);
    const { problem } = afterRound(INITIAL_STATUS, report, clock.nowMs());
    return syncProblem(problem, { hadNetwork: isOnline(), clockFarOff: false });
  } finally {
    store.close();
  }
}
