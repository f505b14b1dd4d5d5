// The changes of a database, read in slices: each document once, at the sequence of its last write.
// Invariants: rows come in order of sequence; a document written again meanwhile is left out here and comes later;
// `lastSeq` is never beyond what was looked at; `pending` counts what lies beyond it.
import { type ChangesQuery } from './changes-query.ts';
import { type Database } from './database-catalog.ts';
import { readRevision, renderRevision } from './document-reads.ts';
import { losingLeaves, renderDocument, type DocumentJson } from './document-render.ts';
import { parseBody, type DocumentMetadata, type StoredBody } from './pouch-layout.ts';
import { leavesOf } from './revision-tree.ts';
import { formatSeq } from './sequence.ts';
import { rowOfStoredBody } from './stored-change.ts';

const SLICE = 500;
const SLICE_WITH_ATTACHMENTS = 8;

interface ChangeRow {
  seq: string;
  id: string;
  changes: { rev: string }[];
  deleted?: true;
  doc?: DocumentJson;
}

export interface ChangesSlice {
  /** Rows as JSON. */
  rows: string[];
  /** How far the feed has been looked at. */
  lastSeq: number;
}

/** All changes after `since` (before it when descending), at most `limit` rows, as they stand now. */
export async function* readChanges(
  database: Database,
  query: ChangesQuery,
  from: { since: number; limit: number },
): AsyncGenerator<ChangesSlice> {
  if (query.filter.kind === 'ids') {
    yield await readByIds(database, query, { ...from, ids: query.filter.ids });
    return;
  }
  let left = from.limit;
  let slice = openSlice(database, query, { at: query.descending ? Infinity : from.since, left });
  while (slice) {
    const { seqs, last } = slice;
    const texts = await slice.texts;
    // The next slice is fetched while this one is made into rows and sent; not where this one may be the last.
    slice =
      seqs.length < left ? openSlice(database, query, { at: last, left: left - seqs.length }) : undefined;
    const read = await readSlice(database, query, { seqs, texts });
    const rows = read.slice(0, left);
    left -= rows.length;
    const stopped = left === 0 ? rows.at(-1) : undefined;
    yield { rows: rows.map(({ row }) => row), lastSeq: stopped?.seq ?? last };
    if (left === 0) return;
    slice ??= openSlice(database, query, { at: last, left });
  }
}

interface OpenSlice {
  seqs: number[];
  last: number;
  texts: Promise<(string | undefined)[]>;
}

function openSlice(
  { store }: Database,
  { descending, filter, includeDocs, attachments }: ChangesQuery,
  { at, left }: { at: number; left: number },
): OpenSlice | undefined {
  // A filter may leave rows out, and so may a write meanwhile: then what is left is read by the next slice.
  const length = includeDocs && attachments ? SLICE_WITH_ATTACHMENTS : SLICE;
  const wanted = filter.kind === 'all' ? Math.min(length, left) : length;
  const seqs = descending ? store.sequences.listBelow(at, wanted) : store.sequences.listAbove(at, wanted);
  const last = seqs.at(-1);
  if (last === undefined) return undefined;
  const texts = store.bodyTexts(seqs);
  texts.catch(() => undefined);
  return { seqs, last, texts };
}

interface ReadRow {
  seq: number;
  row: string;
}

async function readSlice(
  database: Database,
  query: ChangesQuery,
  { seqs, texts }: { seqs: readonly number[]; texts: readonly (string | undefined)[] },
): Promise<ReadRow[]> {
  const { sequences } = database.store;
  const plain = query.filter.kind === 'all';
  const branched: number[] = [];
  const found = seqs.map((seq, at): ReadRow | undefined => {
    const text = texts[at];
    if (text === undefined || !sequences.isLive(seq)) return undefined;
    if (sequences.isBranched(seq) || (query.includeDocs && query.attachments)) {
      branched.push(at);
      return undefined;
    }
    const seqJson = JSON.stringify(formatSeq(seq, database));
    const row =
      (plain ? rowOfStoredBody(text, seqJson, query.includeDocs) : undefined) ??
      rowText(linearRow(database, query, { seq, body: parseBody(text) }));
    return row === undefined ? undefined : { seq, row };
  });
  const trees = await database.store.metadata(branched.map((at) => parseBody(texts[at] ?? '{}')._id));
  for (const [index, at] of branched.entries()) {
    const seq = seqs[at] ?? 0;
    const tree = trees[index];
    const row = tree && rowText(await branchedRow(database, query, { seq, tree }));
    if (row !== undefined) found[at] = { seq, row };
  }
  return found.filter((row) => row !== undefined);
}

