// Quick answers to "when" as people say them: a word, and below it what it means exactly.
import { m } from '#messages';
import { beijingDate, beijingTime, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';
import { dateText, dayText } from '../words/day-words.ts';

export interface QuickWords {
  word: string;
  detail?: string;
}

/** 明天 / 11月23日; days without a name are dates alone. */
export function quickDayWords(
  { value, days }: { value: IsoDate; days: number },
  now: IsoInstant,
): QuickWords {
  const today = beijingDate(now);
  const date = dateText(value, today);
  if (days === 2) return { word: m.form_day_after_tomorrow(), detail: date };
  if (days === 7) return { word: m.form_in_a_week(), detail: date };
  return Math.abs(days) <= 1 ? { word: dayText(value, today), detail: date } : { word: date };
}

/** 11:30 today, 09:30 / 明天 on another day. */
export function quickTimeWords(
  { value, hours }: { value: IsoInstant; hours: number },
  now: IsoInstant,
): QuickWords {
  if (hours === 0) return { word: m.form_now() };
  const [today, day] = [beijingDate(now), beijingDate(value)];
  return day === today
    ? { word: beijingTime(value) }
    : { word: beijingTime(value), detail: dayText(day, today) };
}
