// A query carried out: documents read in the order of their ids, matched, and put into the order of the index that
// CouchDB would have taken. Source: Apache CouchDB 3.5, mango_cursor and mango_cursor_view.
// Invariants: tombstones and design documents are never among the results; a page goes on exactly where the one before
// ended; of what is to be sorted only keys are held, and bodies are read again for the page alone.
import { type Database } from './database-catalog.ts';
import { readRevision, renderRevision, type Revision } from './document-reads.ts';
import { type DocumentJson } from './document-render.ts';
import { type DocumentStore } from './document-store.ts';
import { ALL_DOCS, confinedColumns, isNamed, isUsable, listIndexes, type MangoIndex } from './mango-index.ts';
import { type Bookmark, type FindQuery } from './mango-query.ts';
import { compareSorted, sortedBy, sortKeyOf, type Sorted } from './mango-sort.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { badSelector } from './refusal.ts';
import { filterOf } from './selector-filter.ts';
import { readField } from './selector-match.ts';
import { type FieldPath } from './selector-tree.ts';

const SLICE = 200;

/** The index a query is answered by. Refuses with 400 where it is to be sorted and none has that order. */
export async function chooseIndex(store: DocumentStore, query: FindQuery): Promise<MangoIndex> {
  const { tree, sort, useIndex } = query;
  const all = await listIndexes(store);
  const named = all.filter((index) => isNamed(index, useIndex));
  const usable = all.filter(
    (index) => (index.partial === undefined || named.includes(index)) && isUsable(index, tree, sort),
  );
  if (usable.length === 0) {
    const reason = 'No index exists for this sort, try indexing by the sort fields.';
    throw badSelector('no_usable_index', reason);
  }
  const preferred = usable.filter((index) => named.includes(index));
  const candidates = preferred.length > 0 ? preferred : usable;
  const [best] = candidates
    .filter(({ ddoc }) => ddoc !== null)
    .sort(
      (a, b) =>
        confinedColumns(b, tree) - confinedColumns(a, tree) ||
        a.fields.length - b.fields.length ||
        (`${a.ddoc}/${a.name}` < `${b.ddoc}/${b.name}` ? -1 : 1),
    );
  return best ?? ALL_DOCS;
}

export interface Found {
  documents: AsyncGenerator<DocumentJson[]>;
  /** As it stands after the last of `documents`. */
  examined(): number;
  last(): Bookmark | undefined;
}

export function findDocuments(database: Database, query: FindQuery, index: MangoIndex): Found {
  const progress: { examined: number; last: Bookmark | undefined } = { examined: 0, last: query.after };
  const finding = { database, query, index, progress };
  return {
    documents: index.ddoc === null && query.sort.length === 0 ? findById(finding) : findSorted(finding),
    examined: () => progress.examined,
    last: () => progress.last,
  };
}

interface Finding {
  database: Database;
  query: FindQuery;
  index: MangoIndex;
  progress: { examined: number; last: Bookmark | undefined };
}

async function* findById({ database, query, progress }: Finding): AsyncGenerator<DocumentJson[]> {
  const { store } = database;
  const matches = filterOf(query.tree);
  let toSkip = query.skip;
  let left = query.limit;
  if (left === 0) return;
  for await (const revisions of readSlices(store, query.after?.id)) {
    const page: Revision[] = [];
    const passed = await matches(revisions.map(({ body }) => body));
    for (const [at, revision] of revisions.entries()) {
      progress.examined++;
      if (!passed[at] || toSkip-- > 0) continue;
      page.push(revision);
      progress.last = { key: [], id: revision.body._id };
      if (--left === 0) break;
    }
    yield await renderPage(store, page, query);
    if (left === 0) return;
  }
}

/** Winners in the order of their ids, bodies with them, after one id. */
async function* readSlices(store: DocumentStore, after = ''): AsyncGenerator<Revision[]> {
  let slice: DocumentMetadata[] = [];
  for await (const metadata of store.range({ gt: after })) {
    if (metadata.deleted || metadata.id.startsWith('_design/')) continue;
    slice.push(metadata);
    if (slice.length < SLICE) continue;
    yield await readBodies(store, slice);
    slice = [];
  }
  yield await readBodies(store, slice);
}

