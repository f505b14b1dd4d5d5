// Working days: Monday to Friday without the public holidays, with the make-up days (domain.md 2.6). Pure.
// Invariant: of a year nobody has published, Mondays to Fridays count, and who asks is told that it is so.
import type { Calendar } from './calendar.ts';
import { addDays, beijingDate, beijingTime, yearOf, type IsoDate, type IsoInstant } from './time.ts';

export type YearOfWork = Pick<Calendar, 'year' | 'holidays' | 'makeUpDays'>;

/** Office hours end: what comes later counts as of the next working day (Beijing time). */
export const OFFICE_CLOSES = '17:30';

/** No office is shut longer: further than that nobody searches for a working day. */
const LONGEST_REST_DAYS = 60;

export interface WorkingDays {
  isWorkingDay(date: IsoDate): boolean;
  /** Whether the holidays of this date's year are known; else `isWorkingDay` knows weekends only. */
  isKnown(date: IsoDate): boolean;
  /** The `count`-th working day after `date`; with 0 `date` itself, working day or not. */
  addWorkingDays(date: IsoDate, count: number): IsoDate;
  /** Working days after `from` up to and with `to`; negative where `to` is earlier. */
  workingDaysBetween(from: IsoDate, to: IsoDate): number;
  /** The first working day that is `date` or later. */
  workingDayFrom(date: IsoDate): IsoDate;
  /** The day a thing counts as of that came at this instant: on a day off, or after closing, the next working day. */
  countsAsOf(instant: IsoInstant): IsoDate;
}

/** Of several calendars of one year the last one stands. */
export function workingDaysOf(calendars: readonly YearOfWork[]): WorkingDays {
  const years = new Map(calendars.map((calendar) => [calendar.year, calendar]));
  const isWorkingDay = (date: IsoDate): boolean => {
    const calendar = years.get(yearOf(date));
    if (calendar?.makeUpDays.includes(date)) return true;
    if (calendar?.holidays.some(({ from, to }) => from <= date && date <= to)) return false;
    return !isWeekend(date);
  };
  const next = (date: IsoDate, step: 1 | -1): IsoDate => {
    let day = date;
    for (let tried = 0; tried < LONGEST_REST_DAYS; tried++) {
      day = addDays(day, step);
      if (isWorkingDay(day)) return day;
    }
    throw new RangeError(`no working day near ${date}`);
  };
  const workingDayFrom = (date: IsoDate) => (isWorkingDay(date) ? date : next(date, 1));
  return {
    isWorkingDay,
    isKnown: (date) => years.has(yearOf(date)),
    workingDayFrom,
    addWorkingDays(date, count) {
      let day = date;
      for (let left = Math.abs(count); left > 0; left--) day = next(day, count > 0 ? 1 : -1);
      return day;
    },
    workingDaysBetween(from, to) {
      const [first, last] = from <= to ? [from, to] : [to, from];
      let days = 0;
      for (let day = addDays(first, 1); day <= last; day = addDays(day, 1)) if (isWorkingDay(day)) days++;
      return from <= to ? days : 0 - days;
    },
    countsAsOf(instant) {
      const day = beijingDate(instant);
      if (!isWorkingDay(day)) return next(day, 1);
      return beijingTime(instant) < OFFICE_CLOSES ? day : next(day, 1);
    },
  };
}

function isWeekend(date: IsoDate): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
