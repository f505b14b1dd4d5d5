// The checkpoint that stands on both sides (sync.md 5.1): `_local/<replica id>` on the server says which `since` this
// device had pulled to, with a nonce made for that writing. A server restored from a backup says an older nonce, a
// database made anew says none: then it is refilled, all is asked for again, and nothing is deleted here.
// There are a few such documents, written by turns: what the server vouches for stands in one of them until the next is
// known to stand in another, behind everything it claims. A writing that was on its way when the server was set back
// arrives there all the same, however late: that it is there says nothing of the server, only what it vouched for does.
// Invariants: the document that says what is vouched for is never written over; so neither a crash nor a lost answer is
// taken for a restored server, nor is a restored one, where an offer came late, for the one we know. Own work, and what
// was pulled, counts as safe behind a checkpoint only if the server still had it, and what it vouched for before, after
// it had that checkpoint: the server that took it may be another one than what was pulled came from.
import { momentOf, passedMs, type Clock } from '#lib/protocol/clock.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer, RemoteFault } from '#lib/protocol/remote.ts';
import type { Checkpoint, PulledDocument, ReplicaStore, Voucher } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { revisionsOf } from './return-lost.ts';
import type { SyncSession } from './sync-session.ts';

export interface CheckpointPorts {
  store: ReplicaStore;
  remote: Remote;
  session: SyncSession;
  clock: Clock;
  /** Makes a nonce that was never made before. */
  newNonce(): string;
}

export type Vouched =
  /** Pull from here. `overlaps`: more than that is stored, but the server may not be the one it came from. */
  | { outcome: 'known'; checkpoint: Checkpoint; overlaps?: boolean }
  /** The server is not the one this device pulled from. What stands here now says so, too. */
  | { outcome: 'rolled-back'; checkpoint: Checkpoint }
  | RemoteFault;

/** Looked at once a session and every hour (sync.md 5.1). */
const LOOK_AGAIN_MS = 3_600_000;

/** Where to pull from. One request at the start of a session, every hour, and where `lookAgain`; else none. */
export async function readVouched(
  ports: CheckpointPorts,
  scope: Scope,
  lookAgain: boolean,
): Promise<Vouched> {
  const { store, session, clock } = ports;
  const checkpoint = await store.readCheckpoint(scope);
  if (!checkpoint) return { outcome: 'known', checkpoint: { since: 0 } };
  const seen = session.vouched.get(scope);
  // Where the last writing there did not come through, the server may have been set back since, and filled again by others
  // in another order: of what was pulled beyond its word nothing is gone on from, however lately it was looked at.
  const isFresh = seen && passedMs(clock, seen) < LOOK_AGAIN_MS && !isPulledBeyond(checkpoint);
  if (checkpoint.refill || (isFresh && !lookAgain)) return { outcome: 'known', checkpoint };
  const fromTheBeginning = { outcome: 'known' as const, checkpoint: { ...checkpoint, since: 0 } };
  // The first pull was cut off before the server could vouch for any of it; below: or what it should have did not arrive.
  if (!checkpoint.vouched && !checkpoint.offered) return fromTheBeginning;
  const answer = await look(ports, scope, checkpoint);
  if (answer.outcome === 'fault') return answer;
  const vouched = found(checkpoint, answer.value);
  if (!vouched && !checkpoint.vouched && !answer.value) return fromTheBeginning;
  if (!vouched) return { outcome: 'rolled-back', checkpoint: await owesRefill(ports, scope, checkpoint) };
  // Pulled further than the server vouches for (the last pull was cut off): those rows are asked for again.
  const overlaps = String(vouched.since) !== String(checkpoint.since);
  return { outcome: 'known', checkpoint: { ...checkpoint, since: vouched.since, vouched }, overlaps };
}

/** More was pulled than what the server last vouched for. */
export const isPulledBeyond = ({ since, vouched }: Checkpoint): boolean =>
  vouched !== undefined && String(vouched.since) !== String(since);

/** Before anything else: a pull that goes on from where the other server was, or over what it lost, must not be. */
export async function owesRefill(
  { store, session }: Pick<CheckpointPorts, 'store' | 'session'>,
  scope: Scope,
  checkpoint: Checkpoint,
): Promise<Checkpoint> {
  const { epoch } = checkpoint;
  const place = lastPlace(checkpoint);
  const owing: Checkpoint = {
    ...{ since: 0, refill: true },
    ...(epoch !== undefined && { epoch }),
    ...(place !== undefined && { place }),
  };
  await store.putCheckpoint(scope, owing);
  session.vouched.delete(scope);
  session.unproven.delete(scope);
  session.ended.delete(scope);
  return owing;
}

