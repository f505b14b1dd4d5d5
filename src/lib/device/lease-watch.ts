// The lease of whoever is in: counted on every minute, renewed by every contact with the server, told of before it ends.
// Invariant: the counting stands on the medium before it is acted upon, so that closing the app gains nothing.
import { calendarSchema } from '#lib/domain/calendar.ts';
import { leaseEndMs } from '#lib/domain/lease-end.ts';
import { countOn, leaseEndToTell, leaseHasEnded, newLease, type Lease } from '#lib/domain/lease.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { YearOfWork } from '#lib/domain/working-days.ts';
import type { Clock } from '#lib/protocol/clock.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { SyncState } from './device-state.ts';

const LOOK_EVERY_MS = 60_000;
/** Once her work is open. */
const FIRST_LOOK_MS = 1_000;

export interface LeaseWatchOptions {
  store: Pick<DeviceStore, 'listByType'>;
  /** See `Tablet.changeLease`. */
  change(how: (lease: Lease | undefined) => Lease): Promise<Lease | undefined>;
  /** The tablet's own clock. */
  nowMs(): number;
  clock: Pick<Clock, 'steadyMs' | 'after'>;
  syncing(state: SyncState): void;
  /** Told once. */
  ended(): void;
}

export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  #renewedMs = -Infinity;
  #endToTell: number | undefined;
  #state: SyncState | undefined;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /** `isConfirmed`: the server has just taken her password. */
  begin(isConfirmed: boolean): void {
    // A full disk keeps nobody out, and whatever else is wrong with the tablet is told elsewhere.
    if (isConfirmed) void this.#renew(this.#options.nowMs()).catch(() => undefined);
    this.#lookIn(FIRST_LOOK_MS);
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel?.();
  }

  /** The server has answered her; `serverMs`: what time it says it is. */
  contact(serverMs: number): void {
    const steadyMs = this.#options.clock.steadyMs();
    if (this.#isOver || steadyMs - this.#renewedMs < LOOK_EVERY_MS) return;
    this.#renewedMs = steadyMs;
    void this.#renew(serverMs).catch(() => undefined);
  }

  /** The state with what has to be told of the lease. */
  with(state: SyncState): SyncState {
    this.#state = state;
    if (this.#endToTell === undefined) return state;
    return { ...state, leaseEndsAt: new Date(this.#endToTell).toISOString() };
  }

  #lookIn(delayMs: number): void {
    this.#cancel = this.#options.clock.after(delayMs, () => {
      void this.#look().catch(() => undefined);
      this.#lookIn(LOOK_EVERY_MS);
    });
  }

  async #renew(contactMs: number): Promise<void> {
    const { change, nowMs } = this.#options;
    const endsMs = leaseEndMs(contactMs, await this.#calendars());
    this.#judge(await change(() => newLease(contactMs, endsMs, nowMs())));
  }

  async #look(): Promise<void> {
    const { change, nowMs } = this.#options;
    const now = nowMs();
    // Of a tablet that had none yet: it begins now.
    const lease = await change((known) =>
      known ? countOn(known, now) : newLease(now, leaseEndMs(now, []), now),
    );
    this.#judge(lease);
  }

  #judge(lease: Lease | undefined): void {
    if (!lease || this.#isOver) return;
    if (leaseHasEnded(lease)) {
      this.stop();
      this.#options.ended();
      return;
    }
    const endToTell = leaseEndToTell(lease);
    if (endToTell === this.#endToTell) return;
    this.#endToTell = endToTell;
    if (this.#state) this.#options.syncing(this.with(this.#state));
  }

  async #calendars(): Promise<YearOfWork[]> {
    const { documents } = await this.#options.store.listByType(DIRECTORY, 'calendar');
    return documents.flatMap(({ body }) => {
      const calendar = calendarSchema.safeParse(body);
      return calendar.success ? [calendar.data] : [];
    });
  }
}
