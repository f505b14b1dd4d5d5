// Sending what waits in one scope (sync.md 4). Invariants: only `_revs_diff` confirms; a revision is marked as attempted
// before it goes out; a document the server refuses, or stumbles over, holds up no other; nothing leaves the table of
// edits but by a confirmation, a refusal that names its revision, or the word that its document was erased.
import type { Scope } from '#lib/protocol/document.ts';
import { ERASED_REASON } from '#lib/protocol/erased.ts';
import { isStumble, rowVerdict } from '#lib/protocol/error-table.ts';
import type { Remote, RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import type { ReplicaStore, WaitingEdit, WaitingPlace } from '#lib/protocol/replica-store.ts';
import { toRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import type { BulkDocsRows, RevsDiff } from '#lib/protocol/wire.ts';
import { saidOf } from './said-of.ts';
import { tellPushed, type SyncSession } from './sync-session.ts';

export interface PushPorts {
  store: ReplicaStore;
  remote: Remote;
  session: SyncSession;
  /** Told after each batch: documents dealt with in this push. */
  onProgress?(done: number): void;
}

export interface PushReport {
  /** Confirmed by the server. */
  sent: number;
  refused: number;
  /**
   * What ended the push before everything had been tried, or what a batch last stumbled over: then the rest waits. Of kind
   * `sign-in` without a status: said of some documents, the others went on.
   */
  fault?: RemoteFault;
}

const BATCH_DOCUMENTS = 200;
const FAILED_ONCE = 14;
/** So many batches in a row that the server stumbled over, and this scope is left for the next round. */
const STUMBLES = 3;

/** Tries once everything in `waiting`. What is typed meanwhile waits for the next time. */
export async function pushScope(
  ports: PushPorts,
  scope: Scope,
  waiting: readonly WaitingPlace[],
): Promise<PushReport> {
  const { session } = ports;
  const report: PushReport = { sent: 0, refused: 0 };
  const push: Pushing = { ...ports, scope, report };
  let done = 0;
  let stumbles = 0;
  while (done < waiting.length) {
    // Where the server forbade all of it, one document asks whether it still does.
    const ids = session.closed.has(scope) ? [waiting[done]!.id] : batchFrom(waiting, done);
    const edits = await ports.store.readWaiting(scope, ids, session.pushBytes);
    const fault = await pushBatch(push, edits);
    if (fault?.kind === 'forbidden') session.closed.add(scope);
    else if (!fault && edits.length > 0) session.closed.delete(scope);
    done += covered(ids, edits);
    ports.onProgress?.(done);
    stumbles = fault ? stumbles + 1 : 0;
    if (fault) report.fault = fault;
    if (fault && (!isStumble(fault) || stumbles === STUMBLES)) break;
  }
  return report;
}

/**
 * The next ids to go out together: what has failed once by the dozen, then alone, and never with what has not, so that
 * with the third push all are through but the one the server dies of (sync.md 9, invariant 13).
 */
function batchFrom(waiting: readonly WaitingPlace[], from: number): string[] {
  const { tries } = waiting[from]!;
  const size = [BATCH_DOCUMENTS, FAILED_ONCE][tries] ?? 1;
  const alike = waiting.slice(from, from + size).filter((place) => place.tries === tries);
  return alike.map(({ id }) => id);
}

/** How many of `ids` are done with: up to the last one read; all where none waits any more. */
function covered(ids: readonly string[], edits: readonly WaitingEdit[]): number {
  const last = edits.at(-1);
  return last === undefined ? ids.length : ids.indexOf(last.id) + 1;
}

interface Pushing extends PushPorts {
  scope: Scope;
  report: PushReport;
}

/** One batch, halved where the server cannot take it as a whole. Answers what came in the way. */
async function pushBatch(push: Pushing, edits: readonly WaitingEdit[]): Promise<RemoteFault | undefined> {
  const { store, remote, session, scope } = push;
  if (edits.length === 0) return undefined;
  const marked = new Set(await store.markAttempted(scope, edits.map(newest)));
  const batch = edits.filter(({ id }) => marked.has(id));
  if (batch.length === 0) return undefined;
  const answer = await remote.bulkDocs(batch.map(toDocument));
  if (answer.outcome === 'fault' && answer.kind === 'too-large') return halve(push, batch, answer);
  tellPushed(session, answer.outcome === 'answered' || answer.kind !== 'unreachable');
  if (answer.outcome === 'answered') return settleBatch(push, batch, answer.value);
  if (isStumble(answer))
    await store.postpone(
      scope,
      batch.map(({ id }) => ({ id, answer: answer.reason ?? 'status 500' })),
    );
  return answer;
}

async function halve(
  push: Pushing,
  batch: readonly WaitingEdit[],
  fault: RemoteFault,
): Promise<RemoteFault | undefined> {
  if (batch.length === 1) {
    const said = {
      id: batch[0]!.id,
      error: 'bad_request',
      reason: `status ${fault.status ?? 0}, ${fault.reason ?? ''}`,
    };
    return settleBatch(push, batch, [said]);
  }
  const half = Math.ceil(batch.length / 2);
  return (await pushBatch(push, batch.slice(0, half))) ?? (await pushBatch(push, batch.slice(half)));
}

interface Sent {
  id: string;
  rev: Revision;
}

function newest({ id, path }: WaitingEdit): Sent {
  const rev = path[0];
  if (rev === undefined) throw new TypeError(`an edit of ${id} has no revision`);
  return { id, rev };
}

function toDocument(edit: WaitingEdit): RevisionedDocument {
  const { id, rev } = newest(edit);
  return { ...edit.body, _id: id, _rev: rev, _revisions: toRevisionPath(edit.path) };
}

/** Asks which of the revisions sent are there, and carries out what was said of each. */
async function settleBatch(
  push: Pushing,
  batch: readonly WaitingEdit[],
  rows: BulkDocsRows,
): Promise<RemoteFault | undefined> {
  const { store, remote, scope, report } = push;
  const sent = batch.map(newest);
  const answer = await remote.revsDiff(Object.fromEntries(sent.map(({ id, rev }) => [id, [rev]])));
  if (answer.outcome === 'fault') return answer;
  const confirmed = sent.filter((each) => !isMissing(answer.value, each));
  const tries = new Map(batch.map((edit) => [edit.id, edit.tries]));
  const missing = sent
    .filter((each) => isMissing(answer.value, each))
    .map((each) => ({ ...each, ...saidOf(each, rows) }))
    .map((each) => ({ ...each, verdict: rowVerdict(each.error, tries.get(each.id) ?? 0) }));
  const erased = missing.filter(({ reason }) => reason === ERASED_REASON).map(({ id }) => id);
  const refused = missing.filter(({ id, verdict }) => verdict === 'refused' && !erased.includes(id));
  const postponed = missing.filter(({ verdict }) => verdict !== 'refused');
  if (confirmed.length > 0) await store.confirm(scope, confirmed);
  if (erased.length > 0) await store.erase(scope, erased);
  if (refused.length > 0) await store.reject(scope, refused);
  if (postponed.length > 0)
    await store.postpone(
      scope,
      postponed.map(({ id, error }) => ({ id, answer: error })),
    );
  report.sent += confirmed.length;
  report.refused += refused.length;
  const [asksForHer] = postponed.filter(({ verdict }) => verdict === 'sign-in');
  if (asksForHer) report.fault = { outcome: 'fault', kind: 'sign-in', reason: asksForHer.reason };
  const later = postponed.filter(({ verdict }) => verdict === 'later');
  if (later.length === 0) return undefined;
  const fault: RemoteFault = { outcome: 'fault', kind: 'busy', status: 500, reason: later[0]!.error };
  report.fault ??= fault;
  // Where others of the batch went through the server is well, and the next batch is tried.
  return later.length === batch.length ? fault : undefined;
}

function isMissing(diff: RevsDiff, { id, rev }: Sent): boolean {
  return Object.hasOwn(diff, id) && diff[id]!.missing.includes(rev);
}
