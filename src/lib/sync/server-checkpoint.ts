// The checkpoint that stands on both sides (sync.md 5.1): `_local/<replica id>` on the server says which `since` this
// device had pulled to, with a nonce made for that writing. A server restored from a backup says an older nonce, a
// database made anew says none: then it is refilled, all is asked for again, and nothing is deleted here.
// Invariants: a nonce is written here as `offered` before it is written there, and no further one is offered until it is
// known which of the two the server has; so a crash or a lost answer is never taken for a restored server. Own work, and
// what was pulled, counts as safe behind a checkpoint only if the server still had it after it had that checkpoint: the
// server that took it may be another one than what was pulled came from.
import { momentOf, passedMs, type Clock } from '#lib/protocol/clock.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer, RemoteFault } from '#lib/protocol/remote.ts';
import type { Checkpoint, PulledDocument, ReplicaStore } from '#lib/protocol/replica-store.ts';
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
  const isFresh = seen && passedMs(clock, seen.at) < LOOK_AGAIN_MS && !isPulledBeyond(checkpoint);
  if (checkpoint.refill || (isFresh && !lookAgain)) return { outcome: 'known', checkpoint };
  const fromTheBeginning = { outcome: 'known' as const, checkpoint: { ...checkpoint, since: 0 } };
  // The first pull was cut off before the server could vouch for any of it; below: or what it should have did not arrive.
  if (!checkpoint.vouched && !checkpoint.offered) return fromTheBeginning;
  const answer = await look(ports, scope);
  if (answer.outcome === 'fault') return answer;
  const vouched = found(checkpoint, answer.value);
  if (!vouched && !checkpoint.vouched && !answer.value) return fromTheBeginning;
  if (!vouched) return { outcome: 'rolled-back', checkpoint: await owesRefill(ports, scope, checkpoint) };
  // Pulled further than the server vouches for (the last pull was cut off): those rows are asked for again.
  const { offered: _offered, ...rest } = checkpoint;
  const overlaps = String(vouched.since) !== String(checkpoint.since);
  return { outcome: 'known', checkpoint: { ...rest, since: vouched.since, vouched }, overlaps };
}

/** More was pulled than what the server last vouched for. */
export const isPulledBeyond = ({ since, vouched }: Checkpoint): boolean =>
  vouched !== undefined && String(vouched.since) !== String(since);

/** Before anything else: a pull that goes on from where the other server was, or over what it lost, must not be. */
export async function owesRefill(
  { store, session }: Pick<CheckpointPorts, 'store' | 'session'>,
  scope: Scope,
  { epoch }: Checkpoint,
): Promise<Checkpoint> {
  const owing: Checkpoint = { since: 0, refill: true, ...(epoch !== undefined && { epoch }) };
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
  const { store, remote, session, clock } = ports;
  const answer = await look(ports, scope);
  if (answer.outcome === 'fault') return answer;
  if (found(owing, answer.value)) return { outcome: 'answered', value: owing };
  const mark = { since: 0, nonce: ports.newNonce() };
  const rev = answer.value?._rev;
  const written = await remote.putLocal(await store.replicaId(), {
    ...mark,
    ...(rev !== undefined && { _rev: rev }),
  });
  if (written.outcome === 'fault') return written;
  session.vouched.set(scope, { at: momentOf(clock), rev: written.value.rev });
  const marked: Checkpoint = { ...owing, vouched: mark };
  await store.putCheckpoint(scope, marked);
  return { outcome: 'answered', value: marked };
}

/**
 * What the server has of what this device wrote there. An offer that arrived stands for no more than what was vouched for
 * before: that the server has what was pulled since was never proven.
 */
function found({ vouched, offered }: Checkpoint, local: DocumentBody | undefined): Checkpoint['vouched'] {
  if (vouched && vouched.nonce === local?.nonce) return vouched;
  return offered && offered.nonce === local?.nonce
    ? { since: vouched?.since ?? 0, nonce: offered.nonce }
    : undefined;
}

async function look({ store, remote, session, clock }: CheckpointPorts, scope: Scope) {
  const answer = await remote.getLocal(await store.replicaId());
  if (answer.outcome === 'answered')
    session.vouched.set(scope, { at: momentOf(clock), rev: answer.value?._rev });
  return answer;
}

export interface Vouching {
  /** As it now stands here. */
  checkpoint: Checkpoint;
  /** The server is no longer the one we know: it was restored while we were at it. */
  rolledBack: boolean;
}

/** Writes how far this device has pulled to both sides. No fault matters: it is tried again with the next pull. */
export async function vouch(ports: CheckpointPorts, scope: Scope, checkpoint: Checkpoint): Promise<Vouching> {
  const { store, remote, session, clock } = ports;
  const settled = await settleOffer(ports, scope, checkpoint);
  if (settled === 'unknown') return { checkpoint, rolledBack: false };
  if (settled === 'rolled-back') return rolledBack(ports, scope, checkpoint);
  const offered = { since: settled.since, nonce: ports.newNonce() };
  await store.putCheckpoint(scope, { ...settled, offered });
  const rev = session.vouched.get(scope)?.rev;
  const written = await remote.putLocal(await store.replicaId(), {
    ...offered,
    ...(rev !== undefined && { _rev: rev }),
  });
  if (written.outcome === 'fault') {
    session.vouched.set(scope, { at: momentOf(clock), rev });
    return { checkpoint: { ...settled, offered }, rolledBack: false };
  }
  session.vouched.set(scope, { at: momentOf(clock), rev: written.value.rev });
  const proof = await prove(ports, scope);
  if (proof === 'lost') return rolledBack(ports, scope, settled);
  if (proof === 'unknown') return { checkpoint: { ...settled, offered }, rolledBack: false };
  const vouched: Checkpoint = { ...settled, vouched: offered };
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

/** The server has our checkpoint; whether it still has what it confirmed and showed before. */
async function prove(
  { store, remote, session }: CheckpointPorts,
  scope: Scope,
): Promise<Proof | 'lost' | 'unknown'> {
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

/** The checkpoint with no offer open; in a word where that cannot be known now, or the server is not the one we know. */
async function settleOffer(
  ports: CheckpointPorts,
  scope: Scope,
  checkpoint: Checkpoint,
): Promise<Checkpoint | 'unknown' | 'rolled-back'> {
  const { vouched, offered, ...bare } = checkpoint;
  // Looked at before every writing: CouchDB writes a local document over whatever stands there, and a server set back
  // since the last look would take this nonce for its own.
  const answer = await look(ports, scope);
  if (answer.outcome === 'fault') return 'unknown';
  // Never vouched for: whatever stands there is of an earlier life of this replica.
  if (!vouched && !offered) return bare;
  const known = found(checkpoint, answer.value);
  if (known) return { ...bare, vouched: known };
  // Nothing was vouched for before, and the first offer did not arrive.
  return vouched || answer.value ? 'rolled-back' : bare;
}
