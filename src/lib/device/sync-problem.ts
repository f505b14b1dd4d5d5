// What is in the way of syncing, in the words screens have sentences for.
import type { SyncStatus } from '#lib/sync/sync-status.ts';
import type { SyncProblem } from './device-state.ts';

const PROBLEMS: Record<NonNullable<SyncStatus['problem']>, SyncProblem> = {
  offline: 'offline',
  portal: 'portal',
  'server-busy': 'serverDown',
  'sign-in': 'signInNeeded',
  'role-ended': 'roleEnded',
  // The server is there and answers; a database it should have is not.
  'scope-missing': 'serverEmpty',
  'server-smaller': 'serverEmpty',
  'storage-full': 'storageFull',
  'storage-broken': 'storageBroken',
};

/** What the tablet itself knows beside the status of its rounds. */
export interface Circumstances {
  /** There was a network when nothing answered. */
  hadNetwork: boolean;
  /** The tablet's date is not the server's. */
  clockFarOff: boolean;
}

/** A full or broken store goes before everything: nothing else can be mended there. */
export function syncProblem(
  problem: SyncStatus['problem'],
  { hadNetwork, clockFarOff }: Circumstances,
): SyncProblem | undefined {
  const named = problem && PROBLEMS[problem];
  if (named === 'storageFull' || named === 'storageBroken') return named;
  if (named === 'offline') return hadNetwork ? 'serverSilent' : 'offline';
  return clockFarOff ? 'wrongClock' : named;
}
