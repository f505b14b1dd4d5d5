// A small client for the HTTP of a CouchDB, for commands that run beside a server. One call is one request: nothing is
// tried twice, so that whoever calls knows what was asked and what was answered.
import { Buffer } from 'node:buffer';

export interface CouchAddress {
  /** Where the server's `/` is, without the closing slash: `http://127.0.0.1:4173/db`. */
  url: string;
  user?: string;
  password?: string;
  /** How long one request may take until its answer is read; 60 s where nothing is said. */
  timeoutMs?: number;
}

export type CouchAnswer =
  /** The server's status and its JSON; `body` is undefined where the answer was empty, a string where it was no JSON. */
  | { outcome: 'answered'; status: number; body: unknown }
  /** Nothing came: refused, cut off, timed out. The server may have carried the request out or not. */
  | { outcome: 'unreachable'; reason: string };

export interface CouchClient {
  /** `path` is below the server's `/`, with its query, segments encoded: `/directory/_all_docs?limit=10`. */
  request(
    method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<CouchAnswer>;
}

/** A client that sends Basic authentication (RFC 7617, UTF-8) with every request, where there is a user. */
export function couchClient(address: CouchAddress): CouchClient {
  const root = address.url.replace(/\/+$/, '');
  const headers: Record<string, string> = { accept: 'application/json' };
  if (address.user !== undefined) {
    headers.authorization = `Basic ${Buffer.from(`${address.user}:${address.password ?? ''}`, 'utf8').toString('base64')}`;
  }
  return {
    async request(method, path, body) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const kind: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      try {
        const response = await fetch(root + path, {
          method,
          headers: { ...headers, ...kind },
          redirect: 'manual',
          signal: AbortSignal.timeout(address.timeoutMs ?? 60_000),
          ...sent,
        });
        return { outcome: 'answered', status: response.status, body: parseBody(await response.text()) };
      } catch (fault) {
        return { outcome: 'unreachable', reason: reasonOf(fault) };
      }
    },
  };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The innermost cause: `fetch failed` alone tells nobody that the port is closed. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause === undefined ? fault.message : reasonOf(fault.cause);
}
