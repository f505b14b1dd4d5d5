// Carries an erasure out. Invariants: the directory says first what must never come back; what takes the place of something is
// there before that ends; her own cards end last, so that a command that was cut short finds her again and goes on; only what
// is read back afterwards counts as done.
import * as z from 'zod';
import type { Author } from '#lib/domain/document-head.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { erasedTombstone, isBareTombstone, isErased } from '#lib/protocol/erased.ts';
import { fromRevisionPath, nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { CouchClient } from '../../couch-client.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';
import type { AdminServer } from '../admin-command.ts';
import type { ErasurePlan } from './plan-erasure.ts';
import { bodyOf, readLeavesOf, type ScannedLeaf } from './scan-database.ts';

const BATCH = 100;
const rowsSchema = z.array(z.looseObject({}));

/** Without her cards. */
export async function writeErasure(
  { client }: AdminServer,
  { changes, written, ends }: ErasurePlan,
  author: Author,
): Promise<void> {
  await sendAll(client, written, true);
  const edits = [];
  for (const { database, leaf, body } of changes) {
    const [known] = (await readLeavesOf(client, database, body._id)).filter(({ _rev }) => _rev === leaf._rev);
    // Gone on with meanwhile: the next look finds what stands there now.
    if (known) edits.push({ database, body: childOf(known, body) });
  }
  await sendAll(client, edits, false);
  await endDocuments(
    client,
    ends.filter(({ type }) => type !== 'resident'),
    author,
  );
}

/** Her cards themselves. */
export const endCards = (
  { client }: AdminServer,
  { ends }: Pick<ErasurePlan, 'ends'>,
  author: Author,
): Promise<void> =>
  endDocuments(
    client,
    ends.filter(({ type }) => type === 'resident'),
    author,
  );

async function endDocuments(client: CouchClient, ends: ErasurePlan['ends'], author: Author): Promise<void> {
  const tombstones = [];
  for (const { database, id } of ends)
    for (const leaf of await readLeavesOf(client, database, id)) {
      const isEnded = isErased(leaf) || (leaf._deleted === true && isBareTombstone(bodyOf(leaf)));
      if (isEnded) continue;
      const body = erasedTombstone({ id, type: typeOfId(id), by: author.person });
      tombstones.push({ database, body: childOf(leaf, body) });
    }
  await sendAll(client, tombstones, false);
}

function childOf(leaf: ScannedLeaf, body: Record<string, unknown> & { _id: string }) {
  const before = leaf._revisions ? fromRevisionPath(leaf._revisions) : [leaf._rev];
  const path = [nextRevision(leaf._rev, body as DocumentBody), ...before];
  return { ...body, _rev: path[0]!, _revisions: toRevisionPath(path) };
}

/** Rows that say "conflict" are of what was written before. */
async function sendAll(
  client: CouchClient,
  all: readonly { database: string; body: object }[],
  newEdits: boolean,
): Promise<void> {
  for (const database of new Set(all.map((each) => each.database))) {
    const docs = all.filter((each) => each.database === database).map(({ body }) => body);
    for (let from = 0; from < docs.length; from += BATCH) {
      const body = { docs: docs.slice(from, from + BATCH), new_edits: newEdits };
      await askCouch(client, `/${inUrl(database)}/_bulk_docs`, { as: rowsSchema, body });
    }
  }
}
