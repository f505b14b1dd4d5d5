// Revisions back into a database, with their paths (`new_edits:false`), in batches. Invariants: sending one twice changes
// nothing; only `_revs_diff` says that it is there; one that is refused holds up no other.
import * as z from 'zod';
import { revsDiffSchema } from '#lib/protocol/wire.ts';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { askCouch, inUrl } from './ask-couch.ts';
import type { BackedUpLeaf } from './backup-records.ts';

const BATCH_DOCUMENTS = 200;
const BATCH_BYTES = 2_000_000;

const writtenSchema = z.array(
  z.looseObject({ id: z.string().optional(), error: z.string().optional(), reason: z.unknown().optional() }),
);

export interface SendingLeaves {
  add(leaf: BackedUpLeaf): Promise<void>;
  /** Sends what is left, and says what came of all of it. */
  end(): Promise<SentLeaves>;
}

export interface SentLeaves {
  /** There now, by the server's word. */
  present: number;
  /** How many, by the server's words. */
  refused: Map<string, number>;
}

/** Throws a `ProvisionError` where the server does not answer. */
export function sendLeaves(client: CouchClient, database: string): SendingLeaves {
  const sent: SentLeaves = { present: 0, refused: new Map() };
  let batch: BackedUpLeaf[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await sendBatch(client, database, { leaves: batch, sent });
    [batch, bytes] = [[], 0];
  };
  return {
    async add(leaf) {
      const size = JSON.stringify(leaf).length;
      if (batch.length >= BATCH_DOCUMENTS || bytes + size > BATCH_BYTES) await flush();
      batch.push(leaf);
      bytes += size;
    },
    async end() {
      await flush();
      return sent;
    },
  };
}

async function sendBatch(
  client: CouchClient,
  database: string,
  { leaves, sent }: { leaves: readonly BackedUpLeaf[]; sent: SentLeaves },
): Promise<void> {
  const at = `/${inUrl(database)}`;
  const body = { docs: leaves, new_edits: false };
  const rows = await askCouch(client, `${at}/_bulk_docs`, { as: writtenSchema, body });
  const asked: Record<string, string[]> = {};
  for (const { _id, _rev } of leaves) (asked[_id] ??= []).push(_rev);
  const diff = await askCouch(client, `${at}/_revs_diff`, { as: revsDiffSchema, body: asked });
  if (!rows || !diff) throw new ProvisionError('refused', `${database} is gone`);
  for (const { _id, _rev } of leaves) {
    if (!Object.hasOwn(diff, _id) || !diff[_id]!.missing.includes(_rev)) {
      sent.present++;
      continue;
    }
    const said = rows.find(({ id, error }) => id === _id && error !== undefined);
    const reason = `${said?.error ?? 'missing'}: ${String(said?.reason ?? '')}`;
    sent.refused.set(reason, (sent.refused.get(reason) ?? 0) + 1);
  }
}