async function readBodies(store: DocumentStore, slice: readonly DocumentMetadata[]): Promise<Revision[]> {
  const bodies = await store.bodies(slice.map(({ rev_map, winningRev }) => rev_map[winningRev] ?? 0));
  const read = slice.map(async (metadata, at): Promise<Revision | undefined> => {
    const body = bodies[at];
    return body ? { rev: metadata.winningRev, deleted: false, body, metadata } : readAnew(store, metadata.id);
  });
  return (await Promise.all(read)).filter(
    (revision) => revision !== undefined && !revision.deleted,
  ) as Revision[];
}

/** A document written again, and its former body compacted, since the reading began. */
async function readAnew(store: DocumentStore, id: string): Promise<Revision | undefined> {
  const [metadata] = await store.metadata([id]);
  return metadata && readRevision(store, metadata);
}

async function* findSorted(finding: Finding): AsyncGenerator<DocumentJson[]> {
  const { database, query, progress } = finding;
  const { store } = database;
  const rows = await collectSorted(finding);
  const after = query.after && sortedBy(query.after.key, query.after.id);
  const sign = query.sort[0]?.direction === 'desc' ? -1 : 1;
  rows.sort((a, b) => sign * compareSorted(a, b));
  const start = after ? rows.findIndex((row) => sign * compareSorted(row, after) > 0) : 0;
  const page = start < 0 ? [] : rows.slice(start + query.skip, start + query.skip + query.limit);
  for (let at = 0; at < page.length; at += SLICE) {
    const slice = page.slice(at, at + SLICE);
    const known = await store.metadata(slice.map(({ id }) => id));
    const current = known.filter((metadata) => metadata !== undefined && !metadata.deleted);
    const last = slice.at(-1);
    if (last) progress.last = { key: [...last.key], id: last.id };
    yield await renderPage(store, await readBodies(store, current as DocumentMetadata[]), query);
  }
}

async function collectSorted({ database, query, index, progress }: Finding): Promise<Sorted[]> {
  const filters = [...(index.partial ? [index.partial.tree] : []), query.tree].map((tree) => filterOf(tree));
  const rows: Sorted[] = [];
  for await (const revisions of readSlices(database.store)) {
    progress.examined += revisions.length;
    let left = revisions.flatMap(({ body }) => {
      const key = sortKeyOf(body, index.fields);
      return key ? [{ body, key }] : [];
    });
    for (const filter of filters) {
      const passed = await filter(left.map(({ body }) => body));
      left = left.filter((_one, at) => passed[at]);
    }
    for (const { body, key } of left) rows.push(sortedBy(key, body._id));
  }
  return rows;
}

function renderPage(
  store: DocumentStore,
  page: readonly Revision[],
  query: FindQuery,
): Promise<DocumentJson[]> {
  const { conflicts, fields } = query;
  return Promise.all(
    page.map(async (revision) => {
      const document = await renderRevision(store, revision, { conflicts });
      return fields ? pick(document, fields) : document;
    }),
  );
}

/** Some fields of a document, at the places they have in it. */
function pick(document: DocumentJson, fields: readonly FieldPath[]): DocumentJson {
  const picked: Record<string, unknown> = {};
  for (const path of fields) {
    const found = readField(document, path);
    if (typeof found !== 'string') putField(picked, path, found.value);
  }
  return picked as DocumentJson;
}

function putField(into: Record<string, unknown>, path: FieldPath, value: unknown): void {
  let place = into;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(place, step) ? place[step] : undefined;
    const deeper = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : {};
    defineField(place, step, deeper);
    place = deeper;
  }
  defineField(place, path.at(-1) ?? '', value);
}

/** A name like `__proto__` is a name like any other. */
function defineField(place: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(place, name, { value, enumerable: true, configurable: true, writable: true });
}
