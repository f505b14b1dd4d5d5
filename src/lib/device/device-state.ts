// The shapes a screen sees of the device: where it stands, how the sync stands, what a command came to.
import type { HouseholdTitle } from '#lib/domain/household-title.ts';
import type { Answers } from '#lib/domain/visit.ts';

/** Where the device stands; the root layout draws one screen for each. */
export type DevicePhase =
  | { phase: 'starting' }
  /**
   * Nobody is signed in. `people` are those known on this tablet, last used first; `unsent`: what she whose lease has
   * ended, or who is no more, has not sent.
   */
  | { phase: 'signIn'; people: PersonName[]; reason?: SignInReason; unsent?: number }
  /** Signed in, and a PIN for this shift is to be chosen (twice the same, six digits). */
  | {
      phase: 'choosePin';
      person: PersonName;
      /** Nobody has said yet where this tablet stands. */
      asksPlace?: true;
    }
  /** The first download of a person on this tablet: numbers, never a mere spinner. */
  | ({ phase: 'download'; person: PersonName } & DownloadProgress)
  | { phase: 'open'; person: Person }
  /** The cover: nothing of the roster is drawn; the PIN (or the password) lifts it. `people`: others known here. */
  | { phase: 'covered'; person: PersonName; triesLeft: number; people: PersonName[] }
  /** Reported lost by an administrator: it clears itself, says so, and is then as new. */
  | { phase: 'lost'; step: 'wiping' | 'wiped' | 'reported' }
  /** The store cannot be used: said in words, with what to do. */
  | { phase: 'broken'; reason: BrokenReason };

/** Why the password is asked, where it is not simply the beginning of a shift. */
export type SignInReason =
  | 'pinSpent'
  | 'shiftEnded'
  /** The server has not been heard for so long that what lies here stays locked. */
  | 'leaseEnded'
  /** The server says that somebody of this tablet is one of the office no more. */
  | 'personEnded';

export type BrokenReason =
  /** The browser keeps nothing: a private window, a setting. */
  | 'storageRefused'
  | 'storageBroken'
  /** Another tab holds the database of an earlier build and does not let go. */
  | 'storageBlocked'
  /** What lay here was cleared while it was open. */
  | 'storageWiped'
  | 'newerDatabase';

/** Somebody known on this tablet, before anything is unsealed. */
export interface PersonName {
  /** What she signs in with. */
  user: string;
  /** What she is called; the same as `user` until it was known here. */
  name: string;
  /** She is one of the office no more; so much of hers waits here. */
  ended?: { unsent: number };
}

export interface DownloadProgress {
  /** `checking`: whose session it is; `asking`: for the list of what there is; `coming`: the numbers say the rest. */
  step: 'checking' | 'asking' | 'coming';
  scopesDone: number;
  scopesTotal: number;
  documents: number;
  pending: number;
  problem?: SyncProblem;
  /** She has worked on this tablet before, and nothing of hers lies here: the browser has cleared it. */
  wiped?: true;
}

export interface Person {
  user: string;
  name: string;
  role: 'worker' | 'clerk' | 'supervisor' | 'head' | 'administrator';
  grids: { code: string; name: string }[];
}

export type SyncProblem =
  /** The tablet has no network. */
  | 'offline'
  /** It has one, and nothing answers. */
  | 'serverSilent'
  /** This tablet's date is not the server's. */
  | 'wrongClock'
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
  /** What somebody saved and the server has not wholly confirmed: one visit is one, whatever it changed. */
  waiting: number;
  /** Likewise counted, what the server refused and is kept until a person acts; the same visit may wait with another part. */
  refused: number;
  /** Photos of saved visits that the server has not confirmed; those it refused are among them. */
  photos: number;
  /** Of those, the refused. */
  photosRefused: number;
  /** Saved work of hers that lies under a former password, until she opens it; absent where it could not be counted. */
  sealed?: number;
  activity: 'idle' | 'uploading' | 'receiving' | 'photos';
  /** While uploading: confirmed so far, of how many, counted as in `waiting`; of photos, photos. */
  progress?: { done: number; total: number };
  problem?: SyncProblem;
  /** The last round in which everything went through. */
  completedAt?: string;
  /** Confirmed since something last began to wait: "34 条全部上传". */
  lastSent: number;
  /** Another tab of this tablet does the uploading. */
  elsewhere: boolean;
  /** Until then the server must be heard, or this tablet locks: told in the last twelve hours. */
  leaseEndsAt?: string;
}

export type SignInOutcome =
  | { outcome: 'open' }
  | { outcome: 'choosePin' }
  | { outcome: 'wrongPassword'; waitSeconds?: number }
  /**
   * The password was changed at the server: the old one opens what lies on this tablet, once. What would stay sealed
   * without it is counted; `wrong`: an old one was given, and does not open it.
   */
  | { outcome: 'oldPasswordNeeded'; unsent: number; drafts: number; wrong: boolean }
  /** The password is right; the server has not been heard for too long, and could not be now. */
  | { outcome: 'leaseEnded'; unsent: number }
  /** She is one of the office no more, as the server has said. */
  | { outcome: 'personEnded'; unsent: number }
  | {
      outcome:
        | 'unreachable'
        | 'serverSilent'
        | 'serverDown'
        | 'portal'
        | 'notStaff'
        /** A script this takes did not come; nothing was asked or changed. */
        | 'notLoaded'
        | 'storageRefused'
        | 'storageFull'
        | 'storageBroken';
    };

export type UnlockOutcome =
  | { outcome: 'open' }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'passwordNeeded' }
  /** The code is right, and a script that opening takes did not come. */
  | { outcome: 'notLoaded' };

/** Documents of the roster that no screen can show. */
export interface Unreadable {
  /** Written by a newer app, or in fields this one does not understand. */
  newer: number;
  /** Not what was sealed in their place. */
  damaged: number;
}

/** What came of work that lay sealed under a former password. */
export type FormerUpload =
  | { outcome: 'wrong' }
  /** `left`: not confirmed yet; `problem`: why, where the line or the server is it. */
  | { outcome: 'opened'; left: number; problem?: SyncProblem };

/** A line of what waits: one action, as it is counted. */
export interface WaitingRow {
  /** The type of its document that says best what it was. */
  type: string;
  about?: HouseholdTitle;
  savedAt: string;
  tries: number;
  /** Of photos, how many. */
  count?: number;
  /** The server's reason, where it refused it. */
  refused?: string;
}

export interface VisitToSave {
  form: 'f1' | 'f2';
  formVersion: string;
  household: string;
  /** F2: the resident it is about. */
  resident?: string;
  /** The refused visit it replaces. */
  mend?: string;
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
  photos: 0,
  photosRefused: 0,
  sealed: 0,
  activity: 'idle',
  lastSent: 0,
  elsewhere: false,
};
