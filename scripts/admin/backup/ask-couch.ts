// Questions to a CouchDB that a long piece of work must not fail by: a lost answer and "later" are asked again, a few times.
// Invariant: only what may be asked twice goes through here: reading, and writing with `new_edits:false`.
import { setTimeout as wait } from 'node:timers/promises';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';

const PAUSES_MS = [500, 2_000, 8_000];
const LATER = new Set([429, 500, 502, 503, 504]);

interface Parsing<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export interface Asking<T> {
  as: Parsing<T>;
  body?: unknown;
}

/** The parsed answer; undefined for 404. Throws a `ProvisionError`. */
export async function askCouch<T>(
  client: CouchClient,
  path: string,
  { as, body }: Asking<T>,
): Promise<T | undefined> {
  for (let tries = 0; ; tries++) {
    const answer = await client.request(body === undefined ? 'GET' : 'POST', path, body);
    const isLater = answer.outcome === 'unreachable' || LATER.has(answer.status);
    const pauseMs = PAUSES_MS[tries];
    if (isLater && pauseMs !== undefined) {
      await wait(pauseMs);
      continue;
    }
    if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
    if (answer.status === 404) return undefined;
    const place = path.split('?')[0]!;
    if (answer.status >= 300) throw new ProvisionError('refused', `${place}: ${answer.status}`);
    const read = as.safeParse(answer.body);
    if (read.success) return read.data;
    throw new ProvisionError('not-couchdb', `${place}: an answer that is none of CouchDB`);
  }
}

export const inUrl = encodeURIComponent;
