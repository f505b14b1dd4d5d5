// How long a sign-in is good without the server (security.md 2). Time is counted on from what the server said it was, by
// whatever passes on this tablet's clock. Invariants: what was counted never becomes less; a clock that was turned back gives
// no time back, and costs some, since nobody knows how long the tablet lay there.

export interface Lease {
  /** The last confirmed contact, milliseconds since 1970 by the server's clock where it told it. */
  contactMs: number;
  /** Until then it is good, by the same clock. */
  endsMs: number;
  /** It is so late at least. */
  countedMs: number;
  /** What this tablet's clock said at that moment. */
  clockMs: number;
  /** Once it had ended the lists were looked at once more, from then on, as it is counted; gone with the next contact. */
  lookedSinceMs?: number;
}

/** From here on she is told. */
const LEASE_WARNING_MS = 12 * 3_600_000;
/** A clock that sets itself right by the network goes back a little. */
const SETS_ITSELF_MS = 10 * 60_000;
/** What each turning back of the clock costs. */
const TURNED_BACK_MS = 12 * 3_600_000;

/** For so long the lists may be looked at once more (security.md 2). */
const LAST_LOOK_MS = 24 * 3_600_000;

export function newLease(contactMs: number, endsMs: number, clockMs: number): Lease {
  return { contactMs, endsMs, countedMs: contactMs, clockMs };
}

export function countOn(lease: Lease, clockMs: number): Lease {
  const passed = clockMs - lease.clockMs;
  // A small step back counts as time, too: else a clock set back again and again would stand still.
  const counted = passed < -SETS_ITSELF_MS ? TURNED_BACK_MS : Math.abs(passed);
  return passed === 0 ? lease : { ...lease, countedMs: lease.countedMs + counted, clockMs };
}

export const leaseHasEnded = ({ countedMs, endsMs }: Lease): boolean => countedMs >= endsMs;

/** The end she has to be told of, by the server's clock; undefined while it is far away or over. */
export function leaseEndToTell(lease: Lease): number | undefined {
  const left = lease.endsMs - lease.countedMs;
  return left > 0 && left <= LEASE_WARNING_MS ? lease.endsMs : undefined;
}

/** Of a lease that has ended: whether the last look was never begun, goes on until then (by the same clock), or is over. */
export type LastLook =
  | { state: 'notEnded' }
  | { state: 'mayBegin' }
  | { state: 'running'; untilMs: number; leftMs: number }
  | { state: 'over' };

export function lastLookOf(lease: Lease): LastLook {
  if (!leaseHasEnded(lease)) return { state: 'notEnded' };
  if (lease.lookedSinceMs === undefined) return { state: 'mayBegin' };
  const untilMs = lease.lookedSinceMs + LAST_LOOK_MS;
  const leftMs = untilMs - lease.countedMs;
  return leftMs > 0 ? { state: 'running', untilMs, leftMs } : { state: 'over' };
}

/** Begins it where it may; a lease is looked at once more a single time. */
export const beginLastLook = (lease: Lease): Lease =>
  lastLookOf(lease).state === 'mayBegin' ? { ...lease, lookedSinceMs: lease.countedMs } : lease;
