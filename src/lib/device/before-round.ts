// 出发前检查: whether a tablet is fit for a round without a network. Pure. Invariant: what cannot be known is left out,
// never taken to be well.
import type { RoundFacts } from './round-facts.ts';

/** What the tablet and the page know beside the store's facts. */
export interface RoundTablet {
  nowMs: number;
  /** The last round in which everything went through. */
  completedAt?: string | undefined;
  refused: number;
  /** Every file of this version is kept here. */
  keptOffline: boolean;
  /** Room left for this app, bytes. */
  roomBytes?: number | undefined;
  battery?: { level: number; charging: boolean } | undefined;
}

export type RoundFinding =
  | { item: 'roster'; ok: true; at: string }
  | { item: 'roster'; ok: false; at?: string }
  | { item: 'missing'; ok: true; households: number }
  | { item: 'missing'; ok: false; grid?: string; unreadable: number }
  | { item: 'forms'; ok: boolean }
  | { item: 'refused'; ok: false; count: number }
  | { item: 'space'; ok: boolean; megabytes: number }
  | { item: 'battery'; ok: boolean; percent: number }
  | { item: 'shift'; ok: true; lastAt?: string }
  | { item: 'shift'; ok: false; openSince: string };

const DAY_MS = 86_400_000;
/** A day's photos and records, twice. */
const ROOM_BYTES = 200_000_000;
/** Half a day of a tablet that is looked at. */
const BATTERY = 0.3;

/** In the order they matter; those that are not well say what to do. */
export function roundFindings(facts: RoundFacts, tablet: RoundTablet): RoundFinding[] {
  const { refused, roomBytes, battery } = tablet;
  return [
    rosterFinding(tablet),
    missingFinding(facts),
    { item: 'forms', ok: tablet.keptOffline },
    ...(refused > 0 ? [{ item: 'refused' as const, ok: false as const, count: refused }] : []),
    ...(facts.shift ? [shiftFinding(facts.shift)] : []),
    ...(roomBytes === undefined
      ? []
      : [
          {
            item: 'space' as const,
            ok: roomBytes >= ROOM_BYTES,
            megabytes: Math.floor(Math.max(0, roomBytes) / 1_000_000),
          },
        ]),
    ...(battery ? [batteryFinding(battery)] : []),
  ];
}

function rosterFinding({ completedAt: at, nowMs }: RoundTablet): RoundFinding {
  if (at === undefined) return { item: 'roster', ok: false };
  const ok = Math.abs(nowMs - Date.parse(at)) <= DAY_MS;
  return ok ? { item: 'roster', ok, at } : { item: 'roster', ok, at };
}

function missingFinding({ gridsMissing, unreadable, households }: RoundFacts): RoundFinding {
  const [grid] = gridsMissing;
  if (grid === undefined && unreadable === 0) return { item: 'missing', ok: true, households };
  return { item: 'missing', ok: false, unreadable, ...(grid === undefined ? {} : { grid }) };
}

function shiftFinding({ openSince, lastAt }: NonNullable<RoundFacts['shift']>): RoundFinding {
  if (openSince !== undefined) return { item: 'shift', ok: false, openSince };
  return { item: 'shift', ok: true, ...(lastAt === undefined ? {} : { lastAt }) };
}

function batteryFinding({ level, charging }: NonNullable<RoundTablet['battery']>): RoundFinding {
  return { item: 'battery', ok: charging || level >= BATTERY, percent: Math.round(level * 100) };
}
