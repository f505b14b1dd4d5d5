// What `_changes` was asked. Source: Apache CouchDB 3.5, "/{db}/_changes".
import { type FilterPlace } from './design-filter.ts';
import { type DocumentFilter } from './document-filter.ts';
import { wholeNumber, type Exchange } from './exchange.ts';
import { badRequest } from './refusal.ts';
import { isObject, parseJsonObject, requireJsonType } from './request-body.ts';
import { compileSelector } from './selector-filter.ts';

export type ChangesFilter =
  | { kind: 'all' }
  | { kind: 'design' }
  | { kind: 'ids'; ids: readonly string[] }
  | { kind: 'matching'; matches: DocumentFilter }
  /** A function of a design document, not yet opened. */
  | { kind: 'function'; place: FilterPlace };

export type FeedKind = 'normal' | 'longpoll' | 'continuous' | 'eventsource';

export interface ChangesQuery {
  feed: FeedKind;
  since: unknown;
  limit: number;
  descending: boolean;
  includeDocs: boolean;
  conflicts: boolean;
  attachments: boolean;
  allLeaves: boolean;
  timeoutMs?: number;
  heartbeatMs?: number;
  /** Only every so many rows have a sequence. */
  seqInterval?: number;
  filter: ChangesFilter;
}

const DEFAULT_HEARTBEAT_MS = 60_000;

export async function parseChangesQuery(exchange: Exchange, maxBytes: number): Promise<ChangesQuery> {
  const { query } = exchange;
  // CouchDB takes any other value of these for false.
  const on = (name: string): boolean => query.get(name) === 'true';
  const body = await readFields(exchange, maxBytes);
  const timeoutMs = wholeNumber(query, 'timeout');
  const heartbeatMs = parseHeartbeat(query.get('heartbeat'));
  const seqInterval = parseSeqInterval(query.get('seq_interval'));
  const feed = parseFeed(query.get('feed'));
  const style = query.get('style') ?? 'main_only';
  if (style !== 'main_only' && style !== 'all_docs')
    throw badRequest('Invalid `style`: main_only or all_docs');
  return {
    feed,
    since: parseFrom(exchange, feed),
    limit: wholeNumber(query, 'limit') ?? Infinity,
    descending: on('descending'),
    includeDocs: on('include_docs'),
    conflicts: on('conflicts'),
    attachments: on('attachments'),
    allLeaves: style === 'all_docs',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(seqInterval === undefined ? {} : { seqInterval }),
    filter: parseFilter(query, body),
  };
}

async function readFields(exchange: Exchange, maxBytes: number): Promise<Record<string, unknown>> {
  if (exchange.method !== 'POST') return {};
  requireJsonType(exchange.request);
  const body = await exchange.body(maxBytes);
  return body.length === 0 ? {} : parseJsonObject(body);
}

const FEEDS = new Map<string, FeedKind>([
  ['normal', 'normal'],
  ['longpoll', 'longpoll'],
  ['continuous', 'continuous'],
  ['live', 'continuous'],
  ['eventsource', 'eventsource'],
]);

function parseFeed(name: string | null): FeedKind {
  const feed = FEEDS.get(name ?? 'normal');
  if (feed) return feed;
  throw badRequest('Supported `feed` types: normal, continuous, live, longpoll, eventsource');
}

/** A browser that reconnects its EventSource says in a header what it had last; that counts before the address. */
function parseFrom({ query, request }: Exchange, feed: FeedKind): unknown {
  const header = feed === 'eventsource' ? request.headers['last-event-id'] : undefined;
  return header ?? query.get('since') ?? query.get('last-event-id') ?? undefined;
}

function parseSeqInterval(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (!/^\d{1,9}$/.test(value) || Number(value) === 0) throw badRequest('invalid_seq_interval');
  return Number(value);
}

function parseHeartbeat(value: string | null): number | undefined {
  if (value === null || value === 'false') return undefined;
  if (value === 'true') return DEFAULT_HEARTBEAT_MS;
  if (!/^\d{1,9}$/.test(value)) {
    throw badRequest('Invalid heartbeat value. Expecting a positive integer value (in milliseconds).');
  }
  if (Number(value) === 0)
    throw badRequest('The heartbeat value should be a positive integer (in milliseconds).');
  return Number(value);
}

function parseFilter(query: URLSearchParams, body: Record<string, unknown>): ChangesFilter {
  const name = query.get('filter');
  if (name === null || name === '') return { kind: 'all' };
  if (name === '_design') return { kind: 'design' };
  if (name === '_doc_ids')
    return { kind: 'ids', ids: parseIds(body.doc_ids ?? parseList(query.get('doc_ids'))) };
  if (name === '_selector') {
    if (!isObject(body.selector)) throw badRequest('Selector error: expected a JSON object');
    return { kind: 'matching', matches: compileSelector(body.selector) };
  }
  if (name === '_view') return { kind: 'function', place: parseViewPlace(query.get('view') ?? '') };
  if (name.startsWith('_')) throw badRequest('unknown builtin filter name');
  const [design, filter, ...others] = name.split('/');
  if (!design || !filter || others.length > 0) {
    throw badRequest('filter parameter must be of the form `designname/filtername`');
  }
  return { kind: 'function', place: { design, path: ['filters', filter] } };
}

function parseViewPlace(name: string): FilterPlace {
  if (name === '') throw badRequest('`view` filter parameter is not provided.');
  const [design, view, ...others] = name.split('/');
  if (!design || !view || others.length > 0) {
    throw badRequest('`view` must be of the form `designname/viewname`');
  }
  return { design, path: ['views', view, 'map'] };
}

function parseList(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('`doc_ids` filter parameter is not a valid JSON list.');
  }
}

function parseIds(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((id) => typeof id === 'string')) {
    throw badRequest('`doc_ids` filter parameter is not a valid JSON list.');
  }
  return [...new Set(value)];
}
