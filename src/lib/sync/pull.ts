// Receiving one scope (sync.md 5). Invariants: the checkpoint moves only together with the rows it stands for; `since`
// is the server's own word, kept and sent back unread; where the server holds far less than this device, nothing is
// stored and nothing deleted.
import type { Scope } from '#lib/protocol/document.ts';
import type { RemoteFault } from '#lib/protocol/remote.ts';
import type { Checkpoint, PreparedPull, PulledDocument } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import type { Changes, Sequence } from '#lib/protocol/wire.ts';
import { erasePulled } from './erase-pulled.ts';
import { newLane } from './one-lane.ts';
import { passOver } from './pass-over.ts';
import { countUnfit, toPulledDocuments } from './pulled-rows.ts';
import { repairScope, type RepairReport } from './repair.ts';
import {
  isPulledBeyond,
  markBeforeRefill,
  notePulled,
  owesRefill,
  readVouched,
  vouch,
  type CheckpointPorts,
} from './server-checkpoint.ts';
import { EPOCH_ID, isFarSmaller } from './server-inventory.ts';
import { tellPulled } from './sync-session.ts';

export interface PullPorts extends CheckpointPorts {
  /** Look at the server's side of the checkpoint now, however lately it was looked at: a receipt is to be written. */
  lookAgain?: boolean;
  /** Compare what is held with what the server holds, if that is due. */
  mayCompare?: boolean;
  /** Told when rows are stored: how many so far, and how many the server says are to come. */
  onProgress?(received: number, pending: number): void;
}

export interface PullReport {
  /** Rows stored. */
  received: number;
  /** The server was restored from a backup or made anew: it is refilled, and everything asked for again. */
  rolledBack: boolean;
  /** The server holds nothing, or less than half of what this device does: stopped, nothing stored or deleted. */
  serverSmaller: boolean;
  /** There is no such database, and nothing of it was ever held: nothing to receive yet, and no trouble. */
  absent?: true;
  /** Rows no tablet could hold, passed over. */
  unfit?: number;
  /** What came of comparing both sides, where that was done. */
  repair?: RepairReport;
  /** The server was found out in mid-pull or at its end: another round must follow. */
  unfinished?: true;
  fault?: RemoteFault;
}

/** A save waits for no more than one slice; the first download, when there is little to save, stores whole pages. */
const SLICE = 100;
/** In a long pull the server's side of the checkpoint is written so often, and after its first page. */
const VOUCH_EVERY_MS = 500;
/** What is held is compared with what the server holds so often. */
const COMPARE_EVERY_MS = 7 * 86_400_000;

interface Pulling {
  ports: PullPorts;
  scope: Scope;
  checkpoint: Checkpoint;
  isFirst: boolean;
  /** When the server's side was last written in this pull. */
  vouchedAtMs: number;
  /** Found out in mid-pull: nothing more of this server is stored before it has been refilled. */
  rolledBack: boolean;
  /** The revision of `meta:epoch`, where it came. */
  epoch?: Revision;
  report: PullReport;
}

export async function pullScope(ports: PullPorts, scope: Scope): Promise<PullReport> {
  const report: PullReport = { received: 0, rolledBack: false, serverSmaller: false };
  const start = await readVouched(ports, scope, ports.lookAgain ?? false);
  if (start.outcome === 'fault') return { ...report, fault: start };
  report.rolledBack = start.outcome === 'rolled-back';
  const overlaps = start.outcome === 'known' && start.overlaps;
  const from = overlaps ? await passOver(ports, scope, start.checkpoint) : start.checkpoint;
  const pulled = await pullFrom(ports, { scope, report }, from);
  // A server made anew may not even understand where we had got to.
  if (pulled.fault?.status !== 400 || start.checkpoint.since === 0) return pulled;
  return pullAnew(ports, { scope, report }, start.checkpoint);
}

interface Begun {
  scope: Scope;
  report: PullReport;
}

/** Found out by what it answered: refilled first. */
async function pullAnew(ports: PullPorts, { scope, report }: Begun, known: Checkpoint): Promise<PullReport> {
  const owing = await owesRefill(ports, scope, known);
  return pullFrom(ports, { scope, report: { ...report, rolledBack: true } }, owing);
}

