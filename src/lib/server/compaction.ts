// Compaction: bodies of revisions that are no leaves go, and the bytes of attachments no stored revision has any more.
// Source: Apache CouchDB 3.5, "/{db}/_compact"; what is left is what PouchDB's own compaction leaves.
// Invariants: no leaf loses its body, nor any revision its id; what was superseded after the start is left alone, so
// that who read a tree before it finds the bodies it names. Each slice is one batch in a turn of its own: writes and
// replication go on in between, and a compaction broken off at any moment leaves a whole database.
import { readBytes, readMany, readRange, writeBatch } from './level-access.ts';
import { type LevelHandle, type LevelOperation } from './level-engine.ts';
import {
  afterDocuments,
  afterReferences,
  bodyKey,
  bytesKey,
  documentKey,
  parseMetadata,
  referencesKey,
  type DocumentMetadata,
} from './pouch-layout.ts';
import { type RevisionNode, type RevisionTree } from './revision-tree.ts';
import { type Serial } from '#lib/protocol/serial.ts';

const SLICE = 100;

export interface Compacting {
  level: LevelHandle;
  exclusive: Serial;
  /** Ends it between two slices. */
  stop: AbortSignal;
  /** Told how many bytes of bodies and attachments went with a slice. */
  shrank: (bytes: number) => void;
}

export async function compactDatabase(compacting: Compacting): Promise<void> {
  await dropBodies(compacting);
  await dropBytes(compacting);
  if (!compacting.stop.aborted) await tidyFiles(compacting.level);
}

interface Superseded {
  id: string;
  revs: readonly string[];
}

async function dropBodies(compacting: Compacting): Promise<void> {
  const { level, stop } = compacting;
  let slice: Superseded[] = [];
  for await (const [, json] of readRange(level, { gte: documentKey(''), lt: afterDocuments })) {
    if (stop.aborted) return;
    const { id, rev_tree: tree } = parseMetadata(json);
    const revs = supersededRevs(tree);
    if (revs.length > 0) slice.push({ id, revs });
    if (slice.length < SLICE) continue;
    await dropSlice(slice, compacting);
    slice = [];
  }
  await dropSlice(slice, compacting);
}

async function dropSlice(
  slice: readonly Superseded[],
  { level, exclusive, shrank }: Compacting,
): Promise<void> {
  if (slice.length === 0) return;
  await exclusive(async () => {
    const current = await readMany(
      level,
      slice.map(({ id }) => documentKey(id)),
    );
    const operations: LevelOperation[] = [];
    const seqs: number[] = [];
    for (const [at, { id, revs }] of slice.entries()) {
      const json = current[at];
      if (json === undefined) continue;
      const metadata = parseMetadata(json);
      seqs.push(...forgetBodies(metadata, new Set(revs)));
      operations.push({ type: 'put', key: documentKey(id), value: JSON.stringify(metadata) });
    }
    const bodies = await readMany(level, seqs.map(bodyKey));
    for (const seq of seqs) operations.push({ type: 'del', key: bodyKey(seq) });
    await writeBatch(level, operations);
    shrank(bodies.reduce((total, body) => total + Buffer.byteLength(body ?? ''), 0));
  });
}

/** Changes the metadata; gives back where the bodies lie. */
function forgetBodies(metadata: DocumentMetadata, revs: ReadonlySet<string>): number[] {
  for (const { node, rev } of nodesOf(metadata.rev_tree)) {
    if (revs.has(rev)) node[1].status = 'missing';
  }
  const stored = Object.entries(metadata.rev_map);
  metadata.rev_map = Object.fromEntries(stored.filter(([rev]) => !revs.has(rev)));
  return stored.filter(([rev]) => revs.has(rev)).map(([, seq]) => seq);
}

function supersededRevs(tree: RevisionTree): string[] {
  const revs: string[] = [];
  for (const { node, rev } of nodesOf(tree)) {
    if (node[2].length > 0 && node[1].status === 'available') revs.push(rev);
  }
  return revs;
}

