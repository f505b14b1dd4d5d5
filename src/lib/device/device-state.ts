// The shapes a screen sees of the device: where it stands, how the sync stands, what a command came to.
import type { Answers } from '#lib/domain/visit.ts';

/** Where the device stands; the root layout draws one screen for each. */
export type DevicePhase =
  | { phase: 'starting' }
  /** Nobody is signed in. `people` are the names known on this tablet, last used first. */
  | { phase: 'signIn'; people: string[]; reason?: 'pinSpent' | 'shiftEnded' }
  /** Signed in, and a PIN for this shift is to be chosen (twice the same, six digits). */
  | { phase: 'choosePin'; person: string }
  /** The first download of a person on this tablet: numbers, never a mere spinner. */
  | ({ phase: 'download'; person: string } & DownloadProgress)
  | { phase: 'open'; person: Person }
  /** The cover: nothing of the roster is drawn; the PIN (or the password) lifts it. `people`: others known here. */
  | { phase: 'covered'; person: string; triesLeft: number; people: string[] }
  /** The store cannot be used: said in words, with what to do. */
  | { phase: 'broken'; reason: 'storageRefused' | 'storageBroken' | 'newerDatabase' };

export interface DownloadProgress {
  scopesDone: number;
  scopesTotal: number;
  documents: number;
  pending: number;
  problem?: SyncProblem;
}

export interface Person {
  user: string;
  name: string;
  role: 'worker' | 'clerk' | 'supervisor' | 'head' | 'administrator';
  grids: { code: string; name: string }[];
}

export type SyncProblem =
  | 'offline'
  | 'portal'
  | 'serverDown'
  | 'signInNeeded'
  | 'roleEnded'
  | 'storageFull'
  | 'storageBroken'
  | 'serverEmpty';

/** The one-line state: is there network, and is the work safe. */
export interface SyncState {
  online: boolean;
  /** Documents saved on this tablet that the server has not confirmed. */
  waiting: number;
  /** Documents the server refused, kept until a person acts. */
  refused: number;
  activity: 'idle' | 'uploading' | 'receiving';
  /** While uploading: confirmed so far in this round, of how many. */
  progress?: { done: number; total: number };
  problem?: SyncProblem;
  /** The last round in which everything went through. */
  completedAt?: string;
  /** Documents confirmed in the last round that sent any: "34 条全部上传". */
  lastSent: number;
  /** Another tab of this tablet does the uploading. */
  elsewhere: boolean;
}

export type SignInOutcome =
  | { outcome: 'open' }
  | { outcome: 'choosePin' }
  | { outcome: 'wrongPassword'; waitSeconds?: number }
  /** The password was changed at the server: the old one opens what lies on this tablet, once. */
  | { outcome: 'oldPasswordNeeded' }
  | {
      outcome:
        | 'unreachable'
        | 'serverDown'
        | 'portal'
        | 'notStaff'
        | 'storageRefused'
        | 'storageFull'
        | 'storageBroken';
    };

export type UnlockOutcome =
  { outcome: 'open' } | { outcome: 'wrong'; triesLeft: number } | { outcome: 'passwordNeeded' };

/** A line of what waits. */
export interface WaitingRow {
  /** The document's type. */
  type: string;
  savedAt: string;
  tries: number;
  /** The server's reason, where it refused it. */
  refused?: string;
}

export interface VisitToSave {
  form: 'f1' | 'f2';
  formVersion: string;
  household: string;
  /** F2: the resident it is about. */
  resident?: string;
  answers: Answers;
  startedAt: string;
}

export type SaveOutcome =
  | { outcome: 'saved'; visit: string; recheckAt?: string }
  /** No room on the tablet: nothing was written, the draft stays. */
  | { outcome: 'full' }
  /** The household is not on this tablet (any more). */
  | { outcome: 'gone' }
  | { outcome: 'failed'; reason: string };

/** Before anything is known. */
export const NOTHING_YET: SyncState = {
  online: true,
  waiting: 0,
  refused: 0,
  activity: 'idle',
  lastSent: 0,
  elsewhere: false,
};
