// The `Remote` port: what a device asks of one database of a CouchDB-compatible server.
// Guarantees of every implementation: an answer that does not parse is a fault, never an empty answer; a call that
// faults may or may not have been carried out by the server; no call has side effects beyond the one it names.
import type { DocumentBody } from './document.ts';
import type { RevisionPath } from './revision.ts';
import type { AllDocs, BulkDocsRows, BulkGet, Changes, LocalWritten, RevsDiff, Sequence } from './wire.ts';

/** Why a request came to nothing. `status` is HTTP's, undefined where none arrived. */
export interface RemoteFault {
  outcome: 'fault';
  kind:
    | 'unreachable' // no network, refused, cut off, timed out
    | 'not-couchdb' // an answer that is no CouchDB's: a captive portal's page, broken JSON
    | 'sign-in' // 401
    | 'forbidden' // 403 for the whole request: the role in this scope has ended
    | 'missing' // 404: no such database
    | 'too-large' // 400, 412, 413: the batch or the one document in it
    | 'busy'; // 409, 429, 5xx
  status?: number;
  /** From `Retry-After`, milliseconds. */
  retryAfterMs?: number;
  /** The server's own words, for the log; never shown to people. */
  reason?: string;
}

export type RemoteAnswer<T> = { outcome: 'answered'; value: T } | RemoteFault;

/** A document as `_bulk_docs` with `new_edits: false` takes it. */
export type RevisionedDocument = DocumentBody & { _id: string; _rev: string; _revisions: RevisionPath };

/** DOM's `AbortSignal` where the platform has one: this layer itself knows neither a page nor Node. */
type PlatformAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : never;

export interface ChangesQuery {
  /** Exactly as the server gave it; 0 from the beginning. */
  since: Sequence;
  /** Rows at most. */
  limit: number;
  /** Ids and leaves alone: without `include_docs` and `conflicts`. */
  withoutBodies?: boolean;
  /** Long poll: wait at most so long for something new. Absent: answer at once. */
  waitMs?: number;
  /** Ends this request alone: then it is a fault, `unreachable`. */
  signal?: PlatformAbortSignal;
}

export type AllDocsQuery =
  /** Ids and winning revisions in the server's order, tombstones left out; `from` is the first id of the page. */
  | { from?: string; limit: number }
  /** These documents, each with its winning body and `_conflicts`; a tombstone's row says so and has no body. */
  | { keys: readonly string[] };

/** One database. Every method is one HTTP request. */
export interface Remote {
  /** `_changes` with `include_docs=true&conflicts=true&style=all_docs`: a row names all leaves, tombstones too. */
  changes(query: ChangesQuery): Promise<RemoteAnswer<Changes>>;
  /** `_bulk_docs` with `new_edits: false`: rows only of what was refused. Confirms nothing (sync.md 4). */
  bulkDocs(documents: readonly RevisionedDocument[]): Promise<RemoteAnswer<BulkDocsRows>>;
  /** `_revs_diff`: which of these revisions the server lacks. The only confirmation there is. */
  revsDiff(revisions: Readonly<Record<string, readonly string[]>>): Promise<RemoteAnswer<RevsDiff>>;
  /** `_bulk_get?revs=true`: bodies with their `_revisions`. */
  bulkGet(wanted: readonly { id: string; rev?: string }[]): Promise<RemoteAnswer<BulkGet>>;
  /** `_all_docs`. What the server holds, as repair compares it (sync.md 8). */
  allDocs(query: AllDocsQuery): Promise<RemoteAnswer<AllDocs>>;
  /** `_local/<id>`; undefined where there is none. */
  getLocal(id: string): Promise<RemoteAnswer<DocumentBody | undefined>>;
  /** Writes `_local/<id>`; `body._rev` is the one it has (absent: it has none). Another one is a fault of kind `busy`, 409. */
  putLocal(id: string, body: DocumentBody): Promise<RemoteAnswer<LocalWritten>>;
}