function rowText(row: ChangeRow | undefined): string | undefined {
  return row && JSON.stringify(row);
}

/** A document of one leaf: what was written last is all there is to it. */
function linearRow(
  database: Database,
  query: ChangesQuery,
  { seq, body }: { seq: number; body: StoredBody },
): ChangeRow | undefined {
  const { _id: id, _rev: rev } = body;
  const document = query.includeDocs || query.filter.kind === 'matching' ? renderDocument(body) : undefined;
  if (!passes(query, id, document)) return undefined;
  const row: ChangeRow = { seq: formatSeq(seq, database), id, changes: [{ rev }] };
  if (body._deleted) row.deleted = true;
  if (query.includeDocs && document) row.doc = document;
  return row;
}

async function branchedRow(
  database: Database,
  query: ChangesQuery,
  { seq, tree }: { seq: number; tree: DocumentMetadata },
): Promise<ChangeRow | undefined> {
  if (tree.seq !== seq) return undefined;
  const winner = await readRevision(database.store, tree);
  if (!winner) return undefined;
  const leaves = leavesOf(tree.rev_tree);
  const changes = await passingRevs(database, query, {
    tree,
    revs: query.allLeaves ? leaves.map(({ rev }) => rev) : [tree.winningRev],
  });
  if (changes.length === 0) return undefined;
  const options = { attachments: query.attachments && query.includeDocs };
  const document = await renderRevision(database.store, winner, options);
  const row: ChangeRow = { seq: formatSeq(seq, database), id: tree.id, changes };
  if (tree.deleted) row.deleted = true;
  if (query.includeDocs) {
    const { conflicts } = losingLeaves(leaves, tree.winningRev);
    if (query.conflicts && conflicts.length > 0) document._conflicts = conflicts;
    row.doc = document;
  }
  return row;
}

/** A filter that looks into documents looks into each leaf: a losing one is told of though the winner is left out. */
async function passingRevs(
  { store }: Database,
  query: ChangesQuery,
  { tree, revs }: { tree: DocumentMetadata; revs: readonly string[] },
): Promise<{ rev: string }[]> {
  const looked = await Promise.all(
    revs.map(async (rev) => {
      if (query.filter.kind !== 'matching') return { rev, passed: passes(query, tree.id, undefined) };
      const revision = await readRevision(store, tree, rev);
      return { rev, passed: revision !== undefined && passes(query, tree.id, renderDocument(revision.body)) };
    }),
  );
  return looked.filter(({ passed }) => passed).map(({ rev }) => ({ rev }));
}

function passes({ filter }: ChangesQuery, id: string, document: DocumentJson | undefined): boolean {
  if (filter.kind === 'design') return id.startsWith('_design/');
  if (filter.kind === 'function') throw new Error('a filter that was not opened');
  if (filter.kind === 'matching') return document !== undefined && filter.matches(document);
  return true;
}

/** The feed of some documents: they are looked up, the rest is not read. */
async function readByIds(
  database: Database,
  query: ChangesQuery,
  { ids, since, limit }: { ids: readonly string[]; since: number; limit: number },
): Promise<ChangesSlice> {
  const highest = database.store.sequences.highest();
  const found = (await database.store.metadata(ids)).filter((metadata) => metadata !== undefined);
  const sign = query.descending ? -1 : 1;
  const wanted = found
    .filter(({ seq }) => query.descending || seq > since)
    .sort((a, b) => sign * (a.seq - b.seq))
    .slice(0, limit === Infinity ? undefined : limit);
  const rows: string[] = [];
  for (const tree of wanted) {
    const row = rowText(await branchedRow(database, query, { seq: tree.seq, tree }));
    if (row !== undefined) rows.push(row);
  }
  if (wanted.length < limit) return { rows, lastSeq: Math.max(highest, since) };
  return { rows, lastSeq: wanted.at(-1)?.seq ?? since };
}
