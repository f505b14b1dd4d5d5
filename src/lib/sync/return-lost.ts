// Gives a server back what it lost (sync.md 8). Invariants: a revision goes back only with a path that reaches the first
// generation or a revision the server says it has; only `_revs_diff` says that it is back; nothing held here is changed.
import type { Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import type { Leaf, ReplicaStore } from '#lib/protocol/replica-store.ts';
import { generationOf, toRevisionPath, type Revision } from '#lib/protocol/revision.ts';

/** A held revision of which the server knows nothing. */
export interface Lost {
  id: string;
  rev: Revision;
  /** Revisions the server has that it may descend from. */
  ancestors: readonly Revision[];
}

export interface Returning {
  store: ReplicaStore;
  remote: Remote;
  scope: Scope;
  maxBytes: number;
}

export interface ReturnReport {
  /** On the server again. */
  returned: number;
  /** The server would not have them: a validation function, a document too large. */
  refused: number;
  /** Not held any more, or damaged here. */
  gone: number;
  /** Held, but with no path the server could join to its tree. */
  unjoined: (Leaf & { id: string })[];
  fault?: RemoteFault;
}

type HeldLeaf = Leaf & { id: string };
const BATCH = 100;

export async function returnLost(returning: Returning, lost: readonly Lost[]): Promise<ReturnReport> {
  const report: ReturnReport = { returned: 0, refused: 0, gone: 0, unjoined: [] };
  const { store, scope } = returning;
  for (let from = 0; from < lost.length; from += BATCH) {
    const batch = lost.slice(from, from + BATCH);
    const ancestors = new Map(batch.map((each) => [nameOf(each), each.ancestors]));
    const held = await store.readHeld(scope, batch);
    report.gone += batch.length - held.length;
    const joined = held.filter((leaf) => joins(leaf.path, ancestors.get(nameOf(leaf)) ?? []));
    report.unjoined.push(...held.filter((leaf) => !joined.includes(leaf)));
    for (const parcel of parcels(joined, returning.maxBytes)) {
      const fault = await send(returning, parcel, report);
      if (fault) return { ...report, fault };
    }
  }
  return report;
}

const nameOf = ({ id, rev }: { id: string; rev: Revision }) => `${rev} ${id}`;

function joins(path: readonly Revision[], ancestors: readonly Revision[]): boolean {
  const oldest = path.at(-1);
  if (oldest === undefined) return false;
  return generationOf(oldest) === 1 || path.some((rev) => ancestors.includes(rev));
}

/** In their order, each of at most so many bytes of JSON, or one alone. */
function parcels(leaves: readonly HeldLeaf[], maxBytes: number): HeldLeaf[][] {
  const made: HeldLeaf[][] = [];
  let bytes = Infinity;
  for (const leaf of leaves) {
    const size = JSON.stringify(leaf.body).length;
    if (bytes + size > maxBytes) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1)!.push(leaf);
    bytes += size;
  }
  return made;
}

async function send(
  returning: Returning,
  leaves: readonly HeldLeaf[],
  report: ReturnReport,
): Promise<RemoteFault | undefined> {
  const { remote } = returning;
  const answer = await remote.bulkDocs(leaves.map(toDocument));
  if (answer.outcome === 'fault' && answer.kind !== 'too-large') return answer;
  if (answer.outcome === 'fault') {
    if (leaves.length === 1) {
      report.refused++;
      return undefined;
    }
    const half = Math.ceil(leaves.length / 2);
    return (
      (await send(returning, leaves.slice(0, half), report)) ??
      (await send(returning, leaves.slice(half), report))
    );
  }
  const there = await remote.revsDiff(revisionsOf(leaves));
  if (there.outcome === 'fault') return there;
  const missing = leaves.filter(({ id, rev }) => there.value[id]?.missing.includes(rev)).length;
  report.refused += missing;
  report.returned += leaves.length - missing;
  return undefined;
}

function toDocument({ id, rev, deleted, body, path }: HeldLeaf): RevisionedDocument {
  return {
    ...body,
    ...(deleted && { _deleted: true }),
    _id: id,
    _rev: rev,
    _revisions: toRevisionPath(path),
  };
}

/** As `_revs_diff` is asked: every revision under its id, once: PouchDB calls the second of two alike missing. */
export function revisionsOf(revisions: readonly { id: string; rev: Revision }[]): Record<string, Revision[]> {
  const byId = new Map<string, Set<Revision>>();
  for (const { id, rev } of revisions) byId.set(id, (byId.get(id) ?? new Set()).add(rev));
  return Object.fromEntries([...byId].map(([id, revs]) => [id, [...revs]]));
}