/**
 * Before the refill begins the server is marked with a nonce that vouches for nothing. Were it marked only behind what is
 * pulled, one that is set back again between would be taken for one that never had a checkpoint: her own work was proven
 * long ago, and nothing else says that it is missing. Kept with the rows that are pulled afterwards.
 */
export async function markBeforeRefill(
  ports: CheckpointPorts,
  scope: Scope,
  owing: Checkpoint,
): Promise<RemoteAnswer<Checkpoint>> {
  const answer = await look(ports, scope, owing);
  if (answer.outcome === 'fault') return answer;
  if (found(owing, answer.value)) return { outcome: 'answered', value: owing };
  const mark = { since: 0, nonce: ports.newNonce(), place: nextPlace(owing) };
  const { vouched: _gone, ...bare } = owing;
  const marking: Checkpoint = { ...bare, place: mark.place };
  // First: where the answer is lost, or the tab ends, the next mark goes elsewhere.
  await ports.store.putCheckpoint(scope, marking);
  const written = await writeLocal(ports, scope, mark);
  if (written.outcome === 'fault') return written;
  const marked: Checkpoint = { ...marking, vouched: mark };
  await ports.store.putCheckpoint(scope, marked);
  return { outcome: 'answered', value: marked };
}

/**
 * What the server has of what this device wrote there. A first offer that arrived stands for nothing: that the server has
 * what was pulled was never proven.
 */
function found({ vouched, offered }: Checkpoint, local: DocumentBody | undefined): Voucher | undefined {
  if (vouched?.nonce === local?.nonce) return vouched;
  // An earlier build wrote its offers over what was vouched for: that one arrived says that the other did.
  if (vouched)
    return offered && placeOf(offered) === placeOf(vouched) && offered.nonce === local?.nonce
      ? { ...vouched, nonce: offered.nonce }
      : undefined;
  return offered && offered.nonce === local?.nonce ? { ...offered, since: 0 } : undefined;
}

/** The document that says what is vouched for; where nothing is, that of the first offer. */
async function look(ports: CheckpointPorts, scope: Scope, { vouched, offered }: Checkpoint) {
  const answer = await readLocal(ports, scope, vouched ?? offered);
  if (answer.outcome === 'answered') ports.session.vouched.set(scope, momentOf(ports.clock));
  return answer;
}

/**
 * So many documents: what is delivered a second time, or after it was given up, comes to one that has long been nothing but
 * the past, and not over what is vouched for. In a long pull they are once round after two minutes.
 */
const PLACES = 256;

type Placed = Pick<Voucher, 'place'>;
const placeOf = ({ place = 0 }: Placed) => place;

/** Kept when a server is found to be another one: what is on its way to it is as young as before. */
function lastPlace({ place, vouched, offered }: Checkpoint): number | undefined {
  const last = offered ?? vouched;
  return place ?? (last && placeOf(last));
}

function nextPlace(checkpoint: Checkpoint): number {
  const { vouched } = checkpoint;
  const next = ((lastPlace(checkpoint) ?? -1) + 1) % PLACES;
  return vouched && next === placeOf(vouched) ? (next + 1) % PLACES : next;
}

async function localId({ store }: CheckpointPorts, { place = 0 }: Placed = {}): Promise<string> {
  const replicaId = await store.replicaId();
  return place === 0 ? replicaId : `${replicaId}-${String(place)}`;
}

async function readLocal(ports: CheckpointPorts, scope: Scope, placed?: Placed) {
  const id = await localId(ports, placed);
  const answer = await ports.remote.getLocal(id);
  if (answer.outcome === 'answered') ports.session.localRevs.set(`${scope} ${id}`, answer.value?._rev);
  return answer;
}

/** Over whatever stands there. */
async function writeLocal(ports: CheckpointPorts, scope: Scope, { since, nonce, ...placed }: Voucher) {
  const { remote, session } = ports;
  const id = await localId(ports, placed);
  const put = () => {
    const rev = session.localRevs.get(`${scope} ${id}`);
    return remote.putLocal(id, { since, nonce, ...(rev !== undefined && { _rev: rev }) });
  };
  let written = await put();
  // CouchDB takes it whatever revision it names, others do not.
  if (written.outcome === 'fault' && written.status === 409) {
    const read = await readLocal(ports, scope, placed);
    written = read.outcome === 'fault' ? read : await put();
  }
  if (written.outcome === 'answered') session.localRevs.set(`${scope} ${id}`, written.value.rev);
  return written;
}

export interface Vouching {
  /** As it now stands here. */
  checkpoint: Checkpoint;
  /** The server is no longer the one we know: it was restored while we were at it. */
  rolledBack: boolean;
}

