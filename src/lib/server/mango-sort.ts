// `sort` of a query and `fields` of an index: names of fields, each with a direction. Source: Apache CouchDB 3.5,
// mango_sort.
// Invariant: all fields go in one direction; others CouchDB does not serve.
import { toIndexableString } from 'pouchdb-collate';
import { badSelector } from './refusal.ts';
import { isObject } from './request-body.ts';
import { readField } from './selector-match.ts';
import { parseFieldName, type FieldPath } from './selector-tree.ts';

export interface SortField {
  name: string;
  path: FieldPath;
  direction: 'asc' | 'desc';
}

export function parseSort(value: unknown): SortField[] {
  if (!Array.isArray(value)) {
    const reason = `Sort must be an array of sort specs, not: ${JSON.stringify(value)}`;
    throw badSelector('invalid_sort_json', reason);
  }
  const fields = value.map(parseSortField);
  if (fields.some(({ direction }) => direction !== fields[0]?.direction)) {
    const reason = 'Sorts currently only support a single direction for all fields.';
    throw badSelector('unsupported_mixed_sort', reason);
  }
  return fields;
}

function parseSortField(value: unknown): SortField {
  const wrong = badSelector('invalid_sort_field', `Invalid sort field: ${JSON.stringify(value)}`);
  if (typeof value === 'string' && value !== '') {
    return { name: value, path: parseFieldName(value), direction: 'asc' };
  }
  const [[name, direction] = [], ...others] = isObject(value) ? Object.entries(value) : [];
  if (!name || others.length > 0) throw wrong;
  if (direction !== 'asc' && direction !== 'desc') {
    throw badSelector('invalid_sort_dir', `Invalid sort direction: ${JSON.stringify(value)}`);
  }
  return { name, path: parseFieldName(name), direction };
}

/** Values of the fields, undefined where one is not there: then the document is not in an index of them. */
export function sortKeyOf(document: unknown, fields: readonly SortField[]): unknown[] | undefined {
  const key: unknown[] = [];
  for (const { path } of fields) {
    const found = readField(document, path);
    if (typeof found === 'string') return undefined;
    key.push(found.value);
  }
  return key;
}

export interface Sorted {
  key: readonly unknown[];
  id: string;
  /** The key as text that sorts as the key does. */
  order: string;
}

export function sortedBy(key: readonly unknown[], id: string): Sorted {
  return { key, id, order: toIndexableString(key) };
}

/** As an index has them: by key, then by id. */
export function compareSorted(a: Sorted, b: Sorted): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
