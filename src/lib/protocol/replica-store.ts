// The `ReplicaStore` port: what push and pull ask of a device's storage, however it is sealed (sync.md 3–5).
// Guarantees: every method is one transaction, whole or not at all; what is waiting is the table of edits and nothing
// else; a checkpoint is stored together with the rows it stands for, never ahead of them.
import type { DocumentBody, Scope } from './document.ts';
import type { Revision } from './revision.ts';
import type { Sequence } from './wire.ts';

/** An unsent edit as push needs it. */
export interface WaitingEdit {
  id: string;
  /** The newest body, without `_rev` and `_revisions`. */
  body: DocumentBody;
  /** The path to push, newest first, made here and before: at least down to the base's own known ancestors. */
  path: Revision[];
  /** How often a push of it has failed. */
  tries: number;
}

/** A document as pull stores it: the winning leaf the server reported. */
export interface PulledDocument {
  id: string;
  rev: Revision;
  deleted: boolean;
  /** Body without `_rev`, `_conflicts`, `_revisions`. */
  body: DocumentBody;
  /** Newest first; generation 1 is its own path. */
  path: Revision[];
  /** Losing leaves the server named beside it. */
  conflicts: Revision[];
}

export interface Checkpoint {
  since: Sequence;
  /** Written to both sides, compared at the start of a session (sync.md 5.1). */
  nonce: string;
}

export interface ReplicaStore {
  /** Random id of this replica, made once: the name of its `_local` document. */
  replicaId(): Promise<string>;
  readCheckpoint(scope: Scope): Promise<Checkpoint | undefined>;
  /** Sets or forgets (undefined) the checkpoint alone: the server was rolled back, or `_local` was written. */
  putCheckpoint(scope: Scope, checkpoint: Checkpoint | undefined): Promise<void>;
  /** Scopes with edits not yet refused. */
  listWaitingScopes(): Promise<Scope[]>;
  /** Oldest first; at most `limit.documents`, and at most `limit.bytes` of JSON but never fewer than one. */
  listWaiting(scope: Scope, limit: { documents: number; bytes: number }): Promise<WaitingEdit[]>;
  /** Says, before they go out, that these revisions may from now on exist on the server. Strict. */
  markAttempted(scope: Scope, sent: readonly { id: string; rev: Revision }[]): Promise<void>;
  /** These revisions are on the server, `_revs_diff` said so. Moves the base; the edit goes when nothing newer is left. Strict. */
  confirm(scope: Scope, confirmed: readonly { id: string; rev: Revision }[]): Promise<void>;
  /** The server refused these documents for what they are: to `rejections`, kept until a person acts. Strict. */
  reject(scope: Scope, refused: readonly { id: string; rev: Revision; error: string; reason: string }[]): Promise<void>;
  /** Not now: counts a try and keeps the answer. */
  postpone(scope: Scope, later: readonly { id: string; answer: string }[]): Promise<void>;
  /**
   * Stores a slice of pulled rows and its checkpoint in one transaction. A row whose document has unsent edits is
   * rebased if none of its revisions was attempted, else it goes to `leaves` and the edit keeps its path (sync.md 5.5).
   * `relaxed` for pages that can be pulled again.
   */
  storePulled(scope: Scope, rows: readonly PulledDocument[], checkpoint: Checkpoint): Promise<void>;
}
