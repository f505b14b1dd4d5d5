// Hands in what lies sealed on this tablet for others, in the name of whoever is signed in (left-work.ts). Invariant: with
// somebody else's session nothing is sent.
import { httpRemote } from '#lib/sync/http-remote.ts';
import type { RemoteFault } from '#lib/protocol/remote.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { SyncProblem } from './device-state.ts';
import { guardedFetch } from './guarded-fetch.ts';
import type { LeftHandedIn } from './left-work-device.ts';
import { handInLeftWork } from './left-work.ts';

export interface LeftToHandIn {
  platform: DevicePlatform;
  user: string;
  /** The open store: its work goes up by itself. */
  storeName: string;
  /** What her tablet replicates. */
  scopes: readonly string[];
}

export async function handInLeft({ platform, user, storeName, scopes }: LeftToHandIn): Promise<LeftHandedIn> {
  const { session, clock, isOnline } = platform;
  const communities = scopes.filter((scope) => scope.startsWith('community-'));
  const guarded = guardedFetch(session, user, clock);
  const remoteOf = (scope: string) =>
    httpRemote({
      url: `${session.database}/${scope}`,
      fetch: (url, init) => guarded.fetch(url, init),
      clock,
    });
  if (communities.length === 0) return { records: 0, problem: 'roleEnded' };
  const { records, fault } = await handInLeftWork({ communities, remoteOf, except: storeName });
  return { records, ...(fault && { problem: problemOf(fault, isOnline()) }) };
}

function problemOf({ kind }: RemoteFault, online: boolean): SyncProblem {
  switch (kind) {
    case 'unreachable':
      return online ? 'serverSilent' : 'offline';
    case 'not-couchdb':
      return 'portal';
    case 'sign-in':
      return 'signInNeeded';
    case 'forbidden':
    case 'missing':
      return 'roleEnded';
    default:
      return 'serverDown';
  }
}
