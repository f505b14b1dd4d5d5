// How PouchDB 9's LevelDB adapter lays a database out: sublevels of JSON, bodies by sequence, bytes by digest. Read and
// written past the adapter, whose own reads go one document at a time through a queue.
// Invariant: nothing here is guessed; tests/contract/layout.test has PouchDB and us read what the other wrote.
import { type RevisionTree } from './revision-tree.ts';

const SEPARATOR = '\u00ff';

/** Everything PouchDB knows of a document but its bodies. `seq` is that of the last write to it. */
export interface DocumentMetadata {
  id: string;
  seq: number;
  rev_tree: RevisionTree;
  /** Where the body of each stored revision lies. */
  rev_map: Record<string, number>;
  winningRev: string;
  /** Whether the winner is a tombstone. */
  deleted: boolean;
}

/** A stub as stored with a body. The bytes lie by digest. */
export interface StoredAttachment {
  content_type: string;
  digest: string;
  length: number;
  revpos: number;
}

export type StoredBody = Record<string, unknown> & {
  _id: string;
  _rev: string;
  _deleted?: true;
  _attachments?: Record<string, StoredAttachment>;
};

function sublevel(name: string): string {
  return `${SEPARATOR}${name}${SEPARATOR}`;
}

const DOCUMENTS = sublevel('document-store');
const BODIES = sublevel('by-sequence');
const LOCALS = sublevel('local-store');
const BYTES = sublevel('attach-binary-store');
const REFERENCES = sublevel('attach-store');
const META = sublevel('meta-store');

export const documentKey = (id: string): string => DOCUMENTS + id;
export const bodyKey = (seq: number): string => BODIES + String(seq).padStart(16, '0');
export const localKey = (id: string): string => LOCALS + id;
export const bytesKey = (digest: string): string => BYTES + digest;
/** Which revisions refer to the bytes of a digest. */
export const referencesKey = (digest: string): string => REFERENCES + digest;
export const updateSeqKey = `${META}_local_last_update_seq`;
export const docCountKey = `${META}_local_doc_count`;
/** Ours alone: PouchDB has no such count, and leaves the key as it is. */
export const externalSizeKey = `${META}_local_external_size`;

/** Above every document's key, whatever its id begins with: the character after the separator. */
export const afterDocuments = `${SEPARATOR}document-store\u0100`;

export const afterBodies = `${SEPARATOR}by-sequence\u0100`;
export const afterReferences = `${SEPARATOR}attach-store\u0100`;
export const afterBytes = `${SEPARATOR}attach-binary-store\u0100`;

export function parseMetadata(json: string): DocumentMetadata {
  return JSON.parse(json) as DocumentMetadata;
}

export function parseBody(json: string): StoredBody {
  return JSON.parse(json) as StoredBody;
}
