// Syncing of one open device: the loop of `sync` over this tablet's store and server, its state in the words of screens,
// and the first download. Invariant: "0 waiting" is said only of what the store counts, never of what was last seen.
import { mayHold } from '#lib/domain/scopes.ts';
import { sleep, type Clock } from '#lib/protocol/clock.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { TableName } from '#lib/storage/tables.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { startSyncLoop, type SyncLoop } from '#lib/sync/sync-loop.ts';
import type { RoundReport } from '#lib/sync/sync-round.ts';
import { INITIAL_STATUS, type SyncStatus } from '#lib/sync/sync-status.ts';
import { downloadProgress } from './download-progress.ts';
import type { DownloadProgress, SyncProblem, SyncState } from './device-state.ts';
import type { FieldSession } from './field-session.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import { HeardServer } from './heard-server.ts';
import {
  completedAt,
  rememberCompleted,
  rememberDownloaded,
  rememberRoles,
  wasDownloaded,
} from './kept-session.ts';
import { dropPastYears } from './past-years.ts';
import { isDealtWith, logRound } from './round-report.ts';
import { syncProblem } from './sync-problem.ts';
import { syncState } from './sync-state.ts';
import { UnsentCounts } from './unsent-counts.ts';
import type { Wake } from './worker-contract.ts';

export interface SyncRunnerOptions {
  store: DeviceStore;
  session: FieldSession;
  /** `https://host/db`. */
  database: string;
  fetch: GuardedFetch;
  clock: Clock;
  /** Hexadecimal digits nobody can guess. */
  newNonce(): string;
  chance(): number;
  isOnline(): boolean;
  /** Of her work under former passwords. */
  countSealed(): Promise<number>;
  /** Asks whether the server is there; the smallest request there is. */
  answers(): Promise<boolean>;
  /** Runs the work while no other tab of this person syncs; undefined where one does. */
  exclusively<T>(work: () => Promise<T>, steal: boolean): Promise<T | undefined>;
  /** See `DevicePlatform.log`. */
  log(event: string, scope: string): void;
  tell(sync: SyncState): void;
  /** The first download is whole and the roster loaded. */
  downloaded(): void;
}

/** While somebody looks, the roster is no older. */
const REFRESH_MS = 60_000;
/** While another tab has its round, this one waits for its own. */
const BESIDE_MS = 1_500;
const TRIES_BESIDE = 6;

/** Where work lies that the server has not confirmed. */
const UNSENT_TABLES = new Set<TableName>(['edits', 'rejections', 'photos']);

export class SyncRunner {
  readonly #options: SyncRunnerOptions;
  #loop: SyncLoop | undefined;
  #status: SyncStatus = INITIAL_STATUS;
  readonly #counts = new UnsentCounts();
  readonly #server: HeardServer;
  #roundEndedMs = -Infinity;
  /** Of an earlier run, until a round of this one is complete. */
  #completedAtMs: number | undefined;
  /** Rows received in the first download, kept while nothing comes. */
  #received = 0;
  #downloaded = false;
  #finishing = false;
  #looking = false;
  /** Scopes pulled to their end at least once in this run. */
  readonly #pulled = new Set<string>();
  /** As the server last said them in this run. */
  #roles: readonly string[] | undefined;
  /** A scope went from this tablet in this run. */
  #lostScope = false;
  #stopListening: () => void = () => undefined;

