// Receiving one scope (sync.md 5). Invariants: the checkpoint moves only together with the rows it stands for; `since`
// is the server's own word, kept and sent back unread; where the server holds far less than this device, nothing is
// stored and nothing deleted.
import type { Scope } from '#lib/protocol/document.ts';
import type { RemoteFault } from '#lib/protocol/remote.ts';
import type { Checkpoint, PreparedPull, PulledDocument } from '#lib/protocol/replica-store.ts';
import type { Changes, Sequence } from '#lib/protocol/wire.ts';
import { newLane } from './one-lane.ts';
import { toPulledDocuments } from './pulled-rows.ts';
import { readVouched, vouch, type CheckpointPorts } from './server-checkpoint.ts';
import { tellPulled } from './sync-session.ts';

export interface PullPorts extends CheckpointPorts {
  /** Told when rows are stored: how many so far, and how many the server says are to come. */
  onProgress?(received: number, pending: number): void;
}

export interface PullReport {
  /** Rows stored. */
  received: number;
  /** The server was restored from a backup or made anew; everything was asked for again. */
  rolledBack: boolean;
  /** The server holds nothing, or less than half of what this device does: stopped, nothing stored or deleted. */
  serverSmaller: boolean;
  /** There is no such database, and nothing of it was ever held: nothing to receive yet, and no trouble. */
  absent?: true;
  fault?: RemoteFault;
}

/** A save waits for no more than one slice; the first download, when there is little to save, stores whole pages. */
const SLICE = 100;
/** In a long pull the server's side of the checkpoint is written so often. */
const VOUCH_EVERY_MS = 5000;

interface Pulling {
  ports: PullPorts;
  scope: Scope;
  checkpoint: Checkpoint;
  isFirst: boolean;
  vouchedAtMs: number;
  report: PullReport;
}

export async function pullScope(ports: PullPorts, scope: Scope): Promise<PullReport> {
  const report: PullReport = { received: 0, rolledBack: false, serverSmaller: false };
  const start = await readVouched(ports, scope);
  if (start.outcome === 'fault') return { ...report, fault: start };
  if (start.outcome === 'rolled-back') {
    report.rolledBack = true;
    // Before anything else: a pull cut off now must not go on from where the other server was.
    await ports.store.putCheckpoint(scope, undefined);
  }
  const checkpoint = (start.outcome === 'known' && start.checkpoint) || { since: 0 };
  const held = checkpoint.since === 0 ? await ports.store.countDocuments(scope) : 0;
  const pull = {
    ports,
    scope,
    checkpoint,
    isFirst: checkpoint.since === 0 && held === 0,
    vouchedAtMs: ports.clock.nowMs(),
    report,
  };
  const answer = await ask(pull, checkpoint.since);
  if (answer.outcome === 'fault' && answer.kind === 'missing' && pull.isFirst)
    return { ...report, absent: true };
  if (answer.outcome === 'fault') return { ...report, fault: answer };
  if (isFarSmaller(answer.value, held)) return { ...report, serverSmaller: true };
  const fault = await storePages(pull, answer.value);
  if (report.received > 0 || pull.checkpoint.offered) await vouch(ports, scope, pull.checkpoint);
  return fault ? { ...report, fault } : report;
}

async function ask({ ports }: Pulling, since: Sequence) {
  const answer = await ports.remote.changes({ since, limit: ports.session.pullRows });
  tellPulled(ports.session, answer.outcome === 'answered' || answer.kind !== 'unreachable');
  return answer;
}

/** Of an answer from the beginning: whether all there is, is less than half of what is held. */
function isFarSmaller({ results, pending }: Changes, held: number): boolean {
  if (held === 0 || pending === undefined) return held > 0 && results.length === 0;
  return results.length + pending < held / 2;
}

/** CouchDB says how many rows are to come; without that word, go on until a page is empty. */
function hasMore({ results, pending }: Changes): boolean {
  return results.length > 0 && (pending === undefined || pending > 0);
}

/** Stores page after page: while one is written, the next is sealed and the one after that is under way. */
async function storePages(pull: Pulling, first: Changes): Promise<RemoteFault | undefined> {
  const { store, remote } = pull.ports;
  const writing = newLane();
  let page = first;
  for (;;) {
    const asked = hasMore(page) ? ask(pull, page.last_seq) : undefined;
    const documents = await toPulledDocuments(remote, page.results);
    if (documents.outcome === 'fault') {
      await writing.idle();
      return documents;
    }
    const [slice, ...slices] = slicesOf(page, documents.value, pull.isFirst);
    if (slice) {
      const prepared = await store.preparePulled(pull.scope, slice.documents, pull.isFirst);
      const { pending = 0 } = page;
      await writing.run(() => storeSlices(pull, [{ ...slice, prepared }, ...slices], pending));
    }
    const answer = await asked;
    if (answer?.outcome !== 'answered') {
      await writing.idle();
      return answer;
    }
    page = answer.value;
  }
}

interface Slice {
  documents: PulledDocument[];
  since: Sequence;
  rows: number;
  prepared?: PreparedPull;
}

/** `documents` stand in the order of the page's rows, undefined for a row that is not kept. */
function slicesOf(
  { results, last_seq }: Changes,
  documents: readonly (PulledDocument | undefined)[],
  whole: boolean,
): Slice[] {
  const size = whole ? Math.max(1, results.length) : SLICE;
  const slices: Slice[] = [];
  for (let from = 0; from < results.length; from += size) {
    const rows = results.slice(from, from + size);
    const since = from + size >= results.length ? last_seq : rows.at(-1)!.seq;
    slices.push({
      documents: documents.slice(from, from + size).filter((each) => each !== undefined),
      since,
      rows: rows.length,
    });
  }
  return slices;
}

async function storeSlices(pull: Pulling, slices: readonly Slice[], pending: number): Promise<void> {
  const { ports, scope, report } = pull;
  const { store, clock } = ports;
  for (const { documents, since, rows, prepared } of slices) {
    const toStore = prepared ?? (await store.preparePulled(scope, documents, pull.isFirst));
    pull.checkpoint = { ...pull.checkpoint, since };
    await store.storePulled(toStore, pull.checkpoint);
    report.received += rows;
    ports.onProgress?.(report.received, pending);
  }
  if (clock.nowMs() - pull.vouchedAtMs < VOUCH_EVERY_MS) return;
  pull.checkpoint = await vouch(ports, scope, pull.checkpoint);
  pull.vouchedAtMs = clock.nowMs();
}
