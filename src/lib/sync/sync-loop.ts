// When a round runs (sync.md 7): after a save and two seconds of quiet, when the network or the screen comes back, on news
// of a scope somebody looks at, every five minutes, and by hand; after a failure later and later. Invariants: one round at
// a time, in one tab of a tablet; no second try within a second of one that failed; after 401 none until somebody has
// signed in; unasked none before the time the server named. It speaks to no screen: `onStatus`.
import { sleep, type Chance, type Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import { startLongPoll, type LongPoll } from './long-poll.ts';
import type { MergeLeaves } from './merge-round.ts';
import {
  backOffMs,
  ELSEWHERE_MS,
  leastGapMs,
  leftOfMs,
  NEWS_MS,
  nextRoundMs,
  QUIET_MS,
  retryAfterMs,
  STEAL_MS,
} from './sync-pace.ts';
import { syncRound, type RoundPorts, type RoundReport } from './sync-round.ts';
import { newSyncSession, type SyncSession } from './sync-session.ts';
import { afterBreak, afterRound, INITIAL_STATUS, type SyncStatus } from './sync-status.ts';

export interface SyncLoopPorts {
  /** Begins a turn of the person's store. */
  beginTurn(): Promise<ReplicaStore>;
  remoteOf(scope: Scope): Remote;
  /** What is replicated here, in the order it is wanted; asked before each round. */
  scopes(): Promise<readonly Scope[]>;
  clock: Clock;
  chance: Chance;
  /** A nonce that was never made before. */
  newNonce(): string;
  /** Whether the roles the server last confirmed let this device hold a scope; asked after `scopes`. */
  mayHold?(scope: Scope): boolean;
  /** How leaves are put together; absent: the domain's. */
  merge?: MergeLeaves;
  /**
   * Runs the work with the tablet's one right to sync; undefined, and not run, where another tab has it. `steal`: take it
   * from that tab; its writes are refused from the next turn on.
   */
  exclusively<T>(work: () => Promise<T>, steal: boolean): Promise<T | undefined>;
  onStatus(status: SyncStatus): void;
  /** After every round that came to an end, well or not. */
  onRound?(report: RoundReport): void;
}

export interface SyncLoop {
  status(): SyncStatus;
  /** Something was saved: soon, when she pauses. */
  saved(): void;
  /** The network came back, or the screen: now. */
  wake(): void;
  /** Somebody has signed in: go on. */
  signedIn(): void;
  /** The server's word on her roles has changed: what is held is compared with what it shows her now. */
  rolesChanged(): void;
  /** Somebody looks at these scopes: news of them comes at once. None: nobody does. */
  watch(scopes: readonly Scope[]): void;
  /** Another tab shows that it is syncing. */
  heardOther(): void;
  /**
   * By hand. Answers when a round that began after the call has ended. `lookAgain`: that round looks at the server's side
   * of every checkpoint; a receipt is to be written.
   */
  syncNow(how?: { lookAgain?: boolean }): Promise<SyncStatus>;
  /** No further round; answers when the one under way has ended. */
  stop(): Promise<void>;
}

interface Loop {
  ports: SyncLoopPorts;
  session: SyncSession;
  status: SyncStatus;
  /** Rounds in a row that brought nothing. */
  failures: number;
  /** What stood in the way of the last is no one scope's: a save is no reason to try sooner. */
  heldUp: boolean;
  /** When the last round ended that was not complete. */
  lastFailedMs: number;
  running?: Promise<void> | undefined;
  /** How soon another round was wished for while one ran. */
  wishedMs?: number | undefined;
  /** Nobody is signed in: only by hand, or after `signedIn`. */
  paused: boolean;
  /** Network or screen came back while a round was running. */
  woken: boolean;
  stopped: boolean;
  /** The server asked to be left alone for so long. */
  keepAway: { askedAtMs: number; forMs: number };
  /** Since when another tab has had the right to sync without a sign of life. */
  elsewhereSinceMs?: number | undefined;
  lookAgain: boolean;
  watched: readonly Scope[];
  /** Of which there is news; a round for these alone is due. */
  news: Set<Scope>;
  polls: LongPoll[];
  cancelTimer(): void;
}

/** Begins with a round at once. */
export function startSyncLoop(ports: SyncLoopPorts): SyncLoop {
  const loop: Loop = {
    ports,
    session: newSyncSession(),
    status: INITIAL_STATUS,
    failures: 0,
    heldUp: false,
    lastFailedMs: -Infinity,
    paused: false,
    stopped: false,
    woken: false,
    keepAway: { askedAtMs: 0, forMs: 0 },
    lookAgain: false,
    watched: [],
    news: new Set(),
    polls: [],
    cancelTimer: () => undefined,
  };
  plan(loop, 0);
  return {
    status: () => loop.status,
    saved() {
      if (loop.running) loop.wishedMs ??= QUIET_MS;
      else if (!loop.paused && !isKeptWaiting(loop)) plan(loop, QUIET_MS);
    },
    wake() {
      if (loop.running) loop.woken = true;
      else if (!loop.paused) plan(loop, 0);
    },
    signedIn() {
      loop.paused = false;
      if (loop.running) loop.wishedMs = 0;
      else plan(loop, 0);
    },
    rolesChanged: () => void compareAll(loop),
    watch(scopes) {
      loop.watched = scopes;
      if (!loop.running) pollWatched(loop);
    },
    heardOther() {
      if (loop.elsewhereSinceMs !== undefined) loop.elsewhereSinceMs = ports.clock.nowMs();
    },
    syncNow: (how) => syncNow(loop, how?.lookAgain ?? false),
    async stop() {
      loop.stopped = true;
      loop.cancelTimer();
      stopPolls(loop);
      await loop.running;
    },
  };
}

async function compareAll({ ports, session }: Loop): Promise<void> {
  for (const scope of await ports.scopes()) session.compare.add(scope);
}

function tell(loop: Loop, status: SyncStatus): void {
  loop.status = status;
  loop.ports.onStatus(status);
}

function plan(loop: Loop, wishedMs: number): void {
  loop.cancelTimer();
  if (loop.stopped) return;
  const { clock } = loop.ports;
  const nowMs = clock.nowMs();
  const { askedAtMs, forMs } = loop.keepAway;
  const delayMs = Math.max(
    wishedMs,
    leastGapMs(loop.lastFailedMs, nowMs),
    leftOfMs(forMs, { sinceMs: askedAtMs, nowMs }),
  );
  tell(loop, { ...loop.status, nextAtMs: nowMs + delayMs });
  loop.cancelTimer = clock.after(delayMs, () => void begin(loop));
}

async function syncNow(loop: Loop, lookAgain: boolean): Promise<SyncStatus> {
  await loop.running;
  const { clock } = loop.ports;
  await sleep(clock, leastGapMs(loop.lastFailedMs, clock.nowMs()));
  await loop.running;
  loop.lookAgain ||= lookAgain;
  loop.news.clear();
  await begin(loop);
  return loop.status;
}

function begin(loop: Loop): Promise<void> {
  loop.cancelTimer();
  if (loop.stopped) return Promise.resolve();
  loop.running ??= run(loop).finally(() => (loop.running = undefined));
  return loop.running;
}

async function run(loop: Loop): Promise<void> {
  const { ports } = loop;
  const { nextAtMs: _nextAtMs, ...now } = loop.status;
  stopPolls(loop);
  tell(loop, now);
  loop.wishedMs = undefined;
  loop.woken = false;
  let delayMs: number | undefined;
  try {
    const report = await ports.exclusively(() => round(loop), isOverdue(loop));
    delayMs = report ? ended(loop, report) : elsewhere(loop);
  } catch (error) {
    tell(loop, afterBreak(loop.status, error));
    loop.heldUp = loop.status.problem !== undefined;
    delayMs = loop.status.problem ? backOffMs(++loop.failures, ports.chance) : elsewhere(loop);
  }
  loop.lastFailedMs = loop.status.problem || loop.failures > 0 ? ports.clock.nowMs() : -Infinity;
  // The line came back while this round hung on the old one: what failed is tried again at once.
  const wishedMs = loop.woken && loop.failures > 0 ? 0 : loop.wishedMs;
  const soonerMs = wishedMs === 0 || !isKeptWaiting(loop) ? wishedMs : undefined;
  if (delayMs !== undefined) plan(loop, Math.min(delayMs, soonerMs ?? delayMs));
  pollWatched(loop);
}

async function round(loop: Loop): Promise<RoundReport> {
  const { ports, session, lookAgain } = loop;
  loop.elsewhereSinceMs = undefined;
  loop.lookAgain = false;
  tell(loop, { ...loop.status, elsewhere: false });
  const store = await ports.beginTurn();
  const scopes = await ports.scopes();
  const news = scopes.filter((scope) => loop.news.has(scope));
  loop.news.clear();
  const round: RoundPorts = {
    store,
    remoteOf: (scope) => ports.remoteOf(scope),
    session,
    clock: ports.clock,
    newNonce: () => ports.newNonce(),
    merge: ports.merge,
    ...(ports.mayHold && { mayHold: (scope: Scope) => ports.mayHold!(scope) }),
    lookAgain,
    onProgress: (progress) => tell(loop, { ...loop.status, progress }),
  };
  return syncRound(round, news.length > 0 && !lookAgain ? news : scopes);
}

/** What is saved now would meet what the last round met. A scope or a photo in trouble holds up no other. */
const isKeptWaiting = ({ failures, heldUp }: Loop) => failures > 0 && heldUp;

/** Answers when the next round is due. */
function ended(loop: Loop, report: RoundReport): number | undefined {
  const { ports } = loop;
  const nowMs = ports.clock.nowMs();
  loop.failures = report.complete || report.sent + report.received > 0 ? 0 : loop.failures + 1;
  loop.heldUp = report.ended === true;
  loop.paused = report.fault?.kind === 'sign-in' && loop.wishedMs !== 0;
  loop.keepAway = { askedAtMs: nowMs, forMs: retryAfterMs(report) };
  tell(loop, afterRound(loop.status, report, nowMs));
  ports.onRound?.(report);
  return loop.paused ? undefined : nextRoundMs(report, loop.failures, ports.chance);
}

/** Another tab has the right to sync: looked at again soon. */
function elsewhere(loop: Loop): number {
  loop.elsewhereSinceMs ??= loop.ports.clock.nowMs();
  tell(loop, { ...loop.status, elsewhere: true });
  return ELSEWHERE_MS;
}

function isOverdue({ elsewhereSinceMs, ports }: Loop): boolean {
  return elsewhereSinceMs !== undefined && Math.abs(ports.clock.nowMs() - elsewhereSinceMs) >= STEAL_MS;
}

function stopPolls(loop: Loop): void {
  for (const poll of loop.polls) poll.stop();
  loop.polls = [];
}

/** Between rounds, in the tab that syncs, while nothing is in the way. */
function pollWatched(loop: Loop): void {
  stopPolls(loop);
  const { ports, status } = loop;
  if (loop.stopped || loop.paused || loop.failures > 0 || status.elsewhere) return;
  for (const scope of loop.watched) {
    const since = loop.session.pulledTo.get(scope);
    if (since === undefined) continue;
    const onNews = () => {
      loop.news.add(scope);
      plan(loop, NEWS_MS);
    };
    const poll = { remote: ports.remoteOf(scope), clock: ports.clock, chance: ports.chance, onNews };
    loop.polls.push(startLongPoll(poll, since));
  }
}
