// The port between a database and what keeps it: a LevelDB in PouchDB's layout, read by key and written by batch.
// Guarantees of every implementation: a batch is on disk, whole, when `write` resolves, and not at all when it rejects;
// the layout is that of PouchDB 9's LevelDB adapter, so that PouchDB can open the same folder.
import { type LevelHandle } from './level-engine.ts';
import { type RevisionWrite } from './revision-to-store.ts';

/** What an index of sequences must know of a document written. */
export interface WrittenDocument {
  seq: number;
  /** Sequences of the document's other revisions. */
  superseded: readonly number[];
  branched: boolean;
}

export interface Written {
  documents: WrittenDocument[];
  /** Documents now in the database that are not deleted. */
  docCount: number;
  /** Bytes of the bodies and attachments of this batch. */
  bytes: number;
}

export interface Storage {
  level: LevelHandle;
  /** One batch; no document twice. Never two at once. */
  write(writes: readonly RevisionWrite[]): Promise<Written>;
  close(): Promise<void>;
  /** Closes and removes. */
  destroy(): Promise<void>;
}

/** Opens what lies at a location, or makes it. */
export type OpenStorage = (location: string) => Promise<Storage>;
