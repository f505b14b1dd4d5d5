// The `ReplicaStore` port: what push and pull ask of a device's storage, however it is sealed (sync.md 3–5).
// Guarantees: every method is one transaction, whole or not at all; what is waiting is the table of edits and nothing
// else; a checkpoint is stored together with the rows it stands for, never ahead of them. A `ReplicaStore` belongs to
// one turn of syncing: once a later turn has begun (another tab), its writes throw a `StorageFault` of kind `fenced`.
// Every method may throw a `StorageFault`.
import type { DocumentBody, Scope } from './document.ts';
import type { Revision } from './revision.ts';
import type { Sequence } from './wire.ts';

/** The place of an unsent edit in the queue. */
export interface WaitingPlace {
  id: string;
  /** How often a push of it has failed. */
  tries: number;
}

/** An unsent edit as push needs it. */
export interface WaitingEdit extends WaitingPlace {
  /** The newest body, without `_rev` and `_revisions`. */
  body: DocumentBody;
  /** The path to push, newest first: made here, then the base's own known ancestors. Never empty. */
  path: Revision[];
}

/** One leaf with its body, as the server gave it. */
export interface Leaf {
  rev: Revision;
  deleted: boolean;
  /** Without `_rev`, `_conflicts`, `_revisions`. */
  body: DocumentBody;
  /** Newest first; generation 1 is its own path. */
  path: Revision[];
}

/** A document as pull stores it: the winning leaf the server reported, and the losing ones beside it. */
export interface PulledDocument extends Leaf {
  id: string;
  conflicts: Leaf[];
  /** The server shows that it was erased (erased.ts), and nothing of it that lives. */
  erased?: true;
  /** Revisions on the server in branches that ended beside the winner, as far as it showed them: no leaf that lives is among them. */
  ended?: Revision[];
}

/** `place`: in which of the `_local` documents of this replica. Absent: 0, the one that bears its id alone. */
export interface Voucher {
  since: Sequence;
  nonce: string;
  place?: number;
}

export interface Checkpoint {
  /** How far this device has pulled and stored. 0: nothing yet, or all is to be asked for again. */
  since: Sequence;
  /** What the server's `_local` document says while it is the server we know (sync.md 5.1). Undefined: never written. */
  vouched?: Voucher;
  /**
   * Written here before it is written there, in another document than what is vouched for; becomes `vouched` once the
   * server is known to have it, what was vouched for before, and all it claims.
   */
  offered?: Voucher;
  /** The place last written to, whichever server took it. Absent: none, or an earlier build wrote to 0. */
  place?: number;
  /**
   * The server was rolled back: before anything is pulled, it gets back what it lost (sync.md 8). Kept until that is done,
   * or a pull would overwrite what only this device still holds.
   */
  refill?: true;
  /**
   * When what is held was last compared with what the server holds, milliseconds since 1970 by this device's clock. 0: a
   * restore has been announced since.
   */
  comparedAtMs?: number;
  /** The revision of `meta:epoch` then, and moved by nothing else: another one is an announced restore, which a smaller server may follow. */
  epoch?: Revision;
}

/** A revision this device holds with its body. */
export interface HeldRevision {
  id: string;
  rev: Revision;
  /**
   * `document`: the server's winner as last pulled or confirmed, one for an id. `leaf`: a losing leaf. `own`: work of this
   * device that the server confirmed, kept at least 7 days whatever was pulled over it since; it may also be a `document`.
   */
  as: 'document' | 'leaf' | 'own';
}

export interface HeldPage {
  held: HeldRevision[];
  /** Where the next page begins; absent after the last. Opaque. */
  next?: string;
}

/** A body that the server's tree has no place for, to be written anew. */
export interface Rewriting {
  id: string;
  body: DocumentBody;
  /** The server's winner now; undefined where it has none. */
  winner: Leaf | undefined;
}

/** Rows sealed and judged, ready to be written by `storePulled`. Opaque to sync. */
export interface PreparedPull {
  readonly scope: Scope;
  readonly rows: readonly PulledDocument[];
}

/** What there is to merge. */
export interface Conflicting {
  documents: PulledDocument[];
  /** Left out: of them a record here is not what was sealed in its place. Another device merges them. */
  damaged: number;
}

export interface ReplicaStore {
  /** Random id of this replica, made once: the name of its `_local` document. */
  replicaId(): Promise<string>;
  readCheckpoint(scope: Scope): Promise<Checkpoint | undefined>;
  /** Scopes of which a copy is held: a checkpoint, documents, leaves or own confirmed work. */
  listHeldScopes(): Promise<Scope[]>;
  /**
   * The role in this scope has ended: the server's documents go with leaves, own confirmed work and checkpoint; unsent
   * work and refused edits stay (sync.md 9, invariant 9). Strict.
   */
  dropScope(scope: Scope): Promise<void>;
  /** Sets or forgets (undefined) the checkpoint alone: the server was rolled back, or `_local` was written. Strict. */
  putCheckpoint(scope: Scope, checkpoint: Checkpoint | undefined): Promise<void>;
  /** Documents of this scope held as the server's, unsent work not counted. */
  countDocuments(scope: Scope): Promise<number>;

