// Whether a document matches a selector. Source: Apache CouchDB 3.5, mango_selector:match and mango_doc:get_field.
// Invariants: any JSON can be asked about, none of it throws; values are ordered as in views, by PouchDB's collation
// (CouchDB orders text by ICU, so that text of other scripts and cases may stand in another order there).
import { collate } from 'pouchdb-collate';
import { isObject } from './request-body.ts';
import { type Condition, type FieldPath, type SelectorTree } from './selector-tree.ts';

export function matchesTree(tree: SelectorTree, value: unknown): boolean {
  if ('all' in tree) return tree.all.every((part) => matchesTree(part, value));
  if ('any' in tree) return tree.any.some((part) => matchesTree(part, value));
  const found = readField(value, tree.field);
  if (found === 'blocked') return false;
  if (found === 'missing') return 'exists' in tree.holds && !tree.holds.exists;
  const compare = tree.field.length === 1 && tree.field[0] === '_id' ? compareIds : collate;
  return holds(tree.holds, found.value, compare);
}

/** `blocked` where something on the way is neither an object nor a list. */
export function readField(value: unknown, path: FieldPath): { value: unknown } | 'missing' | 'blocked' {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found)) {
      if (!/^\d{1,9}$/.test(step)) return 'blocked';
      if (Number(step) >= found.length) return 'missing';
      found = found[Number(step)];
    } else if (isObject(found)) {
      if (!Object.hasOwn(found, step)) return 'missing';
      found = found[step];
    } else return 'blocked';
  }
  return { value: found };
}

type Compare = (a: unknown, b: unknown) => number;

/** Ids are ordered by their bytes, wherever else text is not, and are greater than all that is no text (cmp_raw). */
function compareIds(a: unknown, b: unknown): number {
  if (typeof a !== 'string' && typeof b !== 'string') return collate(a, b);
  if (typeof a !== 'string' || typeof b !== 'string') return typeof a === 'string' ? 1 : -1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function holds(condition: Condition, value: unknown, compare: Compare): boolean {
  if ('compare' in condition) return compares(condition.compare, compare(value, condition.with));
  if ('exists' in condition) return condition.exists;
  return isSo(condition, value, compare) !== condition.not;
}

function compares(how: Extract<Condition, { compare: string }>['compare'], order: number): boolean {
  switch (how) {
    case '$eq':
      return order === 0;
    case '$ne':
      return order !== 0;
    case '$lt':
      return order < 0;
    case '$lte':
      return order <= 0;
    case '$gt':
      return order > 0;
    case '$gte':
      return order >= 0;
  }
}

function isSo(condition: Extract<Condition, { not: boolean }>, value: unknown, compare: Compare): boolean {
  const isAmong = (one: unknown, list: readonly unknown[]): boolean =>
    list.some((other) => compare(one, other) === 0);
  if ('isIn' in condition) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => isAmong(one, condition.isIn));
  }
  if ('has' in condition) return hasAll(condition.has, value, isAmong);
  if ('type' in condition) return typeOf(value) === condition.type;
  if ('size' in condition) return Array.isArray(value) && value.length === condition.size;
  if ('divisor' in condition) {
    return Number.isInteger(value) && Number(value) % condition.divisor === condition.remainder;
  }
  if ('pattern' in condition) return typeof value === 'string' && condition.pattern.test(value);
  if ('begins' in condition) return typeof value === 'string' && value.startsWith(condition.begins);
  return matchesItems(condition, value);
}

/** A list of one list asks for that very list, or for all that is in it. */
function hasAll(
  wanted: readonly unknown[],
  value: unknown,
  isAmong: (one: unknown, list: readonly unknown[]) => boolean,
): boolean {
  if (!Array.isArray(value) || wanted.length === 0) return false;
  const [first] = wanted;
  if (wanted.length === 1 && Array.isArray(first)) {
    return collate(first, value) === 0 || hasAll(first, value, isAmong);
  }
  return wanted.every((one) => isAmong(one, value));
}

function matchesItems({ of, tree }: Extract<Condition, { of: string }>, value: unknown): boolean {
  if (of === 'someKey') return isObject(value) && Object.keys(value).some((key) => matchesTree(tree, key));
  if (!Array.isArray(value) || value.length === 0) return false;
  const matches = (item: unknown): boolean => matchesTree(tree, item);
  return of === 'someItem' ? value.some(matches) : value.every(matches);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
