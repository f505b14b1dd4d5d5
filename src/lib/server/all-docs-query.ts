// What `_all_docs` was asked: parameters of the query, or of the body of a POST, which counts first.
import { type IdRange } from './document-store.ts';
import { type Exchange } from './exchange.ts';
import { badRequest, queryParseError } from './refusal.ts';
import { parseJsonObject, requireJsonType } from './request-body.ts';

export interface AllDocsQuery {
  keys?: readonly unknown[];
  start?: unknown;
  end?: unknown;
  inclusiveEnd: boolean;
  descending: boolean;
  skip: number;
  limit: number;
  includeDocs: boolean;
  conflicts: boolean;
  attachments: boolean;
  updateSeq: boolean;
}

/** Names by which parameters come, CouchDB's spellings of one under one. */
const ALIASES: Record<string, string> = { start_key: 'startkey', end_key: 'endkey' };
const JSON_VALUED = new Set(['key', 'keys', 'startkey', 'endkey']);

export async function parseAllDocsQuery(exchange: Exchange, maxBytes: number): Promise<AllDocsQuery> {
  const asked = fromQuery(exchange.query);
  if (exchange.method === 'POST') {
    requireJsonType(exchange.request);
    const body = await exchange.body(maxBytes);
    const fields = body.length > 0 ? parseJsonObject(body) : {};
    for (const [name, value] of Object.entries(fields)) asked.set(ALIASES[name] ?? name, value);
  }
  const keys = asked.get('keys');
  if (keys !== undefined && !Array.isArray(keys)) {
    throw badRequest(
      `\`keys\` ${exchange.method === 'POST' ? 'body member' : 'parameter'} must be an array.`,
    );
  }
  if (keys && ['key', 'startkey', 'endkey'].some((name) => asked.has(name))) {
    throw queryParseError('`keys` is incompatible with `key`, `start_key` and `end_key`');
  }
  const [start, end] = asked.has('key')
    ? [asked.get('key'), asked.get('key')]
    : [asked.get('startkey'), asked.get('endkey')];
  return {
    ...(keys ? { keys: keys as unknown[] } : {}),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    inclusiveEnd: readFlag(asked, 'inclusive_end', true),
    descending: readFlag(asked, 'descending'),
    skip: readNumber(asked, 'skip') ?? 0,
    limit: readNumber(asked, 'limit') ?? Infinity,
    includeDocs: readFlag(asked, 'include_docs'),
    conflicts: readFlag(asked, 'conflicts'),
    attachments: readFlag(asked, 'attachments'),
    updateSeq: readFlag(asked, 'update_seq'),
  };
}

function fromQuery(query: URLSearchParams): Map<string, unknown> {
  const asked = new Map<string, unknown>();
  for (const [given, value] of query) {
    const name = ALIASES[given] ?? given;
    asked.set(name, JSON_VALUED.has(name) ? parseValue(value) : value);
  }
  return asked;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('invalid UTF-8 JSON');
  }
}

function readFlag(asked: Map<string, unknown>, name: string, otherwise = false): boolean {
  const value = asked.get(name);
  if (value === undefined) return otherwise;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw queryParseError(`Invalid boolean parameter: ${JSON.stringify(value)}`);
}

function readNumber(asked: Map<string, unknown>, name: string): number | undefined {
  const value = asked.get(name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(String(value)))
    throw queryParseError(`Invalid value for integer: ${JSON.stringify(value)}`);
  return Number(value);
}

/**
 * The ids a query covers; undefined where it can cover none. Keys that are no text lie, as in CouchDB's collation,
 * below all ids (null, booleans, numbers) or above them (lists, objects).
 */
export function toIdRange(query: AllDocsQuery, designOnly: boolean): IdRange | undefined {
  const { descending, inclusiveEnd } = query;
  const [low, high] = descending ? [query.end, query.start] : [query.start, query.end];
  const [lowOpen, highOpen] = descending ? [!inclusiveEnd, false] : [false, !inclusiveEnd];
  if (isAboveText(low) || isBelowText(high)) return undefined;
  const range: IdRange = { reverse: descending };
  if (typeof low === 'string') range[lowOpen ? 'gt' : 'gte'] = low;
  if (typeof high === 'string') range[highOpen ? 'lt' : 'lte'] = high;
  if (designOnly) return { reverse: descending, gte: '_design/', lt: '_design0' };
  return typeof low === 'string' && typeof high === 'string' && isAfter(low, high) ? undefined : range;
}

function isAboveText(key: unknown): boolean {
  return typeof key === 'object' && key !== null;
}

function isBelowText(key: unknown): boolean {
  return key === null || typeof key === 'boolean' || typeof key === 'number';
}

function isAfter(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
}
