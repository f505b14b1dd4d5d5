// One database of the model server: documents with their revisions, spread over shards that count for themselves, as a
// CouchDB cluster does. Invariants: a sequence names a place in every shard, so that what comes after it is never lost
// whatever order the rows came in; a sequence of the future is echoed and answers nothing.
import type { DocumentBody } from '#lib/protocol/document.ts';
import { fromRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import type { Dice } from './dice.ts';
import { withStubs } from './photo-bodies.ts';
import { newRevisionRecord, type RevisionRecord } from './revision-record.ts';

interface ModelDocument extends RevisionRecord {
  shard: number;
  seq: number;
}

export interface DatabaseTraits {
  shards: number;
  /** Rows a page has at most, whatever was asked for. */
  pageRows: number;
  /** CouchDB calls an ancestor present whose body never came, PouchDB calls it missing. */
  ancestorsArePresent: boolean;
  /** PouchDB's way: a revision known only from another's path never gets its body. Absent: it does, as in CouchDB. */
  ancestorsStayEmpty?: boolean;
}

export interface FeedTemper {
  dice: Dice;
  /** How sequences are written now; old ones are read still. */
  sequenceFormat: number;
  /** Rows repeated before the new ones. */
  repeats: number;
}

export interface ModelDatabase {
  readonly timeline: number;
  documents: Map<string, ModelDocument>;
  locals: Map<string, { rev: number; body: DocumentBody }>;
  /** False where the revision was there. */
  write(document: RevisionedDocument): boolean;
  changes(query: { since: string; limit: number }, temper: FeedTemper): object;
  revsDiff(asked: Record<string, Revision[]>): object;
  bulkGet(asked: { id: string; rev?: string }[]): object;
  allDocs(query: { keys?: string[]; from?: string; limit?: number }): object;
  /** Where a sequence stands in this database; undefined where it is of another one. */
  placeOf(sequence: string | number): { timeline: number; vector: number[] };
}

const FORMATS = [
  (vector: number[]) => String(vector.reduce((sum, each) => sum + each, 0)),
  (vector: number[]) => String(1000 + vector.reduce((sum, each) => sum + each, 0)),
  (vector: number[]) => `g${vector.join('')}`,
];
export const SEQUENCE_FORMATS = FORMATS.length;

export function newModelDatabase(traits: DatabaseTraits, timeline: number): ModelDatabase {
  const documents = new Map<string, ModelDocument>();
  const counters: number[] = Array.from({ length: traits.shards }, () => 0);
  const encode = (vector: number[], format: number) =>
    `${FORMATS[format]!(vector)}-${vector.join('x')}t${String(timeline)}`;
  const placeOf = (sequence: string | number) => {
    const match = /-([\dx]+)t(\d+)$/.exec(String(sequence));
    const vector = match?.[1]?.split('x').map(Number) ?? [];
    return { timeline: Number(match?.[2] ?? timeline), vector: counters.map((_, n) => vector[n] ?? 0) };
  };
  const shardOf = (id: string) =>
    [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % traits.shards;
  return {
    timeline,
    documents,
    locals: new Map(),
    placeOf,
    write(document) {
      const { _rev, _revisions, ...body } = document;
      const path = _revisions ? fromRevisionPath(_revisions) : [_rev];
      const shard = Math.abs(shardOf(document._id));
      const known = documents.get(document._id) ?? { ...newRevisionRecord(), shard, seq: 0 };
      if (traits.ancestorsStayEmpty && known.has(_rev)) return false;
      if (!known.add(path, withStubs(body))) return false;
      known.seq = ++counters[shard]!;
      documents.set(document._id, known);
      return true;
    },
    changes({ since, limit }, temper) {
      const { vector: from } = placeOf(since);
      const rows = rowsAfter(documents, from, temper.dice);
      const page = rows.slice(0, Math.min(limit, traits.pageRows));
      const repeated = repeats(documents, from, temper);
      const vector = [...from];
      const results = [
        ...repeated.map((row) => ({ ...rowOf(row), seq: encode(from, temper.sequenceFormat) })),
        ...page.map((row) => {
          vector[row.shard] = row.seq;
          return { ...rowOf(row), seq: encode(vector, temper.sequenceFormat) };
        }),
      ];
      const last_seq = page.length > 0 ? encode(vector, temper.sequenceFormat) : since;
      return { results, last_seq, pending: rows.length - page.length };
    },
    revsDiff: (asked) =>
      Object.fromEntries(
        Object.entries(asked).flatMap(([id, revs]) => {
          const known = documents.get(id);
          const missing = revs.filter((rev) =>
            traits.ancestorsArePresent ? !known?.has(rev) : !known?.body(rev),
          );
          const possible = missing.flatMap((rev) => known?.possibleAncestors(rev) ?? []);
          const ancestors = possible.length > 0 ? { possible_ancestors: [...new Set(possible)] } : {};
          return missing.length > 0 ? [[id, { missing, ...ancestors }]] : [];
        }),
      ),
    bulkGet: (asked) => ({ results: asked.map((each) => found(documents, each)) }),
    allDocs: ({ keys, from, limit }) => {
      const all = [...documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, each]) => listed(id, each));
      const rows = all.filter(({ value }) => !value.deleted);
      const paged = rows.filter(({ id }) => from === undefined || id >= from).slice(0, limit);
      const error = (key: string) => ({ key, error: 'not_found' });
      return {
        total_rows: rows.length,
        offset: 0,
        rows: keys
          ? keys.map(
              (key) =>
                shown(
                  documents,
                  all.find(({ id }) => id === key),
                ) ?? error(key),
            )
          : paged,
      };
    },
  };
}

