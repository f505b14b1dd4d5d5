// When a round runs (sync.md 7): after a save and two seconds of quiet, when the network or the screen comes back, every
// five minutes, and by hand; after a failure later and later. Invariants: one round at a time, in one tab of a tablet;
// no second try within a second of one that failed; after 401 none until somebody has signed in. It speaks to no screen: `onStatus`.
import { sleep, type Chance, type Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import { backOffMs, ELSEWHERE_MS, leastGapMs, nextRoundMs, QUIET_MS } from './sync-pace.ts';
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
  /** Runs the work with the tablet's one right to sync; undefined, and not run, where another tab has it. */
  exclusively<T>(work: () => Promise<T>): Promise<T | undefined>;
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
  /** By hand. Answers when a round that began after the call has ended. */
  syncNow(): Promise<SyncStatus>;
  /** No further round; answers when the one under way has ended. */
  stop(): Promise<void>;
}

interface Loop {
  ports: SyncLoopPorts;
  session: SyncSession;
  status: SyncStatus;
  /** Rounds in a row that brought nothing. */
  failures: number;
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
  cancelTimer(): void;
}

/** Begins with a round at once. */
export function startSyncLoop(ports: SyncLoopPorts): SyncLoop {
  const loop: Loop = {
    ports,
    session: newSyncSession(),
    status: INITIAL_STATUS,
    failures: 0,
    lastFailedMs: -Infinity,
    paused: false,
    stopped: false,
    woken: false,
    cancelTimer: () => undefined,
  };
  plan(loop, 0);
  return {
    status: () => loop.status,
    saved() {
      if (loop.running) loop.wishedMs ??= QUIET_MS;
      else if (!loop.paused && loop.failures === 0) plan(loop, QUIET_MS);
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
    syncNow: () => syncNow(loop),
    async stop() {
      loop.stopped = true;
      loop.cancelTimer();
      await loop.running;
    },
  };
}

function tell(loop: Loop, status: SyncStatus): void {
  loop.status = status;
  loop.ports.onStatus(status);
}

function plan(loop: Loop, wishedMs: number): void {
  loop.cancelTimer();
  if (loop.stopped) return;
  const { clock } = loop.ports;
  const delayMs = Math.max(wishedMs, leastGapMs(loop.lastFailedMs, clock.nowMs()));
  tell(loop, { ...loop.status, nextAtMs: clock.nowMs() + delayMs });
  loop.cancelTimer = clock.after(delayMs, () => void begin(loop));
}

async function syncNow(loop: Loop): Promise<SyncStatus> {
  await loop.running;
  const { clock } = loop.ports;
  await sleep(clock, leastGapMs(loop.lastFailedMs, clock.nowMs()));
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
  tell(loop, now);
  loop.wishedMs = undefined;
  loop.woken = false;
  let delayMs: number | undefined;
  try {
    const report = await ports.exclusively(() => round(loop));
    delayMs = report ? ended(loop, report) : ELSEWHERE_MS;
    if (!report) tell(loop, { ...loop.status, elsewhere: true });
  } catch (error) {
    delayMs = backOffMs(++loop.failures, ports.chance);
    tell(loop, afterBreak(loop.status, error));
  }
  loop.lastFailedMs = loop.status.problem ? ports.clock.nowMs() : -Infinity;
  // The line came back while this round hung on the old one: what failed is tried again at once.
  const wishedMs = loop.woken && loop.failures > 0 ? 0 : loop.wishedMs;
  const soonerMs = wishedMs === 0 || loop.failures === 0 ? wishedMs : undefined;
  if (delayMs !== undefined) plan(loop, Math.min(delayMs, soonerMs ?? delayMs));
}

async function round(loop: Loop): Promise<RoundReport> {
  const { ports, session } = loop;
  tell(loop, { ...loop.status, elsewhere: false });
  const round: RoundPorts = {
    store: await ports.beginTurn(),
    remoteOf: (scope) => ports.remoteOf(scope),
    session,
    clock: ports.clock,
    newNonce: () => ports.newNonce(),
    onProgress: (progress) => tell(loop, { ...loop.status, progress }),
  };
  return syncRound(round, await ports.scopes());
}

/** Answers when the next round is due. */
function ended(loop: Loop, report: RoundReport): number | undefined {
  const { ports } = loop;
  loop.failures = report.complete || report.sent + report.received > 0 ? 0 : loop.failures + 1;
  loop.paused = report.fault?.kind === 'sign-in' && loop.wishedMs !== 0;
  tell(loop, afterRound(loop.status, report, ports.clock.nowMs()));
  ports.onRound?.(report);
  return loop.paused ? undefined : nextRoundMs(report, loop.failures, ports.chance);
}
