// What `_find` was asked. Source: Apache CouchDB 3.5, "/{db}/_find" and mango_opts.
import { parseSort, type SortField } from './mango-sort.ts';
import { badSelector } from './refusal.ts';
import { isObject } from './request-body.ts';
import { parseFieldName, parseSelector, type FieldPath, type SelectorTree } from './selector-tree.ts';

export interface FindQuery {
  tree: SelectorTree;
  /** Undefined for whole documents. */
  fields: FieldPath[] | undefined;
  sort: SortField[];
  limit: number;
  skip: number;
  /** Where the page before ended. */
  after: Bookmark | undefined;
  /** Design document and name of an index; empty where none is named. */
  useIndex: string[];
  conflicts: boolean;
  executionStats: boolean;
}

export interface Bookmark {
  key: unknown[];
  id: string;
}

/** No document matches any of no selectors. */
const NOTHING: SelectorTree = { any: [] };
const DEFAULT_LIMIT = 25;
const FIELDS_AT_MOST = 1000;
/** What CouchDB takes and what has no meaning on one node without built indexes. */
const IGNORED = ['r', 'w', 'stale', 'update', 'stable', 'partition', 'allow_fallback'];
const KNOWN = new Set([
  ...['selector', 'fields', 'sort', 'limit', 'skip', 'bookmark', 'use_index', 'conflicts', 'execution_stats'],
  ...IGNORED,
]);

export function parseFindQuery(body: Record<string, unknown>): FindQuery {
  const { selector, fields, sort = [], bookmark, use_index: useIndex } = body;
  if (selector === undefined) throw badSelector('missing_required_key', 'Missing required key: selector');
  const query = {
    tree: asksNothing(selector) ? NOTHING : parseSelector(selector),
    useIndex: parseUseIndex(useIndex),
    after: parseBookmark(bookmark),
    limit: wholeNumberOf(body.limit, DEFAULT_LIMIT),
    skip: wholeNumberOf(body.skip, 0),
    sort: parseSort(sort),
    fields: parseFields(fields),
    conflicts: booleanOf(body.conflicts),
    executionStats: booleanOf(body.execution_stats),
  };
  requireKnownKeys(body, KNOWN);
  return query;
}

/** An empty list of selectors alone finds nothing; beside others CouchDB takes no notice of it. */
function asksNothing(selector: unknown): boolean {
  const [[name, list] = [], ...others] = isObject(selector) ? Object.entries(selector) : [];
  if (others.length > 0 || (name !== '$and' && name !== '$or')) return false;
  return Array.isArray(list) && list.length === 0;
}

export function requireKnownKeys(body: Record<string, unknown>, known: ReadonlySet<string>): void {
  for (const name of Object.keys(body)) {
    if (!known.has(name)) throw badSelector('invalid_key', `Invalid key ${name} for this request.`);
  }
}

function wholeNumberOf(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const reason = `${JSON.stringify(value)} is not an integer greater than or equal to zero`;
  throw badSelector('invalid_non_neg_integer', reason);
}

function booleanOf(value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  throw badSelector('invalid_boolean', `Invalid boolean value: ${JSON.stringify(value)}`);
}

function parseFields(value: unknown): FieldPath[] | undefined {
  if (value === undefined || value === 'all_fields') return undefined;
  if (!Array.isArray(value)) {
    const reason = `Fields must be an array of strings, not: ${JSON.stringify(value)}`;
    throw badSelector('invalid_fields', reason);
  }
  const fields = value.map((name: unknown) => {
    if (typeof name === 'string') return parseFieldName(name);
    throw badSelector('invalid_field', `Invalid JSON for field spec: ${JSON.stringify(name)}`);
  });
  if (fields.length > FIELDS_AT_MOST) {
    throw badSelector(
      'invalid_fields',
      `A query may name ${FIELDS_AT_MOST} fields, and this one names more.`,
    );
  }
  return fields.length === 0 ? undefined : fields;
}

function parseUseIndex(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const parts =
    typeof value === 'string'
      ? value.replace(/^_design\//, '').split('/')
      : Array.isArray(value)
        ? value
        : undefined;
  if (!parts || parts.length > 2 || !parts.every((part) => typeof part === 'string')) {
    throw badSelector('invalid_index_name', `Invalid index name: ${JSON.stringify(value)}`);
  }
  return parts;
}

/** CouchDB's word for a page after which there is nothing. */
const NOTHING_YET = 'nil';

function parseBookmark(value: unknown): Bookmark | undefined {
  if (value === undefined || value === null || value === '' || value === NOTHING_YET) return undefined;
  const wrong = badSelector('invalid_bookmark', `Invalid bookmark value: ${JSON.stringify(value)}`);
  if (typeof value !== 'string') throw wrong;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'));
  } catch {
    throw wrong;
  }
  const { key, id } = isObject(parsed) ? parsed : {};
  if (!Array.isArray(key) || typeof id !== 'string') throw wrong;
  return { key, id };
}

export function formatBookmark(bookmark: Bookmark | undefined): string {
  return bookmark ? Buffer.from(JSON.stringify(bookmark)).toString('base64url') : NOTHING_YET;
}
