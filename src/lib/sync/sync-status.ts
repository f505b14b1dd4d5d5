// Where syncing stands, as a value a screen can show; made from what rounds report.
import type { Scope } from '#lib/protocol/document.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { RoundProgress, RoundReport } from './sync-round.ts';

export type SyncProblem =
  | 'offline' // no answer from the server
  | 'portal' // somebody else answers
  | 'server-busy' // it asks for patience, or stumbles
  | 'sign-in' // the session has ended
  | 'role-ended' // a scope is no longer ours
  | 'scope-missing' // a scope's database is not there
  | 'server-smaller' // the server holds far less than this device: nothing was stored or deleted
  | 'storage-full'
  | 'storage-broken';

export interface SyncStatus {
  /** Undefined: idle. */
  progress?: RoundProgress;
  /** What is in the way since the last round that met it. */
  problem?: SyncProblem;
  /** When everything last went through, milliseconds since 1970. */
  completedAtMs?: number;
  /** Documents confirmed in the last round that sent any. */
  lastSent: number;
  /** Documents refused in the last round that had any refused. What is refused now, the store counts. */
  lastRefused: number;
  /** Scopes whose local copy went in the last round in which any did: the role in them has ended. */
  dropped: Scope[];
  /** Documents given back to servers that had lost them, since this run began. */
  returned: number;
  /** Another tab of this tablet syncs. */
  elsewhere: boolean;
  /** When the next try is due, milliseconds since 1970; undefined while one runs, or none will (sign-in). */
  nextAtMs?: number;
}

export const INITIAL_STATUS: SyncStatus = {
  lastSent: 0,
  lastRefused: 0,
  dropped: [],
  returned: 0,
  elsewhere: false,
};

export function afterRound(status: SyncStatus, report: RoundReport, nowMs: number): SyncStatus {
  const problem = problemOf(report);
  const { problem: _problem, progress: _progress, ...kept } = status;
  return {
    ...kept,
    elsewhere: false,
    returned: status.returned + returnedIn(report),
    ...(report.dropped.length > 0 && { dropped: report.dropped }),
    ...(problem && { problem }),
    ...(report.complete && { completedAtMs: nowMs }),
    ...(report.sent > 0 && { lastSent: report.sent }),
    ...(report.refused > 0 && { lastRefused: report.refused }),
  };
}

/** Storage gave way in the middle of a round. `fenced`: another tab took over, which is no trouble. */
export function afterBreak(status: SyncStatus, error: unknown): SyncStatus {
  const { progress: _progress, ...kept } = status;
  const kind = storageFaultKind(error);
  if (kind === 'fenced') {
    const { problem: _problem, ...without } = kept;
    return { ...without, elsewhere: true };
  }
  return { ...kept, problem: kind === 'full' ? 'storage-full' : 'storage-broken' };
}

function returnedIn({ scopes }: RoundReport): number {
  return scopes.reduce(
    (sum, { pull }) => sum + (pull?.repair?.returned ?? 0) + (pull?.repair?.rewritten ?? 0),
    0,
  );
}

function problemOf({ fault, scopes }: RoundReport): SyncProblem | undefined {
  if (scopes.some(({ pull }) => pull?.serverSmaller)) return 'server-smaller';
  switch (fault?.kind) {
    case undefined:
      return undefined;
    case 'unreachable':
      return 'offline';
    case 'not-couchdb':
      return 'portal';
    case 'sign-in':
      return 'sign-in';
    case 'forbidden':
      return 'role-ended';
    case 'missing':
      return 'scope-missing';
    case 'busy':
    case 'too-large':
      return 'server-busy';
  }
}