  /** Scopes with edits not yet refused. */
  listWaitingScopes(): Promise<Scope[]>;
  /** Everything that waits in a scope now: fewest tries first, then oldest. */
  listWaiting(scope: Scope): Promise<WaitingPlace[]>;
  /**
   * Those of `ids` that still wait, in this order, leading ones up to `maxBytes` of JSON but never fewer than one. What is
   * damaged here is none of them: it goes to `rejections`, as it lies, to be told of.
   */
  readWaiting(scope: Scope, ids: readonly string[], maxBytes: number): Promise<WaitingEdit[]>;
  /**
   * Says, before they go out, that these revisions may from now on exist on the server. Answers the ids that still have
   * this revision as their newest: only they may be sent, of the others this body is no longer held. Strict.
   */
  markAttempted(scope: Scope, sent: readonly { id: string; rev: Revision }[]): Promise<string[]>;
  /**
   * These revisions are on the server, `_revs_diff` said so. Moves the base; the edit goes when nothing newer is left.
   * They are kept as `own`, in place of their ancestors. Strict.
   */
  confirm(scope: Scope, confirmed: readonly { id: string; rev: Revision }[]): Promise<void>;
  /**
   * The server refused these documents for what they are: to `rejections`, kept until a person acts. One whose newest
   * revision is another by now is left waiting. Strict.
   */
  reject(
    scope: Scope,
    refused: readonly { id: string; rev: Revision; error: string; reason: string }[],
  ): Promise<void>;
  /** Not now: counts a try and keeps the answer. */
  postpone(scope: Scope, later: readonly { id: string; answer: string }[]): Promise<void>;

  /** A page of what is held, in no order; `from` as the page before said it. Unsent work is not part of it. */
  listHeld(scope: Scope, from?: string): Promise<HeldPage>;
  /** Those of `wanted` that are still held, undamaged, with body and the known path, in any order. */
  readHeld(
    scope: Scope,
    wanted: readonly { id: string; rev: Revision }[],
  ): Promise<(Leaf & { id: string })[]>;
  /** Whether each of these is held as the server's winner, with no losing leaf beside it. */
  holdsAll(scope: Scope, revisions: readonly { id: string; rev: Revision }[]): Promise<boolean>;
  /**
   * Own confirmed work of which it is not known that it outlived a checkpoint: a server restored to a moment before it was
   * sent, but after that checkpoint, looks as it always did (sync.md 5.1). Every `confirm` adds to it.
   */
  listUnproven(scope: Scope): Promise<{ id: string; rev: Revision }[]>;
  /**
   * The server had these after it had written a checkpoint of ours: should it lose them, it loses that, too. Or it lost them
   * and a repair could not give them back: they are asked after by the next one alone.
   */
  markProven(scope: Scope, proven: readonly { id: string; rev: Revision }[]): Promise<void>;
  /**
   * Makes each body an ordinary edit on the server's winner, to go up with the next push; a document that already has
   * unsent work is left alone. Answers how many were written. Strict.
   */
  rewrite(scope: Scope, rewritings: readonly Rewriting[]): Promise<number>;

  /**
   * Seals pulled rows and judges them against what is held. Writes nothing. `expectNothing`: the scope was empty when the
   * pull began; nothing is read then, so that it runs while another slice is stored.
   */
  preparePulled(scope: Scope, rows: readonly PulledDocument[], expectNothing: boolean): Promise<PreparedPull>;
  /**
   * Stores a slice and its checkpoint in one relaxed transaction. An edit of its document that was never attempted is put
   * on top of the row (sync.md 5.5); one that was keeps its path, and the row stands as the server's copy beneath it. A
   * tombstone goes to `leaves`, to be seen beside the edit. A row that shows a revision of the edit's own path confirms it,
   * where its branch has ended, too.
   * An edit that moved since the slice was prepared is judged again.
   */
  storePulled(prepared: PreparedPull, checkpoint: Checkpoint): Promise<void>;
  /**
   * These documents were erased (erased.ts): everything of them goes, copies and leaves, own work, photos and drafts, and
   * unsent and refused edits too, which are counted and told; unsent work that speaks of such a resident goes on without
   * her. Strict.
   */
  erase(scope: Scope, ids: readonly string[]): Promise<void>;
  /**
   * Own confirmed work on documents that the server deleted, knowing it: no body of theirs stays behind. Only after the
   * server is known to have that work still: who deletes on one that lost it has never seen it.
   */
  forgetConfirmed(scope: Scope, ids: readonly string[]): Promise<void>;

  /**
   * Documents with losing leaves beside the server's copy, each with all the leaves known here, tombstones too. Left out
   * are those with unsent work the server may have seen: their push settles first what there is to merge (sync.md 5.5).
   */
  listConflicted(scope: Scope): Promise<Conflicting>;
  /**
   * What a merge wrote, the server has it: judged like a pulled row, so that unsent work is put on top; of the leaves
   * beside these documents only those named in the rows stay. Relaxed: it can be pulled again.
   */
  storeMerged(scope: Scope, rows: readonly PulledDocument[]): Promise<void>;
}
