// What the gateway asks CouchDB before and after a batch of which it may keep something back.
// Sources: Apache CouchDB 3.5, `/{db}/_all_docs` (keys), `/{db}/_revs_diff`, `/{db}/_bulk_docs`, `/{db}/{docid}` (open_revs).
// Invariant: the answer has CouchDB's rows for what was passed on and the gate's for what was kept back.
import { isErased } from '#lib/protocol/erased.ts';
import { type Answer } from './answer.ts';
import { type Upstream } from './couchdb-upstream.ts';
import { type Headers } from './gateway-passing.ts';
import { type KeptBack } from './kept-back.ts';
import { Refusal } from './refusal.ts';
import { isObject } from './request-body.ts';
import { type FindErased, type HeldOtherwise, type SentRevision } from './second-leaf.ts';

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };

type Ask = (path: string, body?: unknown) => Promise<unknown>;

/** POST where there is a body. Throws what CouchDB refuses. */
function asker(upstream: Upstream, admin: Headers): Ask {
  return async (path, body) => {
    const headers = { ...JSON_HEADERS, ...admin };
    const sent = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await upstream.ask({ method, path, headers, ...sent });
    if (answer.status === 200) return answer.json;
    const { error, reason } = isObject(answer.json) ? answer.json : {};
    throw new Refusal(answer.status, String(error), reason);
  };
}

function objectOf(json: unknown): Record<string, unknown> {
  if (isObject(json)) return json;
  throw new Refusal(502, 'bad_gateway', 'CouchDB answered something else than was asked.');
}

export function heldAtCouchdb(upstream: Upstream, admin: Headers): HeldOtherwise {
  const asking = asker(upstream, admin);
  const ask: (path: string, body: unknown) => Promise<Record<string, unknown>> = async (path, body) =>
    objectOf(await asking(path, body));
  return async (database, sent) => {
    const at = `/${encodeURIComponent(database)}`;
    const { rows } = await ask(`${at}/_all_docs`, { keys: sent.map(({ id }) => id) });
    const held = new Map(Array.isArray(rows) ? rows.flatMap(heldRow) : []);
    // Most are new, or sent again as they stand: a third answer is needed of neither.
    const doubtful = sent.filter(({ id, rev }) => held.has(id) && held.get(id) !== rev);
    if (doubtful.length === 0) return new Set();
    const missing = await ask(`${at}/_revs_diff`, revisionsById(doubtful));
    return new Set(Object.keys(missing));
  };
}

/** A deleted document is held too: its winner is a tombstone. */
function heldRow(row: unknown): [string, unknown][] {
  if (!isObject(row) || typeof row.id !== 'string' || !isObject(row.value)) return [];
  return [[row.id, row.value.rev]];
}

/** Of those that are deleted, what their leaves say; of most batches that is none. */
export function erasedAtCouchdb(upstream: Upstream, admin: Headers): FindErased {
  const ask = asker(upstream, admin);
  return async (database, ids) => {
    const at = `/${encodeURIComponent(database)}`;
    const { rows } = objectOf(await ask(`${at}/_all_docs`, { keys: ids }));
    const deleted = new Set(Array.isArray(rows) ? rows.flatMap(deletedRow) : []);
    const erased = new Set<string>();
    for (const id of deleted) {
      const leaves = await ask(`${at}/${encodeURIComponent(id)}?open_revs=all`);
      if (Array.isArray(leaves) && leaves.some((leaf) => isObject(leaf) && isErasedLeaf(leaf)))
        erased.add(id);
    }
    return erased;
  };
}

const isErasedLeaf = ({ ok }: Record<string, unknown>) => isObject(ok) && isErased(ok);

function deletedRow(row: unknown): string[] {
  if (!isObject(row) || typeof row.id !== 'string' || !isObject(row.value)) return [];
  return row.value.deleted === true ? [row.id] : [];
}

function revisionsById(sent: readonly SentRevision[]): Record<string, string[]> {
  const byId = new Map<string, string[]>();
  for (const { id, rev } of sent) byId.set(id, [...(byId.get(id) ?? []), rev]);
  return Object.fromEntries(byId);
}

export interface KeptBatch {
  upstream: Upstream;
  path: string;
  headers: Headers;
  body: Buffer;
  kept: readonly KeptBack[];
  answer: Answer;
}

export async function bulkDocsWithKept({
  upstream,
  path,
  headers,
  body,
  kept,
  answer,
}: KeptBatch): Promise<void> {
  const { status, json } = await upstream.ask({ method: 'POST', path, headers, body, onceOnly: true });
  const isRows = (status === 201 || status === 202) && Array.isArray(json);
  await answer.json(status, isRows ? [...(json as unknown[]), ...kept] : json);
}
