// The store of one database: PouchDB writes (merging, stemming, attachments, one synced batch), we read its LevelDB.
// Invariants: a write that resolves is on disk; writes of one database run one after another, so that what a write was
// checked against still holds when it is carried out; `onWrite` is called after each batch, before it is acknowledged.
import PouchDB from 'pouchdb-core';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import { readBytes, readMany, readOne, readRange, writeBatch } from './level-access.ts';
import {
  tapEngine,
  type LevelEngine,
  type LevelHandle,
  type LevelOperation,
  type LevelRange,
} from './level-engine.ts';
import {
  afterDocuments,
  bodyKey,
  bytesKey,
  docCountKey,
  documentKey,
  isDocumentKey,
  localKey,
  parseBody,
  parseMetadata,
  seqOfMetadata,
  type DocumentMetadata,
  type StoredBody,
} from './pouch-layout.ts';
import { isLinear } from './revision-tree.ts';
import { createSequenceIndex, type SequenceIndex } from './sequence-index.ts';
import { createSerial, type Serial } from './serial.ts';

PouchDB.plugin(leveldbAdapter);

const REVISIONS_KEPT = 1000;

/** A revision with its path and body, checked and ready: the store takes it whatever it makes of the tree. */
export type RevisionToStore = Record<string, unknown> & {
  _id: string;
  _rev: string;
  _revisions: { start: number; ids: string[] };
};

export interface IdRange {
  gte?: string;
  gt?: string;
  lte?: string;
  lt?: string;
  reverse?: boolean;
}

