// The state of syncing in the words of screens, from what the store counts and what the loop says.
// Invariant: what waits is what the store counts, never what a round says it sent.
import type { SyncStatus } from '#lib/sync/sync-status.ts';
import { NOTHING_YET, type SyncProblem, type SyncState } from './device-state.ts';
import type { UnsentCounts } from './unsent-counts.ts';

export interface SyncSeen {
  status: SyncStatus;
  counts: UnsentCounts;
  isOnline: boolean;
  problem: SyncProblem | undefined;
  /** The last round in which everything went through, of an earlier run too. */
  completedAtMs: number | undefined;
}

export function syncState({ status, counts, isOnline, problem, completedAtMs }: SyncSeen): SyncState {
  const { progress, elsewhere } = status;
  const { waiting, refused, sent, photos, photosRefused, sealed } = counts;
  const { sealed: _known, ...nothing } = NOTHING_YET;
  return {
    ...nothing,
    ...(sealed !== undefined && { sealed }),
    ...{ waiting, refused, photos, photosRefused, elsewhere },
    online: isOnline && problem !== 'offline',
    activity: progress?.activity ?? 'idle',
    ...(progress?.activity === 'uploading' ? { progress: { done: sent, total: sent + waiting } } : {}),
    ...(progress?.activity === 'photos' ? { progress: { done: progress.done, total: progress.total } } : {}),
    ...(problem ? { problem } : {}),
    ...(completedAtMs !== undefined ? { completedAt: new Date(completedAtMs).toISOString() } : {}),
    lastSent: sent,
  };
}
