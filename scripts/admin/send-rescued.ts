// Sends what envelopes held to where it belongs, as replication would: each with its revisions, so that it is the same
// document the tablet would have sent. Invariants: what the server has is not sent again; only `_revs_diff` confirms
// (sync.md 4.2); what is refused holds up no other.
import { PHOTO_ATTACHMENT, PHOTO_TYPE } from '#lib/domain/photo.ts';
import { base64Of } from '#lib/protocol/attachment.ts';
import { generationOf, toRevisionPath } from '#lib/protocol/revision.ts';
import { bulkDocsSchema, revsDiffSchema } from '#lib/protocol/wire.ts';
import { saidOf } from '#lib/sync/said-of.ts';
import type { CouchClient } from '../couch-client.ts';
import { ProvisionError } from '../provision/provision-error.ts';
import type { OpenedEnvelope } from './open-envelope.ts';

export interface Sent {
  /** The server had these before. */
  present: number;
  /** Sent now, and the server says it has them. */
  confirmed: number;
  /** How many, by the server's words. */
  refused: Map<string, number>;
}

/** Databases of the field: the others are an administrator's, and nobody's unsent work. */
const FIELD = /^(community|desk|grid|events|care|own|photos|audit)-[a-z0-9-]{1,64}$/;

/** Anybody can seal to a public key: neither a deletion nor the directory is taken from an envelope. */
export const isSendable = ({ scope, body }: OpenedEnvelope): boolean =>
  FIELD.test(scope) && body._deleted === undefined;

const BATCH_DOCUMENTS = 100;
const BATCH_BYTES = 2_000_000;

/** Throws a `ProvisionError` where the server does not answer; what was sent until then is there, and found there again. */
export async function sendRescued(client: CouchClient, opened: readonly OpenedEnvelope[]): Promise<Sent> {
  const sent: Sent = { present: 0, confirmed: 0, refused: new Map() };
  for (const batch of batchesOf(opened)) {
    const { scope } = batch[0]!;
    const missing = await missingOf(client, scope, batch);
    if (missing === 'no-database') {
      count(sent.refused, `no database ${scope}`, batch.length);
      continue;
    }
    sent.present += batch.length - missing.length;
    if (missing.length === 0) continue;
    const body = { docs: missing.map(documentOf), new_edits: false };
    const rows = parsed(bulkDocsSchema, await ask(client, `/${scope}/_bulk_docs`, body));
    const still = await missingOf(client, scope, missing);
    if (still === 'no-database') throw new ProvisionError('refused', `${scope} is gone`);
    sent.confirmed += missing.length - still.length;
    for (const each of still) {
      const { error, reason } = saidOf(each, rows);
      count(sent.refused, `${error}: ${reason}`, 1);
    }
  }
  return sent;
}

const count = (of: Map<string, number>, name: string, by: number) => of.set(name, (of.get(name) ?? 0) + by);

/** By scope, documents before the photos that name them, older revisions before newer. */
function batchesOf(opened: readonly OpenedEnvelope[]): OpenedEnvelope[][] {
  const isPhoto = ({ photo }: OpenedEnvelope) => (photo ? 1 : 0);
  const inOrder = [...opened].sort(
    (a, b) =>
      isPhoto(a) - isPhoto(b) ||
      (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : generationOf(a.rev) - generationOf(b.rev)),
  );
  const batches: OpenedEnvelope[][] = [];
  let bytes = 0;
  for (const each of inOrder) {
    const size = JSON.stringify(each.body).length + (each.photo?.bytes.length ?? 0) * 1.4;
    const last = batches.at(-1);
    // Two revisions of one document go one after the other.
    const fits =
      last?.[0]?.scope === each.scope &&
      last.length < BATCH_DOCUMENTS &&
      bytes + size <= BATCH_BYTES &&
      last.every(({ id }) => id !== each.id);
    if (fits) last.push(each);
    else batches.push([each]);
    bytes = fits ? bytes + size : size;
  }
  return batches;
}

async function missingOf(
  client: CouchClient,
  scope: string,
  batch: readonly OpenedEnvelope[],
): Promise<OpenedEnvelope[] | 'no-database'> {
  const asked = Object.fromEntries(batch.map(({ id, rev }) => [id, [rev]]));
  const answer = await ask(client, `/${scope}/_revs_diff`, asked);
  if (answer === undefined) return 'no-database';
  const diff = parsed(revsDiffSchema, answer);
  return batch.filter(({ id, rev }) => Object.hasOwn(diff, id) && diff[id]!.missing.includes(rev));
}

function documentOf({ id, rev, path, body, photo }: OpenedEnvelope): Record<string, unknown> {
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('_')));
  const attachments = photo && {
    [PHOTO_ATTACHMENT]: {
      ...{ content_type: PHOTO_TYPE, revpos: 1, digest: photo.digest },
      data: base64Of(photo.bytes),
    },
  };
  const revisions = { _id: id, _rev: rev, _revisions: toRevisionPath(path) };
  return { ...fields, ...revisions, ...(attachments && { _attachments: attachments }) };
}

/** Undefined where there is no such database. */
async function ask(client: CouchClient, path: string, body: unknown): Promise<unknown> {
  const answer = await client.request('POST', path, body);
  if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
  if (answer.status === 404) return undefined;
  if (answer.status >= 300)
    throw new ProvisionError('refused', `POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

interface Parsing<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function parsed<T>(schema: Parsing<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new ProvisionError('not-couchdb', 'an answer that is none of CouchDB');
}
