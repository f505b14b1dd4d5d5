// Quick answers to "when" as people say them.
import { m } from '#messages';
import { beijingDate, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';
import { dateText, dayText, momentText } from '../words/day-words.ts';

/** `明天 11月23日`; a week on, the date alone. */
export function quickDayWords({ value, days }: { value: IsoDate; days: number }, now: IsoInstant): string {
  const today = beijingDate(now);
  const date = dateText(value, today);
  if (days === 2) return `${m.form_day_after_tomorrow()} ${date}`;
  if (days === 7) return `${m.form_in_a_week()} ${date}`;
  return Math.abs(days) <= 1 ? `${dayText(value, today)} ${date}` : date;
}

export function quickTimeWords(
  { value, hours }: { value: IsoInstant; hours: number },
  now: IsoInstant,
): string {
  return hours === 0 ? m.form_now() : momentText(value, beijingDate(now));
}
