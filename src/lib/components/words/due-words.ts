// Why a household is due and how pressing it is, in words short enough for a row. Colour is never alone: every light
// has a word and a mark of its own.
import { m } from '#messages';
import type { DueRow, Light, Promised } from '#lib/domain/field-views.ts';
import { beijingDate, type IsoDate } from '#lib/domain/time.ts';
import { formWord, resultWord, tagWords } from './code-words.ts';
import { dayText, promisedText } from './day-words.ts';

export const LIGHT_MARKS: Record<Light, string> = { late: '!', due: '●', done: '✓', none: '' };

/** What stands in the pill of a row. */
export function pressText(row: DueRow, today: IsoDate): string {
  if (row.light === 'done') return row.lastVisit ? resultWord(row.lastVisit.result) : m.light_done();
  if (row.light === 'late') return m.late_days({ count: row.lateDays });
  if (row.light === 'none' && row.reason.kind === 'recheck') return dayText(promisedDay(row.reason), today);
  return row.light === 'due' ? m.due_today() : dayText(row.dueOn, today);
}

const promisedDay = (promised: Promised): IsoDate =>
  'dueDay' in promised ? promised.dueDay : beijingDate(promised.dueAt);

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

/** What the tags do not say already: `今天 18:30 再来`, `最晚11月24日跟进`, `每半年走访`. */
function whyText({ reason }: DueRow, today: IsoDate): string | undefined {
  switch (reason.kind) {
    case 'recheck':
      return 'dueDay' in reason
        ? m.reason_recheck_on({ day: promisedText(reason, today) })
        : m.reason_recheck_at({ when: promisedText(reason, today) });
    case 'task':
      return reason.reason === 'followUp'
        ? m.reason_follow_up_at({ when: promisedText(reason, today) })
        : m.reason_planned_at({ when: promisedText(reason, today) });
    case 'tag':
      return undefined;
    case 'ordinary':
      return m.reason_ordinary();
  }
}

/** Below the title of what is due, on the card: when, for whom, by which form. */
export function dueFacts(row: DueRow, today: IsoDate): (string | undefined)[] {
  const promised = row.reason.kind === 'recheck' || row.reason.kind === 'task';
  return [promised ? whyText(row, today) : undefined, aboutText(row), formWord(row.form)];
}

/** Whom to ask for, where the household is called by somebody else. */
function aboutText({ about }: DueRow): string | undefined {
  if (!about) return undefined;
  return [m.row_about({ name: about.name }), about.age === undefined ? '' : m.years({ age: about.age })]
    .filter(Boolean)
    .join(' ');
}

/** The second line of a row, in pieces that are not broken: when and whom, who they are and what happened last. */
export function reasonParts(row: DueRow, today: IsoDate): string[] {
  const many = row.memberCount > 1 ? m.people_count({ count: row.memberCount }) : undefined;
  const parts = [row.place, whyText(row, today), aboutText(row), many];
  return [...parts.filter((part) => part !== undefined), ...tagWords(row.tags, 2), lastText(row, today)];
}

/** A light in a word, for who does not see it. */
export const LIGHT_WORDS: Record<Light, () => string> = {
  late: m.light_late,
  due: m.light_due,
  done: m.light_done,
  none: () => '',
};