/** Writes how far this device has pulled to both sides. No fault matters: it is tried again with the next pull. */
export async function vouch(ports: CheckpointPorts, scope: Scope, checkpoint: Checkpoint): Promise<Vouching> {
  const { store } = ports;
  const settled = checkpoint.vouched ? checkpoint : await settleFirst(ports, scope, checkpoint);
  if (settled === 'unknown') return { checkpoint, rolledBack: false };
  if (settled === 'rolled-back') return rolledBack(ports, scope, checkpoint);
  const { offered: _offered, ...known } = settled;
  const offered = { since: known.since, nonce: ports.newNonce(), place: nextPlace(settled) };
  const offering: Checkpoint = { ...known, offered, place: offered.place };
  await store.putCheckpoint(scope, offering);
  const written = await writeLocal(ports, scope, offered);
  if (written.outcome === 'fault') return { checkpoint: offering, rolledBack: false };
  const proof = await prove(ports, scope, known);
  if (proof === 'lost') return rolledBack(ports, scope, known);
  if (proof === 'unknown') return { checkpoint: offering, rolledBack: false };
  const vouched: Checkpoint = { ...known, vouched: offered, place: offered.place };
  await store.putCheckpoint(scope, vouched);
  await noteProven(ports, scope, proof);
  return { checkpoint: vouched, rolledBack: false };
}

async function rolledBack(ports: CheckpointPorts, scope: Scope, checkpoint: Checkpoint): Promise<Vouching> {
  return { checkpoint: await owesRefill(ports, scope, checkpoint), rolledBack: true };
}

/** So many of the last rows pulled stand for all before them: what a server set back has lost is the last it had. */
const PROVING_ROWS = 100;

/** Told of each slice that was stored or passed over: the server must still have it once it has a checkpoint that says so. */
export function notePulled(
  { unproven, ended }: SyncSession,
  scope: Scope,
  documents: readonly Pick<PulledDocument, 'id' | 'rev' | 'deleted' | 'conflicts'>[],
): void {
  const named = documents.flatMap(({ id, rev, conflicts }) =>
    [rev, ...conflicts.map((leaf) => leaf.rev)].map((each) => ({ id, rev: each })),
  );
  unproven.set(scope, [...(unproven.get(scope) ?? []), ...named].slice(-PROVING_ROWS));
  const gone = ended.get(scope) ?? new Set();
  for (const { id, deleted } of documents) if (!deleted) gone.delete(id);
  for (const { id, deleted } of documents) if (deleted) gone.add(id);
  ended.set(scope, gone);
}

/** What the server was found to have: own confirmed work; and what it has ended. */
interface Proof {
  own: { id: string; rev: Revision }[];
  ended: string[];
}

/** The server has our checkpoint; whether it still has the one before, and what it confirmed and showed since. */
async function prove(
  ports: CheckpointPorts,
  scope: Scope,
  before: Checkpoint,
): Promise<Proof | 'lost' | 'unknown'> {
  const { store, remote, session } = ports;
  if (before.vouched) {
    const answer = await look(ports, scope, before);
    if (answer.outcome === 'fault') return 'unknown';
    if (!found(before, answer.value)) return 'lost';
  }
  const own = await store.listUnproven(scope);
  const proof: Proof = { own, ended: [...(session.ended.get(scope) ?? [])] };
  const asked = [...own, ...(session.unproven.get(scope) ?? [])];
  if (asked.length === 0) return proof;
  const answer = await remote.revsDiff(revisionsOf(asked));
  if (answer.outcome === 'fault') return 'unknown';
  return asked.some(({ id, rev }) => answer.value[id]?.missing.includes(rev)) ? 'lost' : proof;
}

/**
 * Once the checkpoint stands here as vouched for, and not before: until then a server set back again is known by nothing
 * but its not having what is still to be proven.
 */
async function noteProven(
  { store, session }: CheckpointPorts,
  scope: Scope,
  { own, ended }: Proof,
): Promise<void> {
  session.unproven.delete(scope);
  if (own.length > 0) await store.markProven(scope, own);
  await store.forgetConfirmed(scope, ended);
  session.ended.delete(scope);
}

/**
 * Where nothing was ever vouched for: the checkpoint with what came of the first offer; in a word where that cannot be known
 * now, or the server is not the one we know.
 */
async function settleFirst(
  ports: CheckpointPorts,
  scope: Scope,
  checkpoint: Checkpoint,
): Promise<Checkpoint | 'unknown' | 'rolled-back'> {
  const answer = await look(ports, scope, checkpoint);
  if (answer.outcome === 'fault') return 'unknown';
  // Never offered either: whatever stands there is of an earlier life of this replica.
  if (!checkpoint.offered) return checkpoint;
  const vouched = found(checkpoint, answer.value);
  if (vouched) return { ...checkpoint, vouched };
  // The first offer did not arrive.
  return answer.value ? 'rolled-back' : checkpoint;
}
