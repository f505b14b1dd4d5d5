// One round: everything that waits goes up in all scopes, then everything new comes down and is merged, then photos go up (sync.md 4 and 5).
// Invariants: a scope in trouble holds up no other; what is said of the person or the line (signed out, no network, a
// portal, a server that asks for patience) ends the round; whatever ended it, nothing is lost and the report says it.
import { DIRECTORY, isPushOnly } from '#lib/domain/scopes.ts';
import type { Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { PhotoQueue } from '#lib/protocol/photo-queue.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { ReplicaStore, WaitingPlace } from '#lib/protocol/replica-store.ts';
import { mergeScope, type MergeLeaves, type MergeReport } from './merge-round.ts';
import type { PhotoReport } from './photo-push.ts';
import { photoRound, type PhotoSession } from './photo-round.ts';
import { isAside, returnOwn } from './push-only.ts';
import { pullScope, type PullReport } from './pull.ts';
import { pushScope, type PushReport } from './push.ts';
import type { SyncSession } from './sync-session.ts';

export interface RoundPorts {
  /** Of the turn this round belongs to. */
  store: ReplicaStore & { photos?: PhotoQueue };
  remoteOf(scope: Scope): Remote;
  session: SyncSession & PhotoSession;
  clock: Clock;
  newNonce(): string;
  /** Whether the roles the server last confirmed let this device hold a scope; absent: as far as is known, all. */
  mayHold?(scope: Scope): boolean;
  /** Absent: the domain's. */
  merge?: MergeLeaves | undefined;
  /** Look now at every server-side checkpoint, and for every photo that was sent: a receipt is to be written. */
  lookAgain?: boolean;
  onProgress?(progress: RoundProgress): void;
}

export type RoundProgress =
  | { activity: 'uploading' | 'photos'; done: number; total: number }
  | { activity: 'receiving'; scopesDone: number; scopesTotal: number; received: number; pending: number };

export interface ScopeReport {
  scope: Scope;
  push?: PushReport;
  pull?: PullReport;
  merge?: MergeReport;
}

export interface RoundReport {
  scopes: ScopeReport[];
  sent: number;
  refused: number;
  received: number;
  /** Documents that two devices had changed and that were put together. */
  merged: number;
  /** Documents with leaves that are not merged: events, or what this build does not know. */
  unmerged: number;
  /** Absent where the round ended before their turn. */
  photos?: PhotoReport;
  /** Scopes whose local copy went, as the role in them has ended. */
  dropped: Scope[];
  /** Everything was tried in every scope, and nothing was in the way. */
  complete: boolean;
  /**
   * What ended the round, or the first thing that was in the way in a scope. Of photos only what was said of us all: one
   * in trouble is told in `photos` (records and photos are receipted apart, sync.md 7).
   */
  fault?: RemoteFault;
  /** The round was ended: by what was said of the person, the line or the server, whatever the scope. */
  ended?: true;
}

/** Work waiting in a scope that is no longer replicated here still goes up. Throws StorageFaults. */
export async function syncRound(ports: RoundPorts, scopes: readonly Scope[]): Promise<RoundReport> {
  const dropped = await dropEnded(ports);
  const reports = new Map<Scope, ScopeReport>(scopes.map((scope) => [scope, { scope }]));
  const ended =
    (await pullFirst(ports, scopes, reports)) ??
    (await pushAll(ports, reports)) ??
    (await returnOwn(ports, ports.lookAgain ?? false)) ??
    (await pullAll(ports, scopes, reports));
  const photos = ended ? undefined : await sendPhotos(ports);
  return { ...summedUp([...reports.values()], ended, photos), dropped };
}

/** One by one, and only until somebody saves something: that goes first. */
async function sendPhotos(ports: RoundPorts): Promise<PhotoReport | undefined> {
  const { store, session, clock, remoteOf, lookAgain = false } = ports;
  if (!store.photos) return undefined;
  const before = await countWaiting(store);
  return photoRound({
    queue: store.photos,
    remoteOf,
    session,
    clock,
    lookAgain,
    isInterrupted: async () => (await countWaiting(store)) > before,
    onProgress: (done, total) => ports.onProgress?.({ activity: 'photos', done, total }),
  });
}

async function countWaiting(store: ReplicaStore): Promise<number> {
  const scopes = await store.listWaitingScopes();
  const waiting = await Promise.all(scopes.map((scope) => store.listWaiting(scope)));
  return waiting.reduce((sum, { length }) => sum + length, 0);
}

/** First of all: what she may no longer read is not kept until the line is good (sync.md 9, invariant 9). */
async function dropEnded({ store, mayHold }: RoundPorts): Promise<Scope[]> {
  if (!mayHold) return [];
  const ended = (await store.listHeldScopes()).filter((scope) => !isPushOnly(scope) && !mayHold(scope));
  for (const scope of ended) await store.dropScope(scope);
  return ended;
}

async function pushAll(
  ports: RoundPorts,
  reports: Map<Scope, ScopeReport>,
): Promise<RemoteFault | undefined> {
  const { store, session, remoteOf } = ports;
  const queues: { scope: Scope; waiting: WaitingPlace[] }[] = [];
  for (const scope of await store.listWaitingScopes())
    queues.push({ scope, waiting: await store.listWaiting(scope) });
  const hers = queues.filter(({ scope }) => !isPushOnly(scope));
  const total = hers.reduce((sum, { waiting }) => sum + waiting.length, 0);
  let before = 0;
  for (const { scope, waiting } of queues) {
    const isHers = !isPushOnly(scope);
    const onProgress = (done: number) =>
      isHers && ports.onProgress?.({ activity: 'uploading', done: before + done, total });
    onProgress(0);
    const push = await pushScope({ store, session, remote: remoteOf(scope), onProgress }, scope, waiting);
    reports.set(scope, { scope, push });
    if (isHers) before += waiting.length;
    // What has gone up from a scope that is no longer hers does not stay behind as a copy.
    if (isHers && push.sent > 0 && ports.mayHold?.(scope) === false) await store.dropScope(scope);
    if (push.fault && endsTheRound(push.fault)) return push.fault;
  }
  return undefined;
}

/** Who was erased is heard before anything goes up. In a round that sends nothing it is heard in its turn. */
async function pullFirst(
  ports: RoundPorts,
  scopes: readonly Scope[],
  reports: Map<Scope, ScopeReport>,
): Promise<RemoteFault | undefined> {
  if (!scopes.includes(DIRECTORY) || (await ports.store.listWaitingScopes()).length === 0) return undefined;
  const ended = await pullAll(ports, [DIRECTORY], reports);
  if (ended?.kind !== 'sign-in') return ended;
  // Before what is sent the server is asked whom it takes us for: that finds out, and in its turn this is asked again.
  reports.set(DIRECTORY, { scope: DIRECTORY });
  return undefined;
}

async function pullAll(
  ports: RoundPorts,
  scopes: readonly Scope[],
  reports: Map<Scope, ScopeReport>,
): Promise<RemoteFault | undefined> {
  const { store, session, clock, newNonce, remoteOf, lookAgain = false } = ports;
  let before = 0;
  // One scope a round: comparing all of a big tablet's takes long on a bad line.
  let mayCompare = true;
  for (const [scopesDone, scope] of scopes.entries()) {
    const report = reports.get(scope) ?? { scope };
    if (report.push?.fault?.kind === 'forbidden' || report.pull) continue;
    const onProgress = (received: number, pending: number) =>
      ports.onProgress?.({
        activity: 'receiving',
        scopesDone,
        scopesTotal: scopes.length,
        received: before + received,
        pending,
      });
    const pull = await pullScope(
      { store, session, clock, newNonce, remote: remoteOf(scope), onProgress, lookAgain, mayCompare },
      scope,
    );
    reports.set(scope, { ...report, pull });
    mayCompare &&= pull.repair === undefined;
    before += pull.received;
    if (pull.fault && endsTheRound(pull.fault)) return pull.fault;
    if (pull.fault || pull.serverSmaller) continue;
    const merge = await mergeScope({ store, session, remote: remoteOf(scope), merge: ports.merge }, scope);
    reports.set(scope, { ...report, pull, merge });
    if (merge.fault && endsTheRound(merge.fault)) return merge.fault;
  }
  return undefined;
}

/**
 * Said of us all, whatever the scope. A 500 or a missing database is this scope's; a role ended in this one alone; that
 * she should sign in may have been said of a few documents.
 */
function endsTheRound({ kind, status }: RemoteFault): boolean {
  if (kind === 'busy') return status !== 500;
  if (kind === 'sign-in') return status === 401;
  return kind === 'unreachable' || kind === 'not-couchdb';
}

function summedUp(
  scopes: ScopeReport[],
  ended: RemoteFault | undefined,
  photos: PhotoReport | undefined,
): Omit<RoundReport, 'dropped'> {
  const sum = (of: (report: ScopeReport) => number | undefined) =>
    scopes.reduce((total, each) => total + (of(each) ?? 0), 0);
  const faults = scopes
    .map(({ scope, push, pull, merge }) => ({ scope, fault: push?.fault ?? pull?.fault ?? merge?.fault }))
    .map(({ scope, fault }) => (isAside(scope, fault) ? undefined : fault));
  const ofPhotos = photos?.fault && endsTheRound(photos.fault) ? photos.fault : undefined;
  const fault = ended ?? [...faults, ofPhotos].find((each) => each !== undefined);
  const goesOn = scopes.some(
    ({ pull }) => pull?.serverSmaller || pull?.unfinished || pull?.repair?.rewritten,
  );
  return {
    scopes,
    sent: sum(({ push }) => push?.sent),
    refused: sum(({ push }) => push?.refused),
    received: sum(({ pull }) => pull?.received),
    merged: sum(({ merge }) => merge?.merged),
    unmerged: sum(({ merge }) => merge?.kept),
    complete: fault === undefined && !goesOn && !photos?.left && !photos?.fault,
    ...(photos && { photos }),
    ...(fault && { fault }),
    ...((ended ?? ofPhotos) && { ended: true as const }),
  };
}
