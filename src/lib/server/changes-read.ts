// The changes of a database, read in slices: each document once, at the sequence of its last write.
// Invariants: rows come in order of sequence; a document written again meanwhile is left out here and comes later;
// `lastSeq` is never beyond what was looked at; `pending` counts what lies beyond it.
import { type ChangesQuery } from './changes-query.ts';
import { linearRows, treeRows, type ReadRow } from './changes-rows.ts';
import { type Database } from './database-catalog.ts';
import { parseBody } from './pouch-layout.ts';

const SLICE = 500;
const SLICE_WITH_ATTACHMENTS = 8;

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
    yield* readByIds(database, query, { ...from, ids: query.filter.ids });
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

function sliceLength({ includeDocs, attachments }: ChangesQuery): number {
  return includeDocs && attachments ? SLICE_WITH_ATTACHMENTS : SLICE;
}

interface OpenSlice {
  seqs: number[];
  last: number;
  texts: Promise<(string | undefined)[]>;
}

function openSlice(
  { store }: Database,
  query: ChangesQuery,
  { at, left }: { at: number; left: number },
): OpenSlice | undefined {
  // A filter may leave rows out, and so may a write meanwhile: then what is left is read by the next slice.
  const length = sliceLength(query);
  const { descending, filter } = query;
  const wanted = filter.kind === 'all' ? Math.min(length, left) : length;
  const seqs = descending ? store.sequences.listBelow(at, wanted) : store.sequences.listAbove(at, wanted);
  const last = seqs.at(-1);
  if (last === undefined) return undefined;
  const texts = store.bodyTexts(seqs);
  texts.catch(() => undefined);
  return { seqs, last, texts };
}

async function readSlice(
  database: Database,
  query: ChangesQuery,
  { seqs, texts }: { seqs: readonly number[]; texts: readonly (string | undefined)[] },
): Promise<ReadRow[]> {
  const { sequences } = database.store;
  const linear: { seq: number; text: string }[] = [];
  const trees: { seq: number; id: string }[] = [];
  for (const [at, seq] of seqs.entries()) {
    const text = texts[at];
    if (text === undefined || !sequences.isLive(seq)) continue;
    if (sequences.isBranched(seq) || (query.includeDocs && query.attachments)) {
      trees.push({ seq, id: parseBody(text)._id });
    } else linear.push({ seq, text });
  }
  const rows = await linearRows(database, query, linear);
  if (trees.length === 0) return rows;
  rows.push(...(await treeRows(database, query, trees)));
  return rows.sort((a, b) => (query.descending ? b.seq - a.seq : a.seq - b.seq));
}

/** The feed of some documents: they are looked up, the rest is not read. */
async function* readByIds(
  database: Database,
  query: ChangesQuery,
  { ids, since, limit }: { ids: readonly string[]; since: number; limit: number },
): AsyncGenerator<ChangesSlice> {
  const highest = database.store.sequences.highest();
  const wanted = (await listWanted(database, query, { ids, since })).slice(
    0,
    limit === Infinity ? undefined : limit,
  );
  const length = sliceLength(query);
  let last = since;
  for (let at = 0; at < wanted.length; at += length) {
    const slice = wanted.slice(at, at + length);
    const rows = await treeRows(database, query, slice);
    last = slice.at(-1)?.seq ?? last;
    yield { rows: rows.map(({ row }) => row), lastSeq: last };
  }
  if (wanted.length < limit) yield { rows: [], lastSeq: Math.max(highest, since) };
  else if (wanted.length === 0) yield { rows: [], lastSeq: since };
}

/** Which of the documents were written after `since`, in the order of the feed; of each only where it stands. */
async function listWanted(
  { store }: Database,
  { descending }: ChangesQuery,
  { ids, since }: { ids: readonly string[]; since: number },
): Promise<{ seq: number; id: string }[]> {
  const wanted: { seq: number; id: string }[] = [];
  for (let at = 0; at < ids.length; at += SLICE) {
    for (const metadata of await store.metadata(ids.slice(at, at + SLICE))) {
      if (metadata && (descending || metadata.seq > since))
        wanted.push({ seq: metadata.seq, id: metadata.id });
    }
  }
  return wanted.sort((a, b) => (descending ? b.seq - a.seq : a.seq - b.seq));
}