type FeedRow = ModelDocument & { id: string };

/** In each shard in its order, the shards mixed by chance. */
function rowsAfter(documents: Map<string, ModelDocument>, from: number[], dice: Dice): FeedRow[] {
  const queues = from.map((seq, shard) =>
    [...documents]
      .filter(([, each]) => each.shard === shard && each.seq > seq)
      .sort(([, a], [, b]) => a.seq - b.seq)
      .map(([id, each]) => ({ ...each, id })),
  );
  const rows: FeedRow[] = [];
  for (;;) {
    const filled = queues.filter((queue) => queue.length > 0);
    if (filled.length === 0) return rows;
    rows.push((filled.length === 1 ? filled[0]! : dice.pick(filled)).shift()!);
  }
}

function repeats(
  documents: Map<string, ModelDocument>,
  from: number[],
  { dice, repeats }: FeedTemper,
): FeedRow[] {
  if (repeats === 0) return [];
  const old = [...documents].flatMap(([id, each]) =>
    each.seq <= from[each.shard]! ? [{ ...each, id }] : [],
  );
  return old.length === 0 ? [] : Array.from({ length: repeats }, () => dice.pick(old));
}

function rowOf(document: FeedRow): object {
  const [winner, ...losing] = document.leaves();
  const conflicts = losing.flatMap(({ rev, deleted }) => (deleted ? [] : [rev]));
  const doc = {
    ...document.body(winner!.rev),
    _id: document.id,
    _rev: winner!.rev,
    ...(winner!.deleted && { _deleted: true }),
    ...(conflicts.length > 0 && { _conflicts: conflicts }),
  };
  return {
    id: document.id,
    changes: document.leaves().map(({ rev }) => ({ rev })),
    ...(winner!.deleted && { deleted: true }),
    doc,
  };
}

function listed(id: string, document: ModelDocument) {
  const winner = document.leaves()[0]!;
  return { id, key: id, value: { rev: winner.rev, ...(winner.deleted && { deleted: true }) } };
}

/** With its body and `_conflicts`, as `keys` are answered; a tombstone's is null. */
function shown(documents: Map<string, ModelDocument>, row: ReturnType<typeof listed> | undefined) {
  const document = row && documents.get(row.id);
  if (!document) return undefined;
  const { doc } = rowOf({ ...document, id: row.id }) as { doc: object };
  return { ...row, doc: row.value.deleted ? null : doc };
}

function found(documents: Map<string, ModelDocument>, { id, rev }: { id: string; rev?: string }): object {
  const document = documents.get(id);
  const wanted = rev ?? document?.leaves()[0]?.rev;
  const body = wanted === undefined ? undefined : document?.body(wanted);
  const error = { id, rev: wanted ?? 'undefined', error: 'not_found', reason: 'missing' };
  if (!document || !body || wanted === undefined) return { id, docs: [{ error }] };
  const path = document.pathOf(wanted);
  const start = Number(wanted.slice(0, wanted.indexOf('-')));
  const ids = path.map((each) => each.slice(each.indexOf('-') + 1));
  return { id, docs: [{ ok: { ...body, _id: id, _rev: wanted, _revisions: { start, ids } } }] };
}