async function pullFrom(ports: PullPorts, { scope, report }: Begun, from: Checkpoint): Promise<PullReport> {
  let checkpoint = from;
  if (from.refill) {
    const marked = await markBeforeRefill(ports, scope, from);
    if (marked.outcome === 'fault') return { ...report, fault: marked };
    const { vouched, place } = marked.value;
    const repair = await repairScope(ports, scope, { how: 'refill', checkpoint: from });
    report.repair = repair;
    if (repair.fault) return { ...report, fault: repair.fault };
    if (repair.serverSmaller) return { ...report, serverSmaller: true };
    // Stands in the store with the first page: until then all of this is done again.
    checkpoint = { since: 0, ...(vouched && { vouched }), ...(place !== undefined && { place }) };
  }
  const held = checkpoint.since === 0 ? await ports.store.countDocuments(scope) : 0;
  const isFirst = checkpoint.since === 0 && held === 0;
  const pull: Pulling = {
    ports,
    scope,
    checkpoint,
    isFirst,
    vouchedAtMs: -Infinity,
    rolledBack: false,
    report,
  };
  const answer = await ask(pull, checkpoint.since);
  if (answer.outcome === 'fault' && answer.kind === 'missing' && isFirst) return { ...report, absent: true };
  if (answer.outcome === 'fault') return { ...report, fault: answer };
  // It never vouched for what is held, so nothing else told: left alone all the same until a restore is announced.
  if (!from.refill && isFarSmaller(allRows(answer.value), held))
    return pullAnew(ports, { scope, report }, from);
  const fault = await storePages(pull, answer.value);
  return finish(pull, fault, from.refill ?? false);
}

/** The server's side of the checkpoint, and the comparison if it is due. */
async function finish(pull: Pulling, fault: RemoteFault | undefined, refilled: boolean): Promise<PullReport> {
  const { ports, scope, report } = pull;
  if (pull.rolledBack) return { ...report, rolledBack: true, unfinished: true, ...(fault && { fault }) };
  const { comparedAtMs } = pull.checkpoint;
  const nowMs = ports.clock.nowMs();
  // A pull of everything is as good as a comparison.
  if (!fault && comparedAtMs === undefined)
    pull.checkpoint = { ...pull.checkpoint, comparedAtMs: nowMs, ...epochOf(pull) };
  const isOpen = pull.checkpoint.offered !== undefined || isPulledBeyond(pull.checkpoint);
  const isNews = report.received > 0 || refilled || isOpen;
  if (isNews || (await ports.store.listUnproven(scope)).length > 0) {
    const { checkpoint, rolledBack } = await vouch(ports, scope, pull.checkpoint);
    pull.checkpoint = checkpoint;
    if (rolledBack) return { ...report, rolledBack, unfinished: true, ...(fault && { fault }) };
  }
  if (fault) return { ...report, fault };
  ports.session.pulledTo.set(scope, pull.checkpoint.since);
  const isDue = Math.abs(nowMs - (comparedAtMs ?? nowMs)) >= COMPARE_EVERY_MS;
  if (!ports.mayCompare || (!isDue && !ports.session.compare.has(scope))) return report;
  return compare(pull);
}

async function compare({ ports, scope, checkpoint, report }: Pulling): Promise<PullReport> {
  const repair = await repairScope(ports, scope, { how: 'whole', checkpoint });
  if (repair.fault) return { ...report, repair, fault: repair.fault };
  if (repair.serverSmaller) return { ...report, repair, serverSmaller: true };
  ports.session.compare.delete(scope);
  const comparedAtMs = ports.clock.nowMs();
  await ports.store.putCheckpoint(scope, { ...checkpoint, comparedAtMs, ...epochOf(repair) });
  return { ...report, repair };
}

const epochOf = ({ epoch }: { epoch?: Revision }) => (epoch === undefined ? {} : { epoch });

async function ask({ ports }: Pulling, since: Sequence) {
  const answer = await ports.remote.changes({ since, limit: ports.session.pullRows });
  tellPulled(ports.session, answer.outcome === 'answered' || answer.kind !== 'unreachable');
  return answer;
}

