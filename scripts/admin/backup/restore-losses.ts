// What a restore would take away: what the server has of a database and the backup has not. Holds ids and revisions of one
// database at a time, no document.
import { typeOfId } from '#lib/domain/document-id.ts';
import { fromRevisionPath } from '#lib/protocol/revision.ts';
import { EPOCH_ID } from '#lib/sync/server-inventory.ts';
import type { CouchClient } from '../../couch-client.ts';
import type { BackedUpLeaf } from './backup-records.ts';
import { listLeaves } from './read-leaves.ts';

export interface Losses {
  database: string;
  /** Documents with a leaf that is in no path of the backup. */
  documents: number;
  byType: Record<string, number>;
}

/** All revisions the backup knows of, as leaves or as what they grew from. */
export function noteRevisions(known: Set<string>, { _id, _revisions }: BackedUpLeaf): void {
  for (const rev of fromRevisionPath(_revisions)) known.add(`${rev} ${_id}`);
}

export async function findLosses(
  client: CouchClient,
  database: string,
  known: ReadonlySet<string>,
): Promise<Losses> {
  const losses: Losses = { database, documents: 0, byType: {} };
  for await (const page of listLeaves(client, database)) {
    for (const { id, revs } of page) {
      if (id.startsWith('_design/') || id === EPOCH_ID) continue;
      if (revs.every((rev) => known.has(`${rev} ${id}`))) continue;
      losses.documents++;
      const type = typeOfId(id);
      losses.byType[type] = (losses.byType[type] ?? 0) + 1;
    }
  }
  return losses;
}
