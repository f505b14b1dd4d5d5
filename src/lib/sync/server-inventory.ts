// What a server holds of a scope, by id: the winning revision of every document that is not deleted (sync.md 8).
import type { Remote, RemoteAnswer } from '#lib/protocol/remote.ts';
import type { PulledDocument } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import type { ChangesRow } from '#lib/protocol/wire.ts';
import { toPulledDocuments } from './pulled-rows.ts';
import { tellPulled, type SyncSession } from './sync-session.ts';

export type Inventory = Map<string, Revision>;

/** Says that a server was restored on purpose, and may be smaller than its tablets: an ordinary document. */
export const EPOCH_ID = 'meta:epoch';
/** Of fewer documents than this a server may lose more than half and still be refilled without anybody's word. */
const FEW = 10;

/** Nothing where there was something, or less than half of what is held. */
export function isFarSmaller(onServer: number, held: number): boolean {
  return held > 0 && (onServer === 0 || (held >= FEW && onServer < held / 2));
}

interface Asking {
  remote: Remote;
  session: SyncSession;
}

/** Page by page; design documents are left out. */
export async function listServer({ remote, session }: Asking): Promise<RemoteAnswer<Inventory>> {
  const inventory: Inventory = new Map();
  let from: string | undefined;
  for (;;) {
    // A page begins with the last id of the one before, which may have been deleted meanwhile.
    const limit = session.pullRows + 1;
    const answer = await remote.allDocs({ ...(from !== undefined && { from }), limit });
    tellPulled(session, answer.outcome === 'answered' || answer.kind !== 'unreachable');
    if (answer.outcome === 'fault') return answer;
    const before = inventory.size;
    for (const { id, value } of answer.value.rows)
      if (id !== undefined && value) inventory.set(id, value.rev);
    from = answer.value.rows.at(-1)?.id;
    if (answer.value.rows.length < limit || from === undefined || inventory.size === before) break;
  }
  for (const id of inventory.keys()) if (id.startsWith('_design/')) inventory.delete(id);
  return { outcome: 'answered', value: inventory };
}

/** The server's winners of these ids with their paths and losing leaves, tombstones included; nothing of unknown ids. */
export async function fetchWinners(
  asking: Asking,
  ids: readonly string[],
): Promise<RemoteAnswer<PulledDocument[]>> {
  if (ids.length === 0) return { outcome: 'answered', value: [] };
  const answer = await asking.remote.allDocs({ keys: ids });
  if (answer.outcome === 'fault') return answer;
  const rows = answer.value.rows.flatMap(({ id, value, doc }): ChangesRow[] => {
    if (id === undefined || !value) return [];
    const changes = [{ rev: value.rev }];
    return [{ seq: 0, id, changes, ...(value.deleted && { deleted: true }), ...(doc && { doc }) }];
  });
  const documents = await toPulledDocuments(asking, rows);
  if (documents.outcome === 'fault') return documents;
  return { outcome: 'answered', value: documents.value.filter((each) => each !== undefined) };
}
