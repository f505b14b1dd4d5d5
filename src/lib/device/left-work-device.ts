// What a page can ask about work that lies on this tablet for somebody who is not here: the part of the device's contract
// behind 救援. All of it can be asked with nobody signed in but `handInLeft`.
import type { SyncProblem } from './device-state.ts';

/** Counted by what a person did: one visit is one. */
export interface LeftWork {
  /** What she signs in with; empty where nobody knows any more whose it is. */
  user: string;
  name: string;
  /** Saved and not confirmed by the server, refused among them. */
  waiting: number;
  /** Of those, under a password nobody here knows. */
  former: number;
  /** Sealed, and the server has it. */
  handedIn: number;
  /** Saved before this tablet knew the organisation's key: only its owner's password opens it. */
  unsealed: number;
  /** Rows, or stores, that cannot be read at all. */
  unreadable: number;
}

export interface RescueExport {
  /** JSON, nothing in it to be read. */
  text: string;
  /** Of how many records. */
  records: number;
}

export interface LeftHandedIn {
  records: number;
  problem?: SyncProblem;
}

export interface LeftWorkDevice {
  /** Of everybody, but of the one whose work is open. */
  listLeft(): Promise<LeftWork[]>;
  exportLeft(): Promise<RescueExport>;
  /** To the server, sealed, in the name of whoever is signed in. */
  handInLeft(): Promise<LeftHandedIn>;
}
