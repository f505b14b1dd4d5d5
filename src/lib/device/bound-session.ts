// The server's session as this worker may use it: beside the cookie, which the browser keeps, each request says a key that
// lives in this worker's memory and, sealed, in her store. Who has the cookie alone has nothing (protocol/session-key.ts).
// Invariants: each sign-in makes a new key; a closed store leaves no key of its own in memory; a CouchDB that keeps its
// sessions itself takes no notice of the key.
import type { IdSource } from '#lib/domain/document-id.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { SessionPort } from './ask-session.ts';

const NOTE = 'session-key';
const KEY_BYTES = 16;

export interface BoundSession extends SessionPort {
  /** What requests say now. */
  key: string | undefined;
  newKey(): string;
}

/** The port with the key of the session in each request to it; a request that says one of its own keeps that. */
export function boundSession(port: SessionPort, ids: Pick<IdSource, 'randomBytes'>): BoundSession {
  const session: BoundSession = {
    key: undefined,
    database: port.database,
    newKey: () => hexadecimal(ids.randomBytes(KEY_BYTES)),
    fetch: (input, init) => {
      const { key } = session;
      if (key === undefined) return port.fetch(input, init);
      const own = Object.fromEntries(new Headers(init?.headers));
      return port.fetch(input, { ...init, headers: { [SESSION_KEY_HEADER]: key, ...own } });
    },
  };
  return session;
}

type NoteStore = Pick<DeviceStore, 'readNote' | 'putNote'>;

export interface HeldKey {
  /** Hers that she has signed in with just now: kept for the next unlock, and for her other tabs. */
  keep(): Promise<void>;
  /** What another tab of hers signed in with, if it did since. True where that is another key than this one had. */
  takeKept(): Promise<boolean>;
  /** She signs out: the cookie is worth nothing from now on, whether the server hears of it or not. */
  drop(): Promise<void>;
  /** The work is closed. A key somebody else has signed in with meanwhile stays. */
  forget(): void;
}

/** The key of whose store this is. */
export function heldKey(store: NoteStore, session: Pick<BoundSession, 'key'>): HeldKey {
  let mine: string | undefined;
  return {
    async keep() {
      mine = session.key;
      await store.putNote(NOTE, mine ?? null);
    },
    async takeKept() {
      if (session.key !== mine) return false;
      const kept = await store.readNote(NOTE);
      if (typeof kept !== 'string' || kept === session.key) return false;
      mine = kept;
      session.key = kept;
      return true;
    },
    async drop() {
      if (session.key === mine) session.key = undefined;
      mine = undefined;
      await store.putNote(NOTE, null);
    },
    forget() {
      if (session.key === mine) session.key = undefined;
      mine = undefined;
    },
  };
}