export interface DocumentStore {
  /** Which sequences are live; as of the last acknowledged write. */
  readonly sequences: SequenceIndex;
  /** Documents whose winner is no tombstone. */
  docCount(): number;
  /** Metadata in the order of the ids; undefined where there is no such document, not even a deleted one. */
  metadata(ids: readonly string[]): Promise<(DocumentMetadata | undefined)[]>;
  /** Bodies in the order of the sequences. */
  bodies(seqs: readonly number[]): Promise<(StoredBody | undefined)[]>;
  /** The same as text. */
  bodyTexts(seqs: readonly number[]): Promise<(string | undefined)[]>;
  /** Metadata of all documents in a range of ids, deleted ones too, by bytes of the id. */
  range(range: IdRange): AsyncGenerator<DocumentMetadata>;
  /** How many documents in a range of ids are not deleted. */
  countRange(range: IdRange): Promise<number>;
  bytes(digest: string): Promise<Buffer>;
  /** The same, for documents about to be stored: only inside `exclusive`, and each id once. */
  metadataToWrite(ids: readonly string[]): Promise<(DocumentMetadata | undefined)[]>;
  /** One batch of revisions whose documents were just read by `metadataToWrite`. Only inside `exclusive`. */
  store(revisions: RevisionToStore[]): Promise<void>;
  /** Runs a task with no other write between its reads and its writes. */
  exclusive: Serial;
  readLocal(id: string): Promise<Record<string, unknown> | undefined>;
  /** Undefined removes it. */
  writeLocal(id: string, body: Record<string, unknown> | undefined): Promise<void>;
  /** Called after each batch that wrote documents. */
  onWrite(listener: () => void): () => void;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** Opens the database at a location, making it if there is none. Reads every document's metadata once. */
export async function openDocumentStore(location: string, engine: LevelEngine): Promise<DocumentStore> {
  const sequences = createSequenceIndex();
  const listeners = new Set<() => void>();
  const opened: { level?: LevelHandle } = {};
  const ahead = new Map<string, string | null>();
  let docCount = 0;
  const tapped = tapEngine(engine, {
    onOpen: (handle) => (opened.level = handle),
    readAhead: (key) => ahead.get(key),
    onBatch: (operations) => {
      docCount = noteBatch(operations, sequences, (key) => ahead.get(key) === null) ?? docCount;
      for (const listener of listeners) listener();
    },
  });
  // `db` is PouchDB's own option for another LevelDB, but its types do not have it.
  const options: object = { adapter: 'leveldb', db: tapped, revs_limit: REVISIONS_KEPT };
  const pouch = new PouchDB(location, options);
  await pouch.info();
  const level = opened.level;
  if (!level) throw new Error(`PouchDB opened ${location} without its engine`);
  for await (const [, json] of readRange(level, { gte: documentKey(''), lt: afterDocuments })) {
    noteMetadata(parseMetadata(json), sequences);
  }
  docCount = Number((await readOne(level, docCountKey)) ?? 0);
  return {
    ...readsOf(level),
    sequences,
    docCount: () => docCount,
    exclusive: createSerial(),
    async metadataToWrite(ids) {
      const keys = ids.map(documentKey);
      const found = await readMany(level, keys);
      ahead.clear();
      keys.forEach((key, at) => ahead.set(key, found[at] ?? null));
      return found.map((json) => (json === undefined ? undefined : parseMetadata(json)));
    },
    async store(revisions) {
      await bulkDocs(pouch, revisions).finally(() => ahead.clear());
    },
    writeLocal: (id, body) => writeBatch(level, [localOperation(id, body)]),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => pouch.close(),
    destroy: () => pouch.destroy(),
  };
}

/** PouchDB's own batch below its public `bulkDocs`, which would copy every document and take rows away. */
interface BulkWriter {
  _bulkDocs(
    request: { docs: RevisionToStore[] },
    options: { new_edits: false },
    callback: (failure: unknown, rows?: ({ error?: unknown } | undefined)[]) => void,
  ): void;
}

function bulkDocs(pouch: object, docs: RevisionToStore[]): Promise<void> {
  return new Promise((resolve, reject) => {
    (pouch as BulkWriter)._bulkDocs({ docs }, { new_edits: false }, (failure, rows = []) => {
      const refused = failure ?? rows.find((row) => row?.error);
      if (refused) reject(new Error(`the store refused a checked revision: ${JSON.stringify(refused)}`));
      else resolve();
    });
  });
}

type Reads = Pick<
  DocumentStore,
  'metadata' | 'bodies' | 'bodyTexts' | 'range' | 'countRange' | 'bytes' | 'readLocal'
>;

function readsOf(level: LevelHandle): Reads {
  return {
    async metadata(ids) {
      const found = await readMany(level, ids.map(documentKey));
      return found.map((json) => (json === undefined ? undefined : parseMetadata(json)));
    },
    async bodies(seqs) {
      const found = await readMany(level, seqs.map(bodyKey));
      return found.map((json) => (json === undefined ? undefined : parseBody(json)));
    },
    bodyTexts: (seqs) => readMany(level, seqs.map(bodyKey)),
    async *range(range) {
      for await (const [, json] of readRange(level, levelRange(range))) yield parseMetadata(json);
    },
    async countRange(range) {
      let count = 0;
      for await (const [, json] of readRange(level, levelRange(range))) {
        // Most documents have no tombstone anywhere in their tree, and need not be parsed to say so.
        if (!json.includes('"deleted":true') || !parseMetadata(json).deleted) count++;
      }
      return count;
    },
    // PouchDB stores no bytes for an empty attachment.
    bytes: async (digest) => (await readBytes(level, bytesKey(digest))) ?? Buffer.alloc(0),
    async readLocal(id) {
      const json = await readOne(level, localKey(id));
      return json === undefined ? undefined : (JSON.parse(json) as Record<string, unknown>);
    },
  };
}

function levelRange({ gte, gt, lte, lt, reverse }: IdRange): LevelRange {
  const from = gt !== undefined ? { gt: documentKey(gt) } : { gte: documentKey(gte ?? '') };
  const to =
    lt !== undefined
      ? { lt: documentKey(lt) }
      : lte !== undefined
        ? { lte: documentKey(lte) }
        : { lt: afterDocuments };
  return { ...from, ...to, reverse: Boolean(reverse) };
}

function localOperation(id: string, body: Record<string, unknown> | undefined): LevelOperation {
  const key = localKey(id);
  return body === undefined ? { type: 'del', key } : { type: 'put', key, value: JSON.stringify(body) };
}

/** Takes in a batch of PouchDB's; gives the new count of documents if the batch has one. */
function noteBatch(
  operations: readonly LevelOperation[],
  sequences: SequenceIndex,
  isNew: (key: string) => boolean,
): number | undefined {
  let docCount: number | undefined;
  for (const { type, key, value } of operations) {
    if (type !== 'put' || value === undefined) continue;
    const name = String(key);
    if (isDocumentKey(name)) {
      // The first revision of a document is its only leaf: its sequence alone need be found.
      const seq = isNew(name) ? seqOfMetadata(String(value)) : undefined;
      if (seq === undefined) noteMetadata(parseMetadata(String(value)), sequences);
      else sequences.note({ seq, superseded: [], branched: false });
    } else if (name === docCountKey) docCount = Number(value);
  }
  return docCount;
}

function noteMetadata(metadata: DocumentMetadata, sequences: SequenceIndex): void {
  const superseded = Object.values(metadata.rev_map);
  sequences.note({ seq: metadata.seq, superseded, branched: !isLinear(metadata.rev_tree) });
}
