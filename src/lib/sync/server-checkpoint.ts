// The checkpoint that stands on both sides (sync.md 5.1): `_local/<replica id>` on the server says which `since` this
// device had pulled to, with a nonce made for that writing. A server restored from a backup says an older nonce, a
// database made anew says none: then this device begins from 0 again, and deletes nothing.
// Invariant: a nonce is written here as `offered` before it is written there, and no further one is offered until it is
// known which of the two the server has; so a crash or a lost answer is never taken for a restored server.
import type { Clock } from '#lib/protocol/clock.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { Checkpoint, ReplicaStore } from '#lib/protocol/replica-store.ts';
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
  /** Pull from here. Undefined: from the beginning. */
  | { outcome: 'known'; checkpoint: Checkpoint | undefined }
  /** The server is not the one this device pulled from: from the beginning, and repair. */
  | { outcome: 'rolled-back' }
  | RemoteFault;

/** Looked at once a session and every hour (sync.md 5.1). */
const LOOK_AGAIN_MS = 3_600_000;

/** Where to pull from. One request at the start of a session and every hour, else none. */
export async function readVouched(ports: CheckpointPorts, scope: Scope): Promise<Vouched> {
  const { store, session, clock } = ports;
  const checkpoint = await store.readCheckpoint(scope);
  const seen = session.vouched.get(scope);
  const isFresh = seen !== undefined && Math.abs(clock.nowMs() - seen.atMs) < LOOK_AGAIN_MS;
  if (!checkpoint || isFresh) return { outcome: 'known', checkpoint };
  // The first pull was cut off before the server could vouch for any of it; below: or what it should have did not arrive.
  if (!checkpoint.vouched && !checkpoint.offered) return { outcome: 'known', checkpoint: undefined };
  const answer = await look(ports, scope);
  if (answer.outcome === 'fault') return answer;
  const vouched = found(checkpoint, answer.value);
  if (!vouched && !checkpoint.vouched && !answer.value) return { outcome: 'known', checkpoint: undefined };
  if (!vouched) return { outcome: 'rolled-back' };
  // Pulled further than the server vouches for (the last pull was cut off): those rows are asked for again.
  return { outcome: 'known', checkpoint: { since: vouched.since, vouched } };
}

/** What the server has of what this device wrote there. */
function found({ vouched, offered }: Checkpoint, local: DocumentBody | undefined) {
  return [vouched, offered].find((each) => each !== undefined && each.nonce === local?.nonce);
}

async function look({ store, remote, session, clock }: CheckpointPorts, scope: Scope) {
  const answer = await remote.getLocal(await store.replicaId());
  if (answer.outcome === 'answered')
    session.vouched.set(scope, { atMs: clock.nowMs(), rev: answer.value?._rev });
  return answer;
}

/** Writes how far this device has pulled to both sides. Answers the checkpoint as it now stands here; no fault matters. */
export async function vouch(
  ports: CheckpointPorts,
  scope: Scope,
  checkpoint: Checkpoint,
): Promise<Checkpoint> {
  const { store, remote, session, clock } = ports;
  const settled = await settleOffer(ports, scope, checkpoint);
  if (!settled) return checkpoint;
  const offered = { since: settled.since, nonce: ports.newNonce() };
  await store.putCheckpoint(scope, { ...settled, offered });
  const rev = session.vouched.get(scope)?.rev;
  const written = await remote.putLocal(await store.replicaId(), {
    ...offered,
    ...(rev !== undefined && { _rev: rev }),
  });
  if (written.outcome === 'fault') {
    session.vouched.set(scope, { atMs: clock.nowMs(), rev, unsure: true });
    return { ...settled, offered };
  }
  session.vouched.set(scope, { atMs: clock.nowMs(), rev: written.value.rev });
  const vouched: Checkpoint = { since: settled.since, vouched: offered };
  await store.putCheckpoint(scope, vouched);
  return vouched;
}

/** The checkpoint with no offer open; undefined where that cannot be known now, or the server is not the one we know. */
async function settleOffer(
  ports: CheckpointPorts,
  scope: Scope,
  checkpoint: Checkpoint,
): Promise<Checkpoint | undefined> {
  const seen = ports.session.vouched.get(scope);
  if (seen && !seen.unsure && !checkpoint.offered) return checkpoint;
  const answer = await look(ports, scope);
  if (answer.outcome === 'fault') return undefined;
  const { since, vouched, offered } = checkpoint;
  // Never vouched for: whatever stands there is of an earlier life of this replica.
  if (!vouched && !offered) return { since };
  const known = found(checkpoint, answer.value);
  if (known) return { since, vouched: known };
  // Nothing was vouched for before, and the first offer did not arrive.
  return vouched || answer.value ? undefined : { since };
}