/** Of an answer from the beginning: how many rows there are; as many as can be where the server does not say. */
const allRows = ({ results, pending }: Changes) =>
  results.length === 0 ? 0 : results.length + (pending ?? Infinity);

/** CouchDB says how many rows are to come; without that word, go on until a page is empty. */
function hasMore({ results, pending }: Changes): boolean {
  return results.length > 0 && (pending === undefined || pending > 0);
}

/** Stores page after page: while one is written, the next is sealed and the one after that is under way. */
async function storePages(pull: Pulling, first: Changes): Promise<RemoteFault | undefined> {
  const { store } = pull.ports;
  const writing = newLane();
  let page = first;
  for (;;) {
    const asked = hasMore(page) ? ask(pull, page.last_seq) : undefined;
    const documents = await toPulledDocuments(pull.ports, page.results);
    const unfit = countUnfit(page.results);
    if (unfit > 0) pull.report.unfit = (pull.report.unfit ?? 0) + unfit;
    if (documents.outcome === 'fault') {
      await writing.idle();
      return documents;
    }
    const [slice, ...slices] = slicesOf(page, documents.value, pull.isFirst);
    if (slice) {
      const prepared = await store.preparePulled(pull.scope, slice.documents, pull.isFirst);
      const { pending = 0 } = page;
      const isLast = asked === undefined;
      await writing.run(() => storeSlices(pull, [{ ...slice, prepared }, ...slices], { pending, isLast }));
    }
    const answer = await asked;
    if (answer?.outcome !== 'answered' || pull.rolledBack) {
      await writing.idle();
      return answer?.outcome === 'fault' ? answer : undefined;
    }
    page = answer.value;
  }
}

interface Slice {
  documents: PulledDocument[];
  /** Undefined: the checkpoint stays where it is. */
  since: Sequence | undefined;
  rows: number;
  prepared?: PreparedPull;
}

/**
 * `documents` stand in the order of the page's rows, undefined for a row that is not kept. The checkpoint moves with the
 * last slice: rows may have come out of order, and which of two opaque sequences is the later nobody can tell.
 */
function slicesOf(
  { results, last_seq }: Changes,
  documents: readonly (PulledDocument | undefined)[],
  whole: boolean,
): Slice[] {
  const size = whole ? Math.max(1, results.length) : SLICE;
  const slices: Slice[] = [];
  for (let from = 0; from < results.length; from += size) {
    slices.push({
      documents: documents.slice(from, from + size).filter((each) => each !== undefined),
      since: from + size >= results.length ? last_seq : undefined,
      rows: Math.min(size, results.length - from),
    });
  }
  return slices;
}

async function storeSlices(
  pull: Pulling,
  slices: readonly Slice[],
  { pending, isLast }: { pending: number; isLast: boolean },
): Promise<void> {
  const { ports, scope, report } = pull;
  const { store, clock } = ports;
  if (pull.rolledBack) return;
  for (const { documents, since, rows, prepared } of slices) {
    const toStore = prepared ?? (await store.preparePulled(scope, documents, pull.isFirst));
    const told = documents.find(({ id }) => id === EPOCH_ID)?.rev;
    if (told !== undefined) pull.epoch = told;
    const { comparedAtMs, epoch } = pull.checkpoint;
    // Somebody announced a restore: what was lost in it is looked for now, not in a week, and until that is done.
    const isAnnounced = pull.epoch !== undefined && pull.epoch !== epoch && comparedAtMs !== undefined;
    pull.checkpoint = {
      ...pull.checkpoint,
      since: since ?? pull.checkpoint.since,
      ...(isAnnounced && { comparedAtMs: 0 }),
    };
    await erasePulled(store, scope, documents);
    await store.storePulled(toStore, pull.checkpoint);
    notePulled(ports.session, scope, documents);
    report.received += rows;
    ports.onProgress?.(report.received, pending);
  }
  // The last page's end is vouched for by `finish`.
  if (isLast || Math.abs(clock.nowMs() - pull.vouchedAtMs) < VOUCH_EVERY_MS) return;
  pull.vouchedAtMs = clock.nowMs();
  ({ checkpoint: pull.checkpoint, rolledBack: pull.rolledBack } = await vouch(ports, scope, pull.checkpoint));
}
