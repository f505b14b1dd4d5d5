// Days and instants as people say them, by the Beijing calendar and in the language chosen.
import { m } from '#messages';
import { getLocale } from '#messages/runtime';
import type { Promised } from '#lib/domain/field-views.ts';
import { beijingDate, beijingTime, daysBetween, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A list of today asks for one a row, and to make one takes as long as to lay out the row. */
function dateFormat(locale: string, withYear: boolean): Intl.DateTimeFormat {
  const name = `${locale} ${withYear}`;
  const known = formats.get(name);
  if (known) return known;
  const month = locale === 'en' ? 'short' : 'long';
  const made = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    month,
    day: 'numeric',
    ...(withYear ? { year: 'numeric' } : {}),
  });
  formats.set(name, made);
  return made;
}

/** `11月22日`, with the year where it is not this one. */
export function dateText(date: IsoDate, today: IsoDate): string {
  const sameYear = date.slice(0, 4) === today.slice(0, 4);
  return dateFormat(getLocale(), !sameYear).format(new Date(`${date}T00:00:00Z`));
}

/** Yesterday, today and tomorrow by name, other days by date. */
export function dayText(date: IsoDate, today: IsoDate): string {
  switch (daysBetween(today, date)) {
    case -1:
      return m.day_yesterday();
    case 0:
      return m.day_today();
    case 1:
      return m.day_tomorrow();
    default:
      return dateText(date, today);
  }
}

/** `17:12` today, else with its day before it. */
export function momentText(instant: IsoInstant, today: IsoDate): string {
  const day = beijingDate(instant);
  const time = beijingTime(instant);
  return day === today ? time : `${dayText(day, today)} ${time}`;
}

/** What was promised, with its day always: `今天 18:30`, or the day alone where no hour was told. */
export function promisedText(promised: Promised, today: IsoDate): string {
  if ('dueDay' in promised) return dayText(promised.dueDay, today);
  return `${dayText(beijingDate(promised.dueAt), today)} ${beijingTime(promised.dueAt)}`;
}

/** How long ago: 刚刚, 12 分钟前, 3 小时前, 2 天前. */
export function agoText(instant: IsoInstant, now: IsoInstant): string {
  const passedMs = Date.parse(now) - Date.parse(instant);
  if (passedMs < MINUTE_MS) return m.time_now();
  if (passedMs < HOUR_MS) return m.time_minutes({ count: Math.floor(passedMs / MINUTE_MS) });
  if (passedMs < DAY_MS) return m.time_hours({ count: Math.floor(passedMs / HOUR_MS) });
  return m.time_days({ count: Math.floor(passedMs / DAY_MS) });
}
