// Days and instants. A day is a Beijing calendar day (UTC+8, no summer time since 1991); an instant is UTC.
// Invariant: nothing here reads a clock; "now" always comes from outside.

/** `2026-11-22T00:21:00.000Z`: ISO 8601 in UTC with milliseconds, as Date.prototype.toISOString writes it. */
export type IsoInstant = string;
/** `2026-11-22`: a Beijing calendar date. */
export type IsoDate = string;

const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** The Beijing calendar date of an instant. */
export function beijingDate(instant: IsoInstant): IsoDate {
  return new Date(Date.parse(instant) + BEIJING_OFFSET_MS).toISOString().slice(0, 10);
}

/** Hour and minute in Beijing, `08:21`. */
export function beijingTime(instant: IsoInstant): string {
  return new Date(Date.parse(instant) + BEIJING_OFFSET_MS).toISOString().slice(11, 16);
}

/** The instant at which a Beijing clock shows this date and time (`HH:MM`). */
export function beijingInstant(date: IsoDate, time: string): IsoInstant {
  return new Date(Date.parse(`${date}T${time}:00.000Z`) - BEIJING_OFFSET_MS).toISOString();
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative where `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Whole years on `on` of somebody born on `birth`. */
export function ageOn(birth: IsoDate, on: IsoDate): number {
  const years = Number(on.slice(0, 4)) - Number(birth.slice(0, 4));
  return on.slice(5) < birth.slice(5) ? years - 1 : years;
}

export function yearOf(date: IsoDate): number {
  return Number(date.slice(0, 4));
}
