// Indexes of Mango as they stand in design documents of the language `query`, and when one can serve a query.
// Nothing is built from them here: a query reads the documents, and an index says in which order they come, so that
// whoever made his indexes finds the same answers, warnings and refusals when CouchDB is behind the address.
// Source: Apache CouchDB 3.5, mango_idx, mango_idx_view (is_usable, can_use_sort), mango_selector.
import { type DocumentStore } from './document-store.ts';
import { readRevision } from './document-reads.ts';
import { isObject } from './request-body.ts';
import { parseSelector, type FieldPath, type SelectorTree } from './selector-tree.ts';
import { parseSort, type SortField } from './mango-sort.ts';

export interface MangoIndex {
  /** Null for the index every database has, of its ids. */
  ddoc: string | null;
  name: string;
  fields: SortField[];
  /** Only documents it matches are in the index. */
  partial?: { selector: unknown; tree: SelectorTree };
}

export const ALL_DOCS: MangoIndex = {
  ddoc: null,
  name: '_all_docs',
  fields: [{ name: '_id', path: ['_id'], direction: 'asc' }],
};

export const QUERY_LANGUAGE = 'query';

/** All indexes, that of ids first, then by design document and name. */
export async function listIndexes(store: DocumentStore): Promise<MangoIndex[]> {
  const indexes = [ALL_DOCS];
  for await (const metadata of store.range({ gte: '_design/', lt: '_design0' })) {
    if (metadata.deleted) continue;
    const revision = await readRevision(store, metadata);
    if (revision?.body.language === QUERY_LANGUAGE) {
      indexes.push(...indexesOf(metadata.id, revision.body.views));
    }
  }
  return indexes;
}

/** What is no index in a design document is passed over, as in CouchDB. */
function indexesOf(ddoc: string, views: unknown): MangoIndex[] {
  const named = Object.entries(isObject(views) ? views : {}).sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return named.flatMap(([name, view]): MangoIndex[] => {
    const { fields, partial_filter_selector: partial } = isObject(view) && isObject(view.map) ? view.map : {};
    if (!isObject(fields)) return [];
    try {
      const index = {
        ddoc,
        name,
        fields: parseSort(Object.entries(fields).map(([field, how]) => ({ [field]: how }))),
      };
      const isPartial = isObject(partial) && Object.keys(partial).length > 0;
      return [isPartial ? { ...index, partial: { selector: partial, tree: parseSelector(partial) } } : index];
    } catch {
      return [];
    }
  });
}

export function renderIndex({ ddoc, name, fields, partial }: MangoIndex): object {
  const def = {
    fields: fields.map((field) => ({ [field.name]: field.direction })),
    ...(partial ? { partial_filter_selector: partial.selector } : {}),
  };
  return ddoc === null
    ? { ddoc, name, type: 'special', def }
    : { ddoc, name, type: 'json', partitioned: false, def };
}

/** `_design/x` or `x`, with or without a name after it. */
export function isNamed({ ddoc, name }: MangoIndex, [design, view]: readonly string[]): boolean {
  if (design === undefined || ddoc === null) return false;
  const id = design.startsWith('_design/') ? design : `_design/${design}`;
  return ddoc === id && (view === undefined || view === name);
}

/** Whether every document a query is for is in the index, in an order that can be the query's. */
export function isUsable(index: MangoIndex, tree: SelectorTree, sort: readonly SortField[]): boolean {
  const keys = (paths: readonly FieldPath[]): string[] => paths.map(keyOf);
  const sorted = keys(sort.map(({ path }) => path));
  if (index.ddoc === null) {
    if (sorted.length === 0) return true;
    return sorted.length === 1 && sorted[0] === keyOf(['_id']) && rangedFields(tree).has(keyOf(['_id']));
  }
  const columns = keys(index.fields.map(({ path }) => path));
  const given = new Set([...requiredFields(tree), ...sorted, keyOf(['_id']), keyOf(['_rev'])]);
  return columns.every((column) => given.has(column)) && canSort(columns, sorted, constantFields(tree));
}

function canSort(
  columns: readonly string[],
  sorted: readonly string[],
  constant: ReadonlySet<string>,
): boolean {
  if (sorted.length === 0) return true;
  const start = columns.findIndex((column) => column === sorted[0]);
  if (start < 0 || !columns.slice(0, start).every((column) => constant.has(column))) return false;
  return sorted.every((field, at) => columns[start + at] === field);
}

/** How good an index is: how many of its first columns the query confines. */
export function confinedColumns({ fields }: MangoIndex, tree: SelectorTree): number {
  const ranged = rangedFields(tree);
  const open = fields.findIndex(({ path }) => !ranged.has(keyOf(path)));
  return open < 0 ? fields.length : open;
}

function keyOf(path: FieldPath): string {
  return JSON.stringify(path);
}

/** Fields a document must have to match. */
function requiredFields(tree: SelectorTree): Set<string> {
  if ('all' in tree) return new Set(tree.all.flatMap((part) => [...requiredFields(part)]));
  if ('any' in tree) {
    const [first = new Set<string>(), ...others] = tree.any.map(requiredFields);
    return new Set([...first].filter((field) => others.every((other) => other.has(field))));
  }
  return new Set('exists' in tree.holds && !tree.holds.exists ? [] : [keyOf(tree.field)]);
}

const RANGES = new Set(['$lt', '$lte', '$eq', '$gte', '$gt']);

function rangedFields(tree: SelectorTree): Set<string> {
  return comparedFields(tree, RANGES);
}

function constantFields(tree: SelectorTree): Set<string> {
  return comparedFields(tree, new Set(['$eq']));
}

function comparedFields(tree: SelectorTree, how: ReadonlySet<string>): Set<string> {
  if ('all' in tree) return new Set(tree.all.flatMap((part) => [...comparedFields(part, how)]));
  if ('any' in tree || !('compare' in tree.holds)) return new Set();
  return new Set(how.has(tree.holds.compare) ? [keyOf(tree.field)] : []);
}
