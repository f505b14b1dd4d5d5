// What a history asks of its server, whether that is the model of one or a real one: to answer requests, to befall, and
// to let the checks look into it. Invariant: what `databases` shows is what the server holds once an answer was given.
import type { Scope } from '#lib/protocol/document.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import type { FeedTemper } from './model-database.ts';
import type { ServerAnswer, ServerRequest } from './model-server.ts';
import type { RevisionRecord } from './revision-record.ts';

export interface SimDocument extends RevisionRecord {
  shard: number;
  seq: number;
}

export interface SimDatabase {
  /** Another one after the database was restored or made anew. */
  readonly timeline: number;
  readonly documents: ReadonlyMap<string, SimDocument>;
  /** Where a sequence stands in each shard, and in which life of the database. */
  placeOf(sequence: string | number): { timeline: number; vector: number[] };
}

export interface SimServer {
  readonly databases: ReadonlyMap<Scope, SimDatabase>;
  /** By person, the databases she may read and write. */
  readonly roles: Map<string, Set<Scope>>;
  /** Documents the validation function refused, by `scope|id|rev`. */
  readonly refused: Set<string>;
  handle(request: ServerRequest, temper: FeedTemper): ServerAnswer | Promise<ServerAnswer>;
  make(database: Scope): void | Promise<void>;
  remake(database: Scope): void | Promise<void>;
  /** Back to what it was after so many entries of its log. */
  restore(entries: number): void | Promise<void>;
  logLength(): number;
  write(database: Scope, document: RevisionedDocument): void | Promise<void>;
}

/** `onWrite` is told of each revision that is new to the server. */
export type OnServerWrite = (
  database: Scope,
  document: RevisionedDocument,
  person: string | undefined,
) => void;
