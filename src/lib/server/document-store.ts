// One database as the server uses it: documents by id and by sequence, written one batch at a time.
// Invariants: a write that resolves is on disk; writes of one database run one after another, so that what a write was
// checked against still holds when it is carried out; `onWrite` is called after each batch, before it is acknowledged.
import { createHash } from 'node:crypto';
import { compactDatabase } from './compaction.ts';
import { readBytes, readMany, readOne, readRange, writeBatch } from './level-access.ts';
import { type LevelHandle, type LevelOperation, type LevelRange } from './level-engine.ts';
import {
  afterDocuments,
  bodyKey,
  bytesKey,
  docCountKey,
  documentKey,
  localKey,
  parseBody,
  parseMetadata,
  type DocumentMetadata,
  type StoredBody,
} from './pouch-layout.ts';
import { notFound } from './refusal.ts';
import { type RevisionWrite } from './revision-to-store.ts';
import { isLinear } from './revision-tree.ts';
import { createSequenceIndex, type SequenceIndex } from './sequence-index.ts';
import { createSerial, type Serial } from '#lib/protocol/serial.ts';
import { type OpenStorage } from './storage.ts';
import { openStoredSizes, type DatabaseSizes } from './stored-sizes.ts';

const EMPTY_DIGEST = `md5-${createHash('md5').digest('base64')}`;

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
  /** What the database takes, in bytes. */
  sizes(): Promise<DatabaseSizes>;
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
  /** Refuses with 404 where they are gone: who reads an old revision may find it compacted meanwhile. */
  bytes(digest: string): Promise<Buffer>;
  /** One batch, no document twice, each with its metadata as read in the same turn. Only inside `exclusive`. */
  store(writes: readonly RevisionWrite[]): Promise<void>;
  /** Runs a task with no other write between its reads and its writes. */
  exclusive: Serial;
  readLocal(id: string): Promise<Record<string, unknown> | undefined>;
  /** Undefined removes it. */
  writeLocal(id: string, body: Record<string, unknown> | undefined): Promise<void>;
  /** Takes superseded bodies away, a slice at a time; at once where it is doing so already. */
  compact(stop: AbortSignal): Promise<void>;
  isCompacting(): boolean;
  /** Called after each batch that wrote documents. */
  onWrite(listener: () => void): () => void;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** Opens the database at a location, making it if there is none. Reads every document's metadata once. */
export async function openDocumentStore(location: string, openStorage: OpenStorage): Promise<DocumentStore> {
  const { level, write, close, destroy } = await openStorage(location);
  const exclusive = createSerial();
  const sequences = createSequenceIndex();
  const listeners = new Set<() => void>();
  for await (const [, json] of readRange(level, levelRange({}))) noteMetadata(parseMetadata(json), sequences);
  const sizes = await openStoredSizes({ level, location, highest: () => sequences.highest() }, exclusive);
  let compacting = false;
  let docCount = Number((await readOne(level, docCountKey)) ?? 0);
  return {
    ...readsOf(level),
    sequences,
    docCount: () => docCount,
    sizes: () => sizes.measure(),
    exclusive,
    async store(writes) {
      const written = await write(writes);
      sizes.grew(written.bytes);
      for (const document of written.documents) sequences.note(document);
      docCount = written.docCount;
      for (const listener of listeners) listener();
    },
    writeLocal: (id, body) => writeBatch(level, [localOperation(id, body)]),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async compact(stop) {
      if (compacting) return;
      compacting = true;
      const shrank = (bytes: number): void => sizes.grew(-bytes);
      await sizes
        .forget()
        .then(() => compactDatabase({ level, exclusive, stop, shrank }))
        .finally(() => (compacting = false));
    },
    isCompacting: () => compacting,
    close: () => sizes.keep().finally(close),
    destroy: () => sizes.stop().then(destroy),
  };
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
    async bytes(digest) {
      const stored = await readBytes(level, bytesKey(digest));
      // PouchDB stores no bytes for an empty attachment.
      if (!stored && digest !== EMPTY_DIGEST) throw notFound();
      return stored ?? Buffer.alloc(0);
    },
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

function noteMetadata(metadata: DocumentMetadata, sequences: SequenceIndex): void {
  const superseded = Object.values(metadata.rev_map);
  sequences.note({ seq: metadata.seq, superseded, branched: !isLinear(metadata.rev_tree) });
}
