// The retention table on the server. Invariant: what is not written there is kept.
import { changedBy, headOf, type Author } from '#lib/domain/document-head.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { RETENTION, type RetentionRow } from '#lib/domain/retention.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { CouchAdministrator } from '../../provision/couch-administrator.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { systemChance } from '../../system-chance.ts';
import { AdminError } from '../admin-command.ts';
import { retentionWords as words } from './retention-words.ts';

/** Throws an `AdminError` where there is no directory, a `ProvisionError` for a table this build cannot read. */
export async function readRetention(couch: CouchAdministrator): Promise<RetentionRow[]> {
  if (!(await couch.listDatabases()).has(DIRECTORY)) throw new AdminError(words.noDirectory);
  const stored = await couch.readDocument(DIRECTORY, RETENTION);
  if (!stored) return [];
  const parsed = parseDocument('retention', stored);
  if (parsed.outcome === 'read') return parsed.document.rows;
  throw new ProvisionError('refused', parsed.reason);
}

export async function writeRetention(
  couch: CouchAdministrator,
  rows: readonly RetentionRow[],
  author: Author,
): Promise<void> {
  const before = await couch.readDocument(DIRECTORY, RETENTION);
  const said = { type: 'retention', rows };
  const body = before
    ? changedBy({ ...author, generation: generationOf(before._rev) + 1 }, before, { ...before, ...said })
    : { ...headOf(author, systemChance), ...said };
  await couch.putDocument(DIRECTORY, { ...body, _id: RETENTION });
}
