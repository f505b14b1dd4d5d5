// The server's own paths: `/`, `/_up`, `/_uuids`, `/_all_dbs`.
import { randomBytes } from 'node:crypto';
import { flag, isServerAdmin, jsonParameter, wholeNumber, type Exchange } from './exchange.ts';
import { badRequest, methodNotAllowed, serverAdminsOnly } from './refusal.ts';
import { type ServerParts } from './server-parts.ts';

/** The version of CouchDB whose answers these are. */
const COUCHDB_VERSION = '3.5.0';
const UUIDS_AT_MOST = 1000;

export function requireMethod(exchange: Exchange, allowed: string): void {
  if (!allowed.split(',').includes(exchange.method)) throw methodNotAllowed(allowed);
}

export async function answerWelcome(exchange: Exchange): Promise<void> {
  requireMethod(exchange, 'GET,HEAD');
  await exchange.answer.json(200, {
    couchdb: 'Welcome',
    version: COUCHDB_VERSION,
    features: ['pluggable-storage-engines', 'scheduler'],
    vendor: { name: 'Qiaomen embedded server' },
  });
}

export async function answerUp(exchange: Exchange): Promise<void> {
  requireMethod(exchange, 'GET,HEAD');
  await exchange.answer.json(200, { status: 'ok', seeds: {} });
}

export async function answerUuids(exchange: Exchange): Promise<void> {
  requireMethod(exchange, 'GET');
  const count = wholeNumber(exchange.query, 'count') ?? 1;
  if (count > UUIDS_AT_MOST) throw badRequest('count parameter too large');
  await exchange.answer.json(200, {
    uuids: Array.from({ length: count }, () => randomBytes(16).toString('hex')),
  });
}

export async function answerAllDbs(exchange: Exchange, parts: ServerParts): Promise<void> {
  if (!isServerAdmin(exchange.user)) throw serverAdminsOnly();
  requireMethod(exchange, 'GET,HEAD');
  const { query } = exchange;
  const descending = flag(query, 'descending');
  const start = textParameter(query, ['start_key', 'startkey']);
  const end = textParameter(query, ['end_key', 'endkey']);
  const [low, high] = descending ? [end, start] : [start, end];
  const names = parts.catalog
    .list()
    .filter((name) => (low === undefined || name >= low) && (high === undefined || name <= high));
  if (descending) names.reverse();
  const skip = wholeNumber(query, 'skip') ?? 0;
  const limit = wholeNumber(query, 'limit') ?? names.length;
  await exchange.answer.json(200, names.slice(skip, skip + limit));
}

function textParameter(query: URLSearchParams, names: string[]): string | undefined {
  for (const name of names) {
    const value = jsonParameter(query, name);
    if (typeof value === 'string') return value;
  }
  return undefined;
}
