// From rows of `_changes` to documents as the store takes them: with the paths of all beyond their first generation and
// the bodies of losing leaves, tombstones too, which one `_bulk_get` fetches for a whole page (sync.md 3 and 5.4).
import { hasTakenIn, isDeletion } from '#lib/domain/merge/merge.ts';
import { bodyWithoutRevision, type DocumentBody } from '#lib/protocol/document.ts';
import { isErased } from '#lib/protocol/erased.ts';
import type { Remote, RemoteAnswer, RemoteFault } from '#lib/protocol/remote.ts';
import type { Leaf, PulledDocument } from '#lib/protocol/replica-store.ts';
import { fromRevisionPath, generationOf, type Revision } from '#lib/protocol/revision.ts';
import { isFitRow, isShallow } from '#lib/protocol/fit-row.ts';
import { revisionPathSchema, type ChangesRow } from '#lib/protocol/wire.ts';
import type { SyncSession } from './sync-session.ts';

export interface AskingForLeaves {
  remote: Remote;
  session: Pick<SyncSession, 'unshown'>;
}

/**
 * A revision that was just named and cannot be shown has gone on meanwhile, or the server was set back between two
 * requests: so often the rows are asked for anew.
 */
const ASKED_ANEW = 3;

/** Design documents are the server's own business. */
const isDesign = ({ id }: ChangesRow) => id.startsWith('_design/');

/** The rows of which something is kept. */
export const isKept = (row: ChangesRow) => !isDesign(row) && isFitRow(row);

/** Passed over, as no tablet could hold them: to be told to whoever looks after the server. */
export const countUnfit = (rows: readonly ChangesRow[]) =>
  rows.filter((row) => !isDesign(row) && !isFitRow(row)).length;

const revOf = ({ doc, changes }: ChangesRow): Revision => doc?._rev ?? changes[0]!.rev;

/**
 * One for each row, in order; undefined for what is not kept. Rows without a body are asked for. What the server cannot
 * show is a fault, so that nothing is stored whose path is not known: an edit of it would stand apart from its tree on
 * any other server. What it never shows (its body is lost) is in the end taken as far as it is known, or left out.
 */
export async function toPulledDocuments(
  asking: AskingForLeaves,
  changes: readonly ChangesRow[],
): Promise<RemoteAnswer<(PulledDocument | undefined)[]>> {
  const kept = changes.map((row) => (isKept(row) ? row : undefined));
  const wanted = kept.flatMap((row) => (row ? wantedOf(row, revOf(row)) : []));
  const fetched = await fetchLeaves(asking, wanted);
  if (fetched.outcome === 'fault') return fetched;
  const pulled = kept.map((row) => row && pulledOf(row, revOf(row), fetched.value));
  return { outcome: 'answered', value: pulled };
}

interface Wanted {
  id: string;
  rev: Revision;
}

function wantedOf(row: ChangesRow, rev: Revision): Wanted[] {
  const { id, doc } = row;
  const losing = [...(doc?._conflicts ?? []), ...endedLeaves(row, rev)].map((leaf) => ({ id, rev: leaf }));
  return !doc || generationOf(rev) > 1 ? [{ id, rev }, ...losing] : losing;
}

const isDeleted = ({ doc, deleted }: ChangesRow) => Boolean(deleted ?? doc?._deleted);

/** Tombstones beside the winner; of those a document that lives has taken in, nothing more is asked. */
function endedLeaves(row: ChangesRow, rev: Revision): Revision[] {
  const { doc, changes } = row;
  const known = new Set([rev, ...(doc?._conflicts ?? [])]);
  const others = changes.map((each) => each.rev).filter((leaf) => !known.has(leaf));
  if (isDeleted(row)) return others;
  return doc ? others.filter((leaf) => !hasTakenIn({ body: doc }, leaf)) : [];
}

const nameOf = ({ id, rev }: Wanted) => `${rev} ${id}`;

async function fetchLeaves(
  { remote, session: { unshown } }: AskingForLeaves,
  wanted: readonly Wanted[],
): Promise<RemoteAnswer<Map<string, Leaf>>> {
  const leaves = new Map<string, Leaf>();
  if (wanted.length === 0) return { outcome: 'answered', value: leaves };
  const answer = await remote.bulkGet(wanted);
  if (answer.outcome === 'fault') return answer;
  for (const { id, docs } of answer.value.results) {
    for (const { ok } of docs) {
      if (ok?._rev !== undefined && isShallow(ok))
        leaves.set(nameOf({ id, rev: ok._rev }), leafOf(ok, ok._rev));
    }
  }
  const missing = wanted.map(nameOf).filter((name) => !leaves.has(name));
  const asked = (name: string) => unshown.get(name) ?? 0;
  const anew = missing.filter((name) => asked(name) < ASKED_ANEW);
  for (const name of anew) unshown.set(name, asked(name) + 1);
  return anew.length === 0 ? { outcome: 'answered', value: leaves } : NOT_SHOWN;
}

/** Of this scope, as a 500 is; the others go on. */
const NOT_SHOWN: RemoteFault = {
  outcome: 'fault',
  kind: 'busy',
  status: 500,
  reason: 'a revision it named is not shown',
};

function leafOf(document: DocumentBody, rev: Revision): Leaf {
  const path = revisionPathSchema.safeParse(document._revisions);
  return {
    rev,
    deleted: Boolean(document._deleted),
    body: bodyWithoutRevision(document),
    path: path.success ? fromRevisionPath(path.data) : [rev],
  };
}

function pulledOf(row: ChangesRow, rev: Revision, leaves: Map<string, Leaf>): PulledDocument | undefined {
  const { id, doc } = row;
  const deleted = isDeleted(row);
  const fetched = leaves.get(nameOf({ id, rev }));
  if (!doc && !fetched && !deleted) return undefined;
  const found = (revs: readonly Revision[]) =>
    revs.flatMap((leaf) => leaves.get(nameOf({ id, rev: leaf })) ?? []);
  const path = fetched?.path ?? [rev];
  const conflicts = found(doc?._conflicts ?? []);
  const live = [{ path }, ...conflicts];
  const tombstones = found(endedLeaves(row, rev));
  // Somebody deleted it and somebody else went on: to be seen, and by whoever has both (sync.md 6).
  const deletions = deleted
    ? []
    : tombstones.filter(({ body, path }) => isErased(body) || isDeletion({ body, path }, live));
  const ended = tombstones.flatMap((leaf) => leaf.path);
  const body = doc ? bodyWithoutRevision(doc) : (fetched?.body ?? { _id: id, _deleted: true });
  const erased = deleted && [body, ...tombstones.map((leaf) => leaf.body)].some(isErased);
  return {
    id,
    rev,
    deleted,
    body,
    ...(erased && { erased }),
    path,
    conflicts: [...conflicts, ...deletions],
    ...(ended.length > 0 && { ended }),
  };
}
