// The Remote over HTTP: one database of a CouchDB-compatible server. Invariants: nothing is cached, no redirect is
// followed, every request ends in time, and what does not parse as CouchDB's answer is a fault.
import type * as z from 'zod/mini';
import type { Clock } from '#lib/protocol/clock.ts';
import { documentBodySchema } from '#lib/protocol/document.ts';
import { faultOf } from '#lib/protocol/error-table.ts';
import type { Remote, RemoteAnswer, RemoteFault } from '#lib/protocol/remote.ts';
import {
  allDocsSchema,
  bulkDocsSchema,
  bulkGetSchema,
  changesSchema,
  localWrittenSchema,
  revsDiffSchema,
  type Sequence,
} from '#lib/protocol/wire.ts';

export interface HttpRemoteOptions {
  /** The database: `https://host/db/grid-110101001001001`, without a slash at the end. */
  url: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  clock: Clock;
  /** For a whole request with its body; the waiting of a long poll comes on top. */
  timeoutMs?: number;
  /** Ends all requests under way (signing out). */
  signal?: AbortSignal;
}

const TIMEOUT_MS = 90_000;

interface Asking<T> {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  schema: z.ZodMiniType<T>;
  waitMs?: number;
  signal?: AbortSignal;
}

export function httpRemote(options: HttpRemoteOptions): Remote {
  const ask = <T>(asking: Asking<T>) => request(options, asking);
  return {
    changes({ since, limit, withoutBodies, waitMs, signal }) {
      const query = new URLSearchParams({
        ...(!withoutBodies && { include_docs: 'true', conflicts: 'true' }),
        style: 'all_docs',
        limit: String(limit),
        since: inQuery(since),
      });
      if (waitMs !== undefined) {
        query.set('feed', 'longpoll');
        query.set('timeout', String(waitMs));
      }
      const path = `/_changes?${query.toString()}`;
      return ask({
        method: 'GET',
        path,
        schema: changesSchema,
        ...(waitMs !== undefined && { waitMs }),
        ...(signal && { signal }),
      });
    },
    bulkDocs: (docs) =>
      ask({ method: 'POST', path: '/_bulk_docs', body: { docs, new_edits: false }, schema: bulkDocsSchema }),
    revsDiff: (revisions) =>
      ask({ method: 'POST', path: '/_revs_diff', body: revisions, schema: revsDiffSchema }),
    bulkGet: (docs) =>
      ask({ method: 'POST', path: '/_bulk_get?revs=true', body: { docs }, schema: bulkGetSchema }),
    allDocs(query) {
      if ('keys' in query) {
        const path = '/_all_docs?include_docs=true&conflicts=true';
        return ask({ method: 'POST', path, body: { keys: query.keys }, schema: allDocsSchema });
      }
      const page = new URLSearchParams({ limit: String(query.limit) });
      if (query.from !== undefined) page.set('startkey', JSON.stringify(query.from));
      return ask({ method: 'GET', path: `/_all_docs?${page.toString()}`, schema: allDocsSchema });
    },
    async getLocal(id) {
      const answer = await ask({ method: 'GET', path: localPath(id), schema: documentBodySchema });
      return isNoSuchDocument(answer) ? { outcome: 'answered', value: undefined } : answer;
    },
    putLocal: (id, body) => ask({ method: 'PUT', path: localPath(id), body, schema: localWrittenSchema }),
  };
}

/** As it came: an array is JSON in a query (CouchDB's own words for a sequence of BigCouch's kind). */
const inQuery = (since: Sequence) => (Array.isArray(since) ? JSON.stringify(since) : String(since));

const localPath = (id: string) => `/_local/${encodeURIComponent(id)}`;

/** CouchDB says 404 of a missing document and of a missing database; the reason tells them apart. */
function isNoSuchDocument(answer: RemoteAnswer<unknown>): answer is RemoteFault {
  if (answer.outcome !== 'fault' || answer.kind !== 'missing') return false;
  return /^not_found: (missing|deleted)$/.test(answer.reason ?? '');
}

async function request<T>(options: HttpRemoteOptions, asking: Asking<T>): Promise<RemoteAnswer<T>> {
  const { clock } = options;
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = clock.after((options.timeoutMs ?? TIMEOUT_MS) + (asking.waitMs ?? 0), abort);
  const signals = [options.signal, asking.signal].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.addEventListener('abort', abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  try {
    return await exchange(options, asking, stop.signal);
  } catch (error) {
    // fetch rejects where no answer came, or its body broke off; JSON that does not parse is caught further in.
    return { outcome: 'fault', kind: 'unreachable', reason: error instanceof Error ? error.name : 'unknown' };
  } finally {
    timer();
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

async function exchange<T>(
  options: HttpRemoteOptions,
  asking: Asking<T>,
  signal: AbortSignal,
): Promise<RemoteAnswer<T>> {
  const { fetch } = options;
  const response = await fetch(options.url + asking.path, {
    method: asking.method,
    // A GET takes what comes, as fetch says by itself: CouchDB answers JSON, and asking costs no byte more than it must.
    headers:
      asking.body === undefined ? {} : { Accept: 'application/json', 'Content-Type': 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'manual',
    signal,
    ...(asking.body !== undefined && { body: JSON.stringify(asking.body) }),
  });
  const json = await readJson(response);
  const retryAfter = response.headers.get('Retry-After');
  const fault = faultOf({ status: response.status, json, retryAfter }, options.clock.nowMs());
  if (fault) return fault;
  const parsed = asking.schema.safeParse(json);
  if (parsed.success) return { outcome: 'answered', value: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    outcome: 'fault',
    kind: 'not-couchdb',
    status: response.status,
    reason: issue?.path.join('.') ?? 'schema',
  };
}

/** Undefined where the body is no JSON; throws where it broke off. */
async function readJson(response: Response): Promise<unknown> {
  const type = response.headers.get('Content-Type') ?? '';
  const text = await response.text();
  if (/html/i.test(type)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