  constructor(options: SyncRunnerOptions) {
    this.#options = options;
    const { clock, isOnline } = options;
    this.#server = new HeardServer({
      ...{ clock, isOnline, answered: () => this.#say() },
      fetch: (url, init) => options.fetch.fetch(url, init),
    });
  }

  /** Begins; the first round runs at once. */
  async start(downloaded: boolean): Promise<void> {
    const { store, clock } = this.#options;
    this.#downloaded = downloaded;
    this.#completedAtMs = await completedAt(store);
    await this.#count();
    void this.recountSealed();
    this.#stopListening = store.onChange(({ tables, ofRound }) => {
      if (tables.some((table) => UNSENT_TABLES.has(table))) void this.#count();
      if (ofRound) this.#loop?.heardOther();
      if (tables.includes('meta')) void this.#heardNotes().catch(() => undefined);
    });
    this.#loop = startSyncLoop({
      beginTurn: () => {
        this.#options.fetch.newRound();
        return store.beginTurn();
      },
      remoteOf: (scope) => this.remoteOf(scope),
      scopes: () => this.#scopes(),
      mayHold: (scope) =>
        this.#options.session.mayKeep(scope) && (this.#roles === undefined || mayHold(this.#roles, scope)),
      clock,
      chance: () => this.#options.chance(),
      newNonce: () => this.#options.newNonce(),
      exclusively: (work, steal) => this.#options.exclusively(work, steal),
      onStatus: (status) => {
        this.#status = status;
        if (status.progress?.activity === 'receiving') this.#received = status.progress.received;
        this.#say();
      },
      // The store may have been closed meanwhile; what is wrong with it the next round says.
      onRound: (report) => void this.#afterRound(report).catch(() => undefined),
    });
    this.#loop.wake();
  }

  stop(): void {
    this.#stopListening();
    void this.#loop?.stop();
    this.#loop = undefined;
  }

  get isDownloaded(): boolean {
    return this.#downloaded;
  }

  /** What she replicates by her roles as the server says them now, where it can be asked. */
  async #scopes(): Promise<readonly string[]> {
    const { fetch, session, store, clock } = this.#options;
    const roles = await fetch.roles();
    const before = this.#roles;
    this.#roles = roles;
    if (roles && String(roles) !== String(before)) {
      await rememberRoles(store, { roles: [...roles], confirmedAt: clock.nowMs() });
      session.takeRoles(roles);
      if (before) this.#loop?.rolesChanged();
    }
    return session.scopes();
  }

  get downloadProgress(): DownloadProgress {
    const problem = this.#problem();
    return downloadProgress({
      progress: this.#status.progress,
      scopesDone: this.#pulled.size,
      scopesTotal: this.#options.session.scopes().length,
      received: this.#received,
      answered: this.#server.hasAnswered,
      ...(problem && { problem }),
    });
  }

  /** Answers once the sentence on top counts it: nobody reads of a saved record beside 全部上传. */
  readonly saved = async (): Promise<void> => {
    this.#loop?.saved();
    await this.#count();
  };

  /** Somebody looks at these scopes. */
  readonly watch = (scopes: readonly string[]) => this.#loop?.watch(scopes);

  wake(reason: Wake): void {
    if (reason === 'look') void this.#look();
    else if (reason !== 'offline') this.#loop?.wake();
    this.#say();
  }

  /** Whether the server answers now; where that changed, a round finds out the rest. */
  async #look(): Promise<void> {
    const { clock, isOnline, answers } = this.#options;
    if (this.#looking || this.#status.progress || !isOnline()) return;
    this.#looking = true;
    const reachable = await answers();
    this.#looking = false;
    const { problem } = this.#status;
    const old = problem === undefined && clock.nowMs() - this.#roundEndedMs >= REFRESH_MS;
    if (reachable !== (problem !== 'offline') || old) this.#loop?.wake();
  }

  async recountSealed(): Promise<void> {
    this.#counts.sealed = await this.#options.countSealed().catch(() => undefined);
    if (this.#loop) this.#say();
  }

  async uploadNow(): Promise<void> {
    await this.#loop?.syncNow();
  }

  /** Everything up and down, each checkpoint looked at anew. Answers what was in the way. */
  async uploadAnew(): Promise<SyncProblem | undefined> {
    for (let attempt = 0; attempt < TRIES_BESIDE; attempt++) {
      await this.#loop?.syncNow({ lookAgain: true });
      if (!this.#status.elsewhere) break;
      await sleep(this.#options.clock, BESIDE_MS);
    }
    return this.#problem();
  }

  remoteOf(scope: string): Remote {
    const { database, clock } = this.#options;
    const fetch = (url: string, init: RequestInit) => this.#server.fetch(url, init);
    return httpRemote({ url: `${database}/${scope}`, fetch, clock });
  }

  /** The server's session is new: the next round asks for its roles. */
  async renewed(roles: string[]): Promise<void> {
    await rememberRoles(this.#options.store, { roles, confirmedAt: this.#options.clock.nowMs() });
    this.#options.fetch.signedIn();
    this.#lostScope = false;
    this.#loop?.signedIn();
  }

  async #afterRound(report: RoundReport): Promise<void> {
    this.#roundEndedMs = this.#options.clock.nowMs();
    logRound(this.#options.log, report);
    if (report.dropped.length > 0) this.#lostScope = true;
    for (const { scope, pull } of report.scopes) if (isDealtWith(scope, pull)) this.#pulled.add(scope);
    if (report.complete) this.#completedAtMs = this.#roundEndedMs;
    await this.#count();
    if (report.complete) await this.#afterWhole();
    if (this.#downloaded) return;
    const { session, store } = this.#options;
    await session.loadDirectory();
    const missing = session.scopes().filter((scope) => !this.#pulled.has(scope));
    if (missing.length > 0 || this.#pulled.size === 0) {
      if (report.complete) void this.#loop?.syncNow();
      return;
    }
    await rememberDownloaded(store);
    await this.#finishDownload();
  }

  async #afterWhole(): Promise<void> {
    const { store, session } = this.#options;
    if (this.#counts.sealed === undefined) void this.recountSealed();
    await rememberCompleted(store, this.#roundEndedMs);
    // The server has answered in this round: by a clock years ahead of its own nothing goes.
    if (!this.#server.isClockFarOff) await dropPastYears(store, session.today);
  }

  /** Another tab of this person may have done the first download, or got through where this one met a problem. */
  async #heardNotes(): Promise<void> {
    const { store } = this.#options;
    if (!this.#downloaded && (await wasDownloaded(store))) await this.#finishDownload();
    const atMs = (await completedAt(store)) ?? -Infinity;
    if (atMs <= (this.#completedAtMs ?? -Infinity)) return;
    this.#completedAtMs = atMs;
    if (this.#status.problem) this.#loop?.signedIn();
    this.#say();
  }

  async #finishDownload(): Promise<void> {
    if (this.#finishing) return;
    this.#finishing = true;
    try {
      await this.#options.session.load();
    } finally {
      this.#finishing = false;
    }
    this.#downloaded = true;
    this.#options.downloaded();
  }

  async #count(): Promise<void> {
    await this.#counts.recount(this.#options.store);
    this.#say();
  }

  #problem(): SyncProblem | undefined {
    return syncProblem(this.#status.problem ?? (this.#lostScope ? 'role-ended' : undefined), {
      hadNetwork: this.#server.hadNetwork && this.#options.isOnline(),
      clockFarOff: this.#server.isClockFarOff,
    });
  }

  #say(): void {
    const seen = {
      status: this.#status,
      counts: this.#counts,
      isOnline: this.#options.isOnline(),
      problem: this.#problem(),
      completedAtMs: this.#completedAtMs,
    };
    this.#options.tell(syncState(seen));
  }
}
