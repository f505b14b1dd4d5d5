// One database out of a backup onto a server. Invariants: it is replaced whole, or, where it is only ever added to (accounts,
// audits, cards of tablets), what is missing is added and what is newer stays; members are judged by its rules all the time; what was erased
// since comes back as a tombstone that says so, so that no tablet brings it back either; cut short, it is gone on with.
import { type Author } from '#lib/domain/document-head.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { isPushOnly } from '#lib/domain/scopes.ts';
import { TABLETS } from '#lib/domain/tablet-card.ts';
import { erasedTombstone } from '#lib/protocol/erased.ts';
import { fromRevisionPath, nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import { EPOCH_ID } from '#lib/sync/server-inventory.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import type { AdminServer } from '../admin-command.ts';
import { inUrl } from './ask-couch.ts';
import type { BackedUpLeaf } from './backup-records.ts';
import { isRestoring } from './known-erasures.ts';
import { RESTORING_ID, restoringRules } from './restoring-rules.ts';
import { sendLeaves, type SentLeaves } from './send-leaves.ts';

/** Accounts, audits, cards of tablets: taken away, who left would be back, who looked hidden, a lost tablet answered. */
export const isMerged = (database: string): boolean =>
  database === '_users' || database === TABLETS || isPushOnly(database);

export interface DatabaseToRestore {
  name: string;
  security: object;
  /** Is there now. */
  exists: boolean;
  /** Source of its write rules, as the backup has them. */
  rules: string | undefined;
  backup: { id: string; createdAt: string };
  author: Author;
  erased: { ids: ReadonlySet<string>; by: string };
  /** With their paths, there before anything else: what must not be lost if this is cut short. */
  first: readonly Record<string, unknown>[];
}

export interface RestoringDatabase {
  add(leaf: BackedUpLeaf): Promise<void>;
  end(): Promise<SentLeaves & { erased: number }>;
}

/** Throws a `ProvisionError` where the server does not answer. */
export async function restoreDatabase(
  server: AdminServer,
  asked: DatabaseToRestore,
): Promise<RestoringDatabase> {
  const { client, couch } = server;
  const { name, erased } = asked;
  if (isMerged(name)) await prepareMerge(server, asked);
  else await prepareReplace(server, asked);
  const sending = sendLeaves(client, name);
  const designs: BackedUpLeaf[] = [];
  let tombstones = 0;
  return {
    async add(leaf) {
      const { _id } = leaf;
      if (_id === EPOCH_ID || _id === RESTORING_ID || _id === '_design/_auth') return;
      if (_id.startsWith('_design/')) return void designs.push(leaf);
      if (!erased.ids.has(_id)) return sending.add(leaf);
      tombstones++;
      return sending.add(erasedLeaf(leaf, erased.by));
    },
    async end() {
      for (const design of designs) await sending.add(design);
      const sent = await sending.end();
      await removeMark(couch, name);
      return { ...sent, erased: tombstones };
    },
  };
}

async function prepareMerge({ couch }: AdminServer, { name, security }: DatabaseToRestore): Promise<void> {
  await couch.createDatabase(name);
  if (name !== '_users') await couch.ensureSecurity(name, security);
}

async function prepareReplace({ client, couch }: AdminServer, asked: DatabaseToRestore): Promise<void> {
  const { name, security, exists, rules, backup, author, first } = asked;
  const isBegun = exists && (await isRestoring(client, name, backup.id));
  if (exists && !isBegun) await dropDatabase({ client }, name);
  await couch.createDatabase(name);
  if (first.length > 0) await couch.putDocuments(name, first, false);
  await couch.ensureDocument(name, restoringRules(backup.id, rules));
  await couch.ensureSecurity(name, security);
  if (await couch.readDocument(name, EPOCH_ID)) return;
  // Announces the restore: tablets refill also a server that has far less than they do (sync.md 5.1).
  const epoch = { type: 'meta', backup: backup.id, backedUpAt: backup.createdAt, restoredAt: author.now };
  await couch.putDocument(name, { ...epoch, _id: EPOCH_ID, updatedBy: author.person });
}

export async function dropDatabase({ client }: Pick<AdminServer, 'client'>, name: string): Promise<void> {
  const answer = await client.request('DELETE', `/${inUrl(name)}`);
  if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
  if (answer.status >= 300 && answer.status !== 404)
    throw new ProvisionError('refused', `DELETE ${name}: ${answer.status}`);
}

async function removeMark(couch: AdminServer['couch'], name: string): Promise<void> {
  const mark = isMerged(name) ? undefined : await couch.readDocument(name, RESTORING_ID);
  if (!mark) return;
  await couch.putDocument(name, { _id: RESTORING_ID, _rev: mark._rev, _deleted: true });
}

/** A child of the leaf, the same whenever it is made. */
function erasedLeaf({ _id, _rev, _revisions }: BackedUpLeaf, by: string): BackedUpLeaf {
  const body = erasedTombstone({ id: _id, type: typeOfId(_id), by });
  const path = [nextRevision(_rev, body), ...fromRevisionPath(_revisions)];
  return { ...body, _rev: path[0]!, _revisions: { ...toRevisionPath(path) } };
}
