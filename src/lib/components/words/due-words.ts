// Why a household is due and how pressing it is, in words short enough for a row. Colour is never alone: every light
// has a word and a mark of its own.
import { m } from '#messages';
import type { DueRow, Light } from '#lib/domain/field-views.ts';
import { beijingDate, beijingTime, type IsoDate } from '#lib/domain/time.ts';
import { resultWord, tagWords } from './code-words.ts';
import { dayText, momentText } from './day-words.ts';

export const LIGHT_MARKS: Record<Light, string> = { late: '!', due: '●', done: '✓', none: '' };

/** What stands in the pill of a row. */
export function pressText(row: DueRow, today: IsoDate): string {
  if (row.light === 'done') return row.lastVisit ? resultWord(row.lastVisit.result) : m.light_done();
  if (row.light === 'late') return m.late_days({ count: row.lateDays });
  if ('dueAt' in row.reason) {
    const day = beijingDate(row.reason.dueAt);
    if (day === today) return m.due_before({ time: beijingTime(row.reason.dueAt) });
    if (row.light === 'none') return dayText(day, today);
  }
  return row.light === 'due' ? m.due_today() : dayText(row.dueOn, today);
}

/** What it is that is due: `独居高龄`, `再访`, `每半年走访`. */
export function dueTitle(row: DueRow): string {
  switch (row.reason.kind) {
    case 'recheck':
      return m.reason_recheck();
    case 'task':
      return row.reason.reason === 'followUp' ? m.reason_follow_up() : m.reason_planned();
    case 'tag':
      return tagWords([row.reason.code], 1)[0] ?? m.form_f1();
    case 'ordinary':
      return m.reason_ordinary();
  }
}

/** What happened there last. */
function lastText(row: DueRow, today: IsoDate): string {
  if (!row.lastVisit) return m.last_never();
  const day = dayText(row.lastVisit.on, today);
  return row.lastVisit.result === 'nobody' ? m.reason_recheck_nobody({ day }) : m.last_on({ day });
}

/** What the pill and the tags do not say already. */
function whyText(row: DueRow, today: IsoDate): string[] {
  if (row.reason.kind === 'ordinary' || row.reason.kind === 'task') return [dueTitle(row)];
  if (row.reason.kind !== 'recheck') return [];
  const pillSays = row.light === 'none' || (row.light === 'due' && beijingDate(row.reason.dueAt) === today);
  if (pillSays) return [];
  return [m.reason_recheck_at({ when: momentText(row.reason.dueAt, today) })];
}

/** The second line of a row, in pieces that are not broken: who they are and what happened last. */
export function reasonParts(row: DueRow, today: IsoDate): string[] {
  const many = row.memberCount > 1 ? [m.people_count({ count: row.memberCount })] : [];
  return [...many, ...whyText(row, today), ...tagWords(row.tags, 2), lastText(row, today)];
}

/** A light in a word, for who does not see it. */
export const LIGHT_WORDS: Record<Light, () => string> = {
  late: m.light_late,
  due: m.light_due,
  done: m.light_done,
  none: () => '',
};
