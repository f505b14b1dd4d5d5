// Scopes that are written from here and never read back (an audit): no checkpoint, no changes feed. Whether a server still has what
// it confirmed, only `_revs_diff` says; what it came back without goes up again (sync.md 8). Invariant: that such a scope
// cannot be written, or is not there, is nothing a person's roles or work are told by, and ends no round.
import { isPrivate, isPushOnly } from '#lib/domain/scopes.ts';
import { momentOf, passedMs, type Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { HeldRevision, ReplicaStore } from '#lib/protocol/replica-store.ts';
import { returnLost, revisionsOf } from './return-lost.ts';
import type { SyncSession } from './sync-session.ts';

export interface PushOnlyPorts {
  store: ReplicaStore;
  remoteOf(scope: Scope): Remote;
  session: SyncSession;
  clock: Clock;
}

/** As often as a checkpoint is looked at. */
const LOOK_AGAIN_MS = 3_600_000;
const ASKED_AT_ONCE = 500;

/** Closed to us, or not there: said of this scope alone. */
export const isShut = (scope: Scope, fault: RemoteFault | undefined): boolean =>
  isPushOnly(scope) && (fault?.kind === 'forbidden' || fault?.kind === 'missing');

/** In the way of this scope, and of nothing else: nobody has anything to do about it on the tablet. */
export const isAside = (scope: Scope, fault: RemoteFault | undefined): boolean =>
  isShut(scope, fault) || (isPrivate(scope) && fault?.kind === 'missing');

/** Asks once a session, hourly, and where `lookAgain`. What is in the way waits for the next time. */
export async function returnOwn(ports: PushOnlyPorts, lookAgain: boolean): Promise<RemoteFault | undefined> {
  const { store, session, clock } = ports;
  for (const scope of (await store.listHeldScopes()).filter(isPushOnly)) {
    const seen = session.vouched.get(scope);
    if (seen && passedMs(clock, seen) < LOOK_AGAIN_MS && !lookAgain) continue;
    const fault = await returnOwnOf(ports, scope);
    if (fault && !isShut(scope, fault)) return fault;
    if (!fault) session.vouched.set(scope, momentOf(clock));
  }
  return undefined;
}

async function returnOwnOf(ports: PushOnlyPorts, scope: Scope): Promise<RemoteFault | undefined> {
  const { store, remoteOf, session } = ports;
  const remote = remoteOf(scope);
  const held = await listOwn(store, scope);
  for (let from = 0; from < held.length; from += ASKED_AT_ONCE) {
    const batch = held.slice(from, from + ASKED_AT_ONCE);
    const answer = await remote.revsDiff(revisionsOf(batch));
    if (answer.outcome === 'fault') return answer;
    const lost = batch
      .filter(({ id, rev }) => answer.value[id]?.missing.includes(rev))
      .map(({ id, rev }) => ({ id, rev, ancestors: [] }));
    const { fault } = await returnLost({ store, remote, scope, maxBytes: session.pushBytes }, lost);
    if (fault) return fault;
  }
  return undefined;
}

async function listOwn(store: ReplicaStore, scope: Scope): Promise<HeldRevision[]> {
  const held: HeldRevision[] = [];
  let from: string | undefined;
  do {
    const page = await store.listHeld(scope, from);
    held.push(...page.held.filter(({ as }) => as === 'own'));
    from = page.next;
  } while (from !== undefined);
  return held;
}