function* nodesOf(tree: RevisionTree): Generator<{ node: RevisionNode; rev: string }> {
  const open = tree.map((root) => ({ node: root.ids, generation: root.pos }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, generation } = next;
    yield { node, rev: `${generation}-${node[0]}` };
    for (const child of node[2]) open.push({ node: child, generation: generation + 1 });
  }
}

async function dropBytes(compacting: Compacting): Promise<void> {
  const first = referencesKey('');
  let slice: string[] = [];
  for await (const [key] of readRange(compacting.level, { gte: first, lt: afterReferences })) {
    if (compacting.stop.aborted) return;
    slice.push(key.slice(first.length));
    if (slice.length < SLICE) continue;
    await dropUnused(slice, compacting);
    slice = [];
  }
  await dropUnused(slice, compacting);
}

async function dropUnused(
  digests: readonly string[],
  { level, exclusive, shrank }: Compacting,
): Promise<void> {
  if (digests.length === 0) return;
  await exclusive(async () => {
    const texts = await readMany(level, digests.map(referencesKey));
    const refs = texts.map((text) => Object.keys(parseRefs(text)));
    const isLive = await liveReferences(level, refs.flat());
    const operations: LevelOperation[] = [];
    const gone: string[] = [];
    for (const [at, digest] of digests.entries()) {
      const all = refs[at] ?? [];
      const live = all.filter(isLive);
      if (live.length === all.length && live.length > 0) continue;
      const key = referencesKey(digest);
      if (live.length > 0) {
        const value = JSON.stringify({ refs: Object.fromEntries(live.map((ref) => [ref, true])) });
        operations.push({ type: 'put', key, value });
      } else {
        operations.push({ type: 'del', key }, { type: 'del', key: bytesKey(digest) });
        gone.push(digest);
      }
    }
    if (operations.length === 0) return;
    let bytes = 0;
    for (const digest of gone) bytes += (await readBytes(level, bytesKey(digest)))?.length ?? 0;
    await writeBatch(level, operations);
    shrank(bytes);
  });
}

function parseRefs(text: string | undefined): Record<string, true> {
  return text === undefined ? {} : ((JSON.parse(text) as { refs?: Record<string, true> }).refs ?? {});
}

/** A reference is `id@rev`, and either may have the sign in it: it lives if any reading of it names a stored body. */
async function liveReferences(
  level: LevelHandle,
  refs: readonly string[],
): Promise<(ref: string) => boolean> {
  const ids = [...new Set(refs.flatMap((ref) => readingsOf(ref).map(({ id }) => id)))];
  const texts = await readMany(level, ids.map(documentKey));
  const stored = new Map(ids.map((id, at) => [id, revMapOf(texts[at])]));
  return (ref) => readingsOf(ref).some(({ id, rev }) => Object.hasOwn(stored.get(id) ?? {}, rev));
}

function revMapOf(text: string | undefined): Record<string, number> {
  return text === undefined ? {} : parseMetadata(text).rev_map;
}

function readingsOf(ref: string): { id: string; rev: string }[] {
  return [...ref.matchAll(/@(?=\d+-)/g)].map(({ index }) => ({
    id: ref.slice(0, index),
    rev: ref.slice(index + 1),
  }));
}

const BELOW_ALL = '\u0000';
const ABOVE_ALL = '\u{10ffff}';

/**
 * LevelDB gives room back when it rewrites its files, which it else does at its own time. What lies in memory it writes out
 * whole, values that were deleted again among them, and a file with none above it is not rewritten. So it is made to write
 * out first; then two deletions of keys that are not there, below and above all others, make a second file, into which
 * every other is merged. Source: LevelDB, db/db_impl.cc, `CompactRange`, and db/version_set.cc, `PickLevelForMemTableOutput`.
 */
async function tidyFiles(level: LevelHandle): Promise<void> {
  await compactRange(level);
  await writeBatch(level, [
    { type: 'del', key: BELOW_ALL },
    { type: 'del', key: ABOVE_ALL },
  ]);
  await compactRange(level);
}

function compactRange(level: LevelHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!level.compactRange) return resolve();
    level.compactRange(BELOW_ALL, ABOVE_ALL, (failure) => (failure ? reject(failure) : resolve()));
  });
}
