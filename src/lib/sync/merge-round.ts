// Merging the conflicts of one scope (sync.md 6): the merge goes up as a child of the winning leaf, and once the server
// is known to have it, tombstones that name it go up on the losing leaves. No merge waits in the store: it is made anew
// from the leaves until it is there, and two devices make the same revisions. Invariants: a leaf is ended only after
// `_revs_diff` has confirmed the merge that took it in, and nowhere without that merge; what the server will not have
// merged stays as it is, and holds up no other merge. Of what was erased nothing is left here, whatever became of it there.
import { hasTakenIn, merge, mergedTombstone, type Merge } from '#lib/domain/merge/merge.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { Leaf, PulledDocument, ReplicaStore } from '#lib/protocol/replica-store.ts';
import { commonGeneration, nextRevision } from '#lib/protocol/revision.ts';
import { revisionName, sendMerges } from './send-merges.ts';
import type { SyncSession } from './sync-session.ts';

export interface MergePorts {
  store: ReplicaStore;
  remote: Remote;
  session: SyncSession;
  /** Absent: the domain's. */
  merge?: MergeLeaves | undefined;
}

/** Puts leaves of one document together: pure, and the same on every device. */
export type MergeLeaves = typeof merge;

export interface MergeReport {
  /** Documents whose leaves were put together. */
  merged: number;
  /** Losing leaves that are ended. */
  ended: number;
  /** Documents with leaves that are never merged: events, which an auditor must see, and what this build does not know. */
  kept: number;
  /** Left out, as something of them is damaged here. */
  damaged: number;
  fault?: RemoteFault;
}

const BATCH = 50;

/** A document with the leaves beside it, and what stands above them all. */
interface Conflicted {
  document: PulledDocument;
  top: Leaf;
  leaves: Leaf[];
}

/** Nothing is asked of the server where nothing is in conflict. */
export async function mergeScope(ports: MergePorts, scope: Scope): Promise<MergeReport> {
  const { documents, damaged } = await ports.store.listConflicted(scope);
  const report: MergeReport = { merged: 0, ended: 0, kept: 0, damaged };
  const toWrite: Conflicted[] = [];
  const toEnd: Conflicted[] = [];
  const toErase: Conflicted[] = [];
  for (const document of documents) {
    const leaves = [document, ...document.conflicts].filter(isLeafAmong);
    const outcome = (ports.merge ?? merge)(leaves, (a, b) => commonGeneration(a.path, b.path));
    if (outcome.outcome === 'kept') report.kept++;
    else if (outcome.outcome !== 'merged')
      (outcome.outcome === 'erased' ? toErase : toEnd).push({
        ...{ document, leaves, top: leaves.find(({ rev }) => rev === outcome.winner.rev)! },
      });
    else toWrite.push({ document, leaves, top: mergedLeaf(outcome) });
  }
  const merging = { scope, report, toWrite, toEnd };
  const fault =
    (await eraseConflicted(ports, merging, toErase)) ??
    (await writeMerges(ports, merging)) ??
    (await endLeaves(ports, merging));
  return fault ? { ...report, fault } : report;
}

/** A state that another has grown from is no leaf any more, though it was kept as one. */
function isLeafAmong({ rev }: Leaf, _n: number, all: readonly Leaf[]): boolean {
  return !all.some((other) => other.rev !== rev && other.path.includes(rev));
}

function mergedLeaf({ winner, body }: Extract<Merge, { outcome: 'merged' }>): Leaf {
  const rev = nextRevision(winner.rev, body as DocumentBody);
  return { rev, deleted: false, body: body as DocumentBody, path: [rev, ...winner.path] };
}

interface Merging {
  scope: Scope;
  report: MergeReport;
  toWrite: readonly Conflicted[];
  /** Those whose top is known to be on the server. */
  toEnd: Conflicted[];
}

async function writeMerges(
  { store, ...ports }: MergePorts,
  { scope, report, toWrite, toEnd }: Merging,
): Promise<RemoteFault | undefined> {
  for (const batch of batchesOf(toWrite)) {
    const answer = await sendMerges(
      ports,
      batch.map(({ document, top }) => ({ id: document.id, leaf: top })),
    );
    if (answer.outcome === 'fault') return answer;
    if (answer.later) report.fault ??= answer.later;
    const written = batch.filter(({ document, top }) => answer.there.has(revisionName(document.id, top.rev)));
    await store.storeMerged(
      scope,
      written.map((each) => rowOf(each, beside(each))),
    );
    report.merged += written.length;
    toEnd.push(...written);
  }
  return undefined;
}

/** What lives beside the word of an erasure is ended by a tombstone that names it; an event's stays as the server has it. */
async function eraseConflicted(
  { store, ...ports }: MergePorts,
  { scope, report }: Merging,
  toErase: readonly Conflicted[],
): Promise<RemoteFault | undefined> {
  for (const batch of batchesOf(toErase)) {
    const tombstones = batch.flatMap((each) =>
      beside(each).map((leaf) => ({ id: each.document.id, leaf: tombstoneOf(each.top, leaf) })),
    );
    const answer = await sendMerges(ports, tombstones);
    if (answer.outcome === 'fault') return answer;
    if (answer.later) report.fault ??= answer.later;
    else
      await store.erase(
        scope,
        batch.map(({ document }) => document.id),
      );
    report.ended += answer.there.size;
  }
  return undefined;
}

async function endLeaves(
  { store, ...ports }: MergePorts,
  { scope, report, toEnd }: Merging,
): Promise<RemoteFault | undefined> {
  for (const batch of batchesOf(toEnd)) {
    const tombstones = batch.flatMap((each) =>
      beside(each)
        .filter(({ rev }) => hasTakenIn(each.top, rev))
        .map((leaf) => ({
          id: each.document.id,
          of: leaf.rev,
          leaf: tombstoneOf(each.top, leaf),
          // Once more: the server may have been set back since it confirmed what took the leaf in.
          goesWith: each.top,
        })),
    );
    const answer = await sendMerges(ports, tombstones);
    if (answer.outcome === 'fault') return answer;
    if (answer.later) report.fault ??= answer.later;
    const ended = tombstones.filter(({ id, leaf }) => answer.there.has(revisionName(id, leaf.rev)));
    const isEnded = (id: string, { rev }: Leaf) => ended.some((each) => each.id === id && each.of === rev);
    const rows = batch.map((each) =>
      rowOf(
        each,
        beside(each).filter((leaf) => !isEnded(each.document.id, leaf)),
      ),
    );
    await store.storeMerged(scope, rows);
    report.ended += ended.length;
  }
  return undefined;
}

/** Leaves that stand beside the top, tombstones left out: those are ended already. */
const beside = ({ top, leaves }: Conflicted): Leaf[] =>
  leaves.filter(({ rev, deleted }) => !deleted && !top.path.includes(rev));

const rowOf = ({ document, top }: Conflicted, conflicts: Leaf[]): PulledDocument => ({
  id: document.id,
  ...top,
  conflicts,
});

function tombstoneOf(top: Leaf, leaf: Leaf): Leaf {
  const body = mergedTombstone(top, leaf) as DocumentBody;
  const rev = nextRevision(leaf.rev, body);
  return { rev, deleted: true, body, path: [rev, ...leaf.path] };
}

const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_none, n) => all.slice(n * BATCH, (n + 1) * BATCH));
