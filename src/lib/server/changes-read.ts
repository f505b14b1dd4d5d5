// The changes of a database, read in slices: each document once, at the sequence of its last write.
// Invariants: rows come in order of sequence; a document written again meanwhile is left out here and comes later;
// `lastSeq` is never beyond what was looked at; `pending` counts what lies beyond it.
import { type Database } from './database-catalog.ts';
import { readRevision, renderRevision } from './document-reads.ts';
import { losingLeaves, renderDocument, type DocumentJson } from './document-render.ts';
import { type ChangesQuery } from './changes-query.ts';
import { type DocumentMetadata, type StoredBody } from './pouch-layout.ts';
import { leavesOf } from './revision-tree.ts';
import { formatSeq } from './sequence.ts';

const SLICE = 250;

export interface ChangeRow {
  seq: string;
  id: string;
  changes: { rev: string }[];
  deleted?: true;
  doc?: DocumentJson;
}

export interface ChangesSlice {
  rows: ChangeRow[];
  /** How far the feed has been looked at. */
  lastSeq: number;
}

/** All changes after `since` (before it when descending), at most `limit` rows, as they stand now. */
export async function* readChanges(
  database: Database,
  query: ChangesQuery,
  from: { since: number; limit: number },
): AsyncGenerator<ChangesSlice> {
  const { sequences } = database.store;
  if (query.filter.kind === 'ids') {
    yield await readByIds(database, query, { ...from, ids: query.filter.ids });
    return;
  }
  let left = from.limit;
  let at = query.descending ? Infinity : from.since;
  while (left > 0) {
    const wanted = query.filter.kind === 'all' ? Math.min(SLICE, left) : SLICE;
    const seqs = query.descending ? sequences.listBelow(at, wanted) : sequences.listAbove(at, wanted);
    const last = seqs.at(-1);
    if (last === undefined) return;
    at = last;
    const read = await readSlice(database, query, seqs);
    const rows = read.slice(0, left);
    left -= rows.length;
    const stopped = left === 0 ? rows.at(-1) : undefined;
    yield { rows: rows.map(({ row }) => row), lastSeq: stopped?.seq ?? last };
  }
}

interface ReadRow {
  seq: number;
  row: ChangeRow;
}

async function readSlice(
  database: Database,
  query: ChangesQuery,
  seqs: readonly number[],
): Promise<ReadRow[]> {
  const { store } = database;
  const bodies = await store.bodies(seqs);
  const branched = seqs.map((seq, at) => (store.sequences.isBranched(seq) ? bodies[at]?._id : undefined));
  const needed = needsMetadata(query) ? bodies.map((body) => body?._id) : branched;
  const trees = await readTrees(database, needed);
  const rows: ReadRow[] = [];
  for (const [at, seq] of seqs.entries()) {
    const body = bodies[at];
    if (!body || !store.sequences.isLive(seq)) continue;
    const tree = trees.get(body._id);
    const row = tree
      ? await branchedRow(database, query, { seq, tree })
      : linearRow(database, query, { seq, body });
    if (row) rows.push({ seq, row });
  }
  return rows;
}

/** Attachments are read with their revision, which the plain way does without. */
function needsMetadata({ includeDocs, attachments }: ChangesQuery): boolean {
  return includeDocs && attachments;
}

async function readTrees(
  database: Database,
  ids: readonly (string | undefined)[],
): Promise<Map<string, DocumentMetadata>> {
  const wanted = ids.filter((id) => id !== undefined);
  const found = await database.store.metadata(wanted);
  return new Map(found.flatMap((metadata) => (metadata ? [[metadata.id, metadata]] : [])));
}

/** A document of one leaf: what was written last is all there is to it. */
function linearRow(
  database: Database,
  query: ChangesQuery,
  { seq, body }: { seq: number; body: StoredBody },
): ChangeRow | undefined {
  const { _id: id, _rev: rev } = body;
  const document = query.includeDocs || query.filter.kind === 'selector' ? renderDocument(body) : undefined;
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
  const document =
    winner &&
    (await renderRevision(database.store, winner, { attachments: query.attachments && query.includeDocs }));
  if (!document || !passes(query, tree.id, document)) return undefined;
  const leaves = leavesOf(tree.rev_tree);
  const changes = query.allLeaves ? leaves.map(({ rev }) => ({ rev })) : [{ rev: tree.winningRev }];
  const row: ChangeRow = { seq: formatSeq(seq, database), id: tree.id, changes };
  if (tree.deleted) row.deleted = true;
  if (query.includeDocs) {
    const { conflicts } = losingLeaves(leaves, tree.winningRev);
    if (query.conflicts && conflicts.length > 0) document._conflicts = conflicts;
    row.doc = document;
  }
  return row;
}

function passes({ filter }: ChangesQuery, id: string, document: DocumentJson | undefined): boolean {
  if (filter.kind === 'design') return id.startsWith('_design/');
  if (filter.kind === 'selector') return document !== undefined && filter.matches(document);
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
  const rows: ChangeRow[] = [];
  for (const tree of wanted) {
    const row = await branchedRow(database, query, { seq: tree.seq, tree });
    if (row) rows.push(row);
  }
  const last = wanted.at(-1)?.seq;
  return { rows, lastSeq: wanted.length >= limit && last !== undefined ? last : Math.max(highest, since) };
}
