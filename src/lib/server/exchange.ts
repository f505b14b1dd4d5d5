// One request as the routes see it: path, query and person, parsed; body on demand; the answer.
import { type IncomingMessage } from 'node:http';
import { type Answer } from './answer.ts';
import { type KeptBack } from './kept-back.ts';
import { badRequest, queryParseError } from './refusal.ts';

/** CouchDB's `userCtx`. `name` is null for nobody. */
export interface UserContext {
  name: string | null;
  roles: readonly string[];
  /** Her roles are a proxy's to say, and no account here need know of her. */
  byProxy?: true;
  /** When the next of her roles ends, milliseconds since the epoch. */
  endsMs?: number;
}

export interface Exchange {
  method: string;
  /** Decoded segments of the path: `/db/a%2Fb` is `['db', 'a/b']`. */
  segments: readonly string[];
  query: URLSearchParams;
  request: IncomingMessage;
  answer: Answer;
  user: UserContext;
  /** Aborted when the client has gone or the server closes. */
  gone: AbortSignal;
  /** The request's body, unpacked. Refuses with 413 above `maxBytes`. */
  body(maxBytes: number): Promise<Buffer>;
  /** Rows of a `_bulk_docs` that the gate has answered already. */
  kept?: readonly KeptBack[];
}

export const NOBODY: UserContext = { name: null, roles: [] };

export function isServerAdmin(user: UserContext): boolean {
  return user.roles.includes('_admin');
}

/** Splits and decodes a request's path. */
export function parseTarget(url: string): { segments: string[]; query: URLSearchParams } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const raw = path.split('/').slice(1);
  while (raw.length > 0 && raw.at(-1) === '') raw.pop();
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  try {
    return { segments: raw.map((part) => decodeURIComponent(part)), query };
  } catch {
    throw badRequest('the path is not valid UTF-8');
  }
}

export function flag(query: URLSearchParams, name: string, otherwise = false): boolean {
  const value = query.get(name);
  if (value === null) return otherwise;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw queryParseError(`Invalid boolean parameter: ${JSON.stringify(value)}`);
}

export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw queryParseError(`Invalid value for integer: ${JSON.stringify(value)}`);
  return Number(value);
}

export function jsonParameter(query: URLSearchParams, name: string): unknown {
  const value = query.get(name);
  if (value === null) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw badRequest('invalid UTF-8 JSON');
  }
}
