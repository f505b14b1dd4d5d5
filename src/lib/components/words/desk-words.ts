// The desk's words: when a request is due, what a step was, what may be done next.
import { m } from '#messages';
import type { DeskList, DeskRow, StepView } from '#lib/domain/desk-views.ts';
import type { Conclusion, InformWay, StepKind } from '#lib/domain/request.ts';
import { beijingDate, type IsoDate } from '#lib/domain/time.ts';
import { OFFICE_CLOSES } from '#lib/domain/working-days.ts';
import { dayText, momentText } from './day-words.ts';

/** Beside its colour, so that none stands alone. */
export const REQUEST_MARKS: Record<DeskRow['light'], string> = {
  late: '!',
  due: '●',
  calm: '',
  paused: '‖',
  closed: '✓',
};

/** The classes of the colours everything is drawn with. */
export const REQUEST_TONES: Record<DeskRow['light'], string> = {
  late: 'late',
  due: 'due',
  calm: 'none',
  paused: 'info',
  closed: 'done',
};

type Due = Pick<DeskRow, 'light' | 'left' | 'dueOn'>;

/** `超 1 个工作日`, `今天 17:30 前`, `剩 5 个工作日`. */
export function dueText({ light, left, dueOn }: Due, today: IsoDate): string {
  if (light === 'closed') return m.due_closed();
  if (light === 'paused') return left > 0 ? m.due_paused({ count: left }) : m.due_paused_at_once();
  if (light === 'late') return left < 0 ? m.due_late({ count: -left }) : m.due_late_off();
  return dueOn === today ? m.due_today_until({ time: OFFICE_CLOSES }) : m.due_left({ count: left });
}

/** `11月24日 17:30 前办结`; undefined while the clock stands. */
export function dueByText({ dueOn }: Pick<DeskRow, 'dueOn'>, today: IsoDate): string | undefined {
  return dueOn === undefined ? undefined : m.due_by({ day: dayText(dueOn, today), time: OFFICE_CLOSES });
}

export const promiseText = (workingDays: number): string =>
  workingDays === 0 ? m.due_promise_at_once() : m.due_promise({ count: workingDays });

const LISTS: Record<DeskList, () => string> = {
  all: m.desk_all,
  mine: m.desk_mine,
  toTell: m.desk_to_tell,
  papers: m.desk_papers,
  offered: m.desk_offered,
  withMe: m.desk_with_me,
  closed: m.desk_closed,
};
export const listWord = (list: DeskList): string => LISTS[list]();

/** Who and what stands in the way, for a line. */
export function rowFacts(row: DeskRow): string[] {
  const { firstAsked, handler, offered, missing, phase, waiting } = row;
  return [
    m.desk_row_first({ name: firstAsked.name }),
    ...(phase === 'toTell' ? [m.desk_row_to_tell()] : []),
    ...(offered ? [m.desk_row_offered({ name: offered.name })] : []),
    ...(!offered && handler.user !== firstAsked.user && phase !== 'closed'
      ? [m.desk_row_with({ name: handler.name })]
      : []),
    ...(missing.length > 0 ? [m.desk_row_missing({ papers: missing.join('、') })] : []),
    ...(waiting ? [m.desk_row_waiting()] : []),
  ];
}

const CONCLUSION_WORDS: Record<Conclusion, () => string> = {
  approved: m.conclusion_approved,
  refused: m.conclusion_refused,
  impossible: m.conclusion_impossible,
  withdrawn: m.conclusion_withdrawn,
};
export const conclusionWord = (conclusion: Conclusion): string => CONCLUSION_WORDS[conclusion]();

const WAYS: Record<InformWay, () => string> = {
  inPerson: m.how_inPerson,
  phone: m.how_phone,
  message: m.how_message,
  writing: m.how_writing,
  home: m.how_home,
};
export const wayWord = (way: InformWay): string => WAYS[way]();

export function stepText(step: StepView): string {
  switch (step.kind) {
    case 'accepted':
      return m.step_accepted();
    case 'supplementAsked':
      return m.step_supplementAsked();
    case 'supplemented':
      return m.step_supplemented();
    case 'handed':
      return m.step_handed({ name: step.to?.name ?? '' });
    case 'taken':
      return m.step_taken();
    case 'returned':
      return m.step_returned();
    case 'note':
      return m.step_note();
    case 'decided':
      return m.step_decided({ conclusion: step.conclusion ? conclusionWord(step.conclusion) : '' });
    case 'told':
      return m.step_told({ whom: step.told?.whom ?? '', how: step.told ? wayWord(step.told.how) : '' });
  }
}

/** What else a step says: its text, its papers, when somebody was told. */
export function stepDetails({ text, papers, told }: StepView, today: IsoDate): string[] {
  return [
    ...(papers ? [papers.join('、')] : []),
    ...(text === undefined ? [] : [text]),
    ...(told ? [m.step_told_at({ when: momentText(told.at, today) })] : []),
  ];
}

const DOING: Partial<Record<StepKind, () => string>> = {
  supplementAsked: m.do_supplementAsked,
  supplemented: m.do_supplemented,
  handed: m.do_handed,
  taken: m.do_taken,
  returned: m.do_returned,
  note: m.do_note,
  decided: m.do_decided,
  told: m.do_told,
};
export const doingWord = (kind: StepKind): string => DOING[kind]?.() ?? '';

/** `11月22日 09:41`, or `09:41` today. */
export const whenText = (at: string, today: IsoDate): string =>
  beijingDate(at) === today ? `${dayText(today, today)} ${momentText(at, today)}` : momentText(at, today);
