// The numbers of a first download: what the round under way says, else what the rounds before it left.
import type { RoundProgress } from '#lib/sync/sync-round.ts';
import type { DownloadProgress, SyncProblem } from './device-state.ts';

export interface DownloadFacts {
  progress: RoundProgress | undefined;
  /** Scopes pulled to their end. */
  scopesDone: number;
  scopesTotal: number;
  /** Rows so far. */
  received: number;
  /** CouchDB has answered something. */
  answered: boolean;
  problem?: SyncProblem;
}

export function downloadProgress(facts: DownloadFacts): DownloadProgress {
  const { progress, scopesDone, scopesTotal, received, answered, problem } = facts;
  const step = received > 0 || scopesDone > 0 ? 'coming' : answered ? 'asking' : 'checking';
  if (progress?.activity === 'receiving') {
    const { scopesDone: done, scopesTotal: total, received: documents, pending } = progress;
    return { step, scopesDone: done, scopesTotal: total, documents, pending };
  }
  return { step, scopesDone, scopesTotal, documents: received, pending: 0, ...(problem && { problem }) };
}
