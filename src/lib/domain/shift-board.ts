// 交班板: of one day, who has handed in and who has not. Pure, from staff cards and `shift` documents alone.
// Invariant: whoever has not handed in stands before whoever has; silence is never shown as being done.
import { receiptNumber, recordCount, type Shift } from './shift.ts';
import { communityOfGrid } from './scopes.ts';
import type { Staff } from './staff.ts';
import type { IsoDate, IsoInstant } from './time.ts';

/** A shift as it is held, with its revision. */
export interface HeldShift {
  shift: Shift;
  rev: string;
}

export interface BoardRow {
  user: string;
  name: string;
  /** Names of her grids. */
  grids: string[];
  community: string;
  /** Of this day, newest first; empty: not handed in. */
  receipts: { shift: string; number: string; at: IsoInstant; records: number }[];
  records: Record<string, number>;
  documents: number;
  /** Photos not confirmed when she last handed in. */
  photosMissing: number;
  setAside: number;
  /** The last day before this one on which she handed in. */
  lastOn?: IsoDate;
}

export interface BoardView {
  on: IsoDate;
  missing: BoardRow[];
  handedIn: BoardRow[];
  /** Of all who handed in. */
  records: Record<string, number>;
  /** The receipt asked for, of whatever day; undefined where none is here. */
  scanned?: { shift: string; number: string; name: string; on: IsoDate };
}

export interface BoardSource {
  staff: readonly Staff[];
  /** By 15-digit code. */
  gridNames: ReadonlyMap<string, string>;
  /** 12-digit codes whose shifts are read here. */
  communities: readonly string[];
  shifts: readonly HeldShift[];
}

/** `scanned`: the id of a receipt's shift. A clerk is expected of nobody, and told of when she has handed in. */
export function boardView(source: BoardSource, on: IsoDate, scanned?: string): BoardView {
  const communities = new Set(source.communities);
  const rows = source.staff
    .filter(({ role, grids }) => (role === 'worker' && grids.length > 0) || role === 'clerk')
    .map((staff) => ({ role: staff.role, ...rowOf(source, staff, on) }))
    .filter(({ role, receipts }) => role === 'worker' || receipts.length > 0)
    .map(({ role: _role, ...row }): BoardRow => row)
    .filter(({ community }) => communities.has(community));
  const byGrid = (a: BoardRow, b: BoardRow) =>
    a.grids.join().localeCompare(b.grids.join(), 'zh-CN') || a.user.localeCompare(b.user);
  const handedIn = rows.filter(({ receipts }) => receipts.length > 0);
  const asked = scannedOf(source, scanned);
  return {
    on,
    missing: rows
      .filter(({ receipts }) => receipts.length === 0)
      // Who has been silent longest is asked first.
      .sort((a, b) => (a.lastOn ?? '').localeCompare(b.lastOn ?? '') || byGrid(a, b)),
    handedIn: handedIn.sort((a, b) => newest(b).localeCompare(newest(a)) || byGrid(a, b)),
    records: summed(handedIn.map(({ records }) => records)),
    ...(asked ? { scanned: asked } : {}),
  };
}

function scannedOf({ shifts, staff }: BoardSource, scanned: string | undefined): BoardView['scanned'] {
  const found = shifts.find(({ shift }) => shift._id === scanned);
  if (!found) return undefined;
  const { _id: shift, person, on } = found.shift;
  const name = staff.find(({ user }) => user === person)?.name ?? person;
  return { shift, number: receiptNumber(found.rev), name, on };
}

const newest = ({ receipts }: BoardRow): IsoInstant => receipts[0]?.at ?? '';

function rowOf({ shifts, gridNames }: BoardSource, staff: Staff, on: IsoDate): BoardRow {
  const hers = shifts
    .filter(({ shift }) => shift.person === staff.user)
    .sort((a, b) => b.shift.handedInAt.localeCompare(a.shift.handedInAt));
  const today = hers.filter(({ shift }) => shift.on === on);
  const before = hers.find(({ shift }) => shift.on < on);
  const photos = today[0]?.shift.photos;
  return {
    user: staff.user,
    name: staff.name,
    grids: staff.grids.map((code) => gridNames.get(code) ?? code),
    community: staff.community ?? communityOfGrid(staff.grids[0] ?? ''),
    receipts: today.map(({ shift, rev }) => ({
      shift: shift._id,
      number: receiptNumber(rev),
      at: shift.handedInAt,
      records: recordCount(shift),
    })),
    records: summed(today.map(({ shift }) => shift.records)),
    documents: today.reduce((sum, { shift }) => sum + shift.documents, 0),
    photosMissing: photos ? Math.max(0, photos.total - photos.confirmed) : 0,
    setAside: today.reduce((sum, { shift }) => sum + shift.setAside, 0),
    ...(before ? { lastOn: before.shift.on } : {}),
  };
}

function summed(records: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const each of records)
    for (const [kind, count] of Object.entries(each)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
