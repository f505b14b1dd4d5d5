// What a visit does to the tasks of its household. Invariants: a household is never left with two open re-checks of one
// kind; nobody met means somebody comes again; a task of another form or of another resident is not touched.
import { headOf } from './document-head.ts';
import { newDocumentId } from './document-id.ts';
import type { VisitResult, VisitTask } from './people.ts';
import type { VisitTime } from './plan-visit-time.ts';
import type { RosterEdits } from './roster-edits.ts';
import { addDays, beijingInstant, type IsoInstant } from './time.ts';
import type { PlanVisitInput } from './visit-plan.ts';

/** Where a day is told and no hour, the day is what counts: it is due until its end. */
const END_OF_DAY = '23:59';
/** [P], domain.md: no interval is given for a follow-up; something found wrong is looked at again within a day. */
const FOLLOW_UP_DAYS = 7;
const FOLLOW_UP_DAYS_WRONG = 1;
const DAY_MS = 86_400_000;

export interface VisitInPlan {
  visit: string;
  result: VisitResult;
  time: VisitTime;
}

export const wasReached = (result: VisitResult): boolean => result === 'met' || result === 'phone';

/** The open tasks this visit settles, oldest due first: a re-check by having come again, the others by having met. */
export function settledTasks(
  input: PlanVisitInput,
  { result, time }: Omit<VisitInPlan, 'visit'>,
): VisitTask[] {
  return input.openTasks
    .filter((task) => task.status === 'open' && task.form === input.form)
    .filter((task) => task.resident === undefined || task.resident === input.resident)
    .filter(
      (task) => task.reason === 'recheck' || (wasReached(result) && (task.dueFrom ?? '') <= time.occurredAt),
    )
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
}

/** Settles and makes tasks; answers when somebody must come again. */
export function planTasks(
  input: PlanVisitInput,
  inPlan: VisitInPlan & { settled: readonly VisitTask[] },
  edits: RosterEdits,
): IsoInstant | undefined {
  const { visit, result, time, settled } = inPlan;
  for (const task of settled) edits.change(task, { status: 'done', doneBy: visit });
  if (input.answers.followUp === true) {
    const isWrong = Array.isArray(input.answers.abnormal) && input.answers.abnormal.length > 0;
    const dueOn = addDays(time.occurredOn, isWrong ? FOLLOW_UP_DAYS_WRONG : FOLLOW_UP_DAYS);
    edits.add({
      ...newTask(input, visit),
      reason: 'followUp',
      dueFrom: beijingInstant(addDays(time.occurredOn, 1), '00:00'),
      dueAt: beijingInstant(dueOn, END_OF_DAY),
    });
  }
  if (wasReached(result)) return undefined;
  const due = recheckDue(input, time);
  edits.add({ ...newTask(input, visit), reason: 'recheck', ...due });
  return due.dueAt;
}

/** F2: the time told, never later than a day from now; F1: the day told. */
function recheckDue(
  { form, answers, endedAt }: PlanVisitInput,
  time: VisitTime,
): Pick<VisitTask, 'dueFrom' | 'dueAt'> {
  if (form === 'f1') {
    const day = String(answers.retryAt);
    return { dueFrom: beijingInstant(day, '00:00'), dueAt: beijingInstant(day, END_OF_DAY) };
  }
  const latest = new Date(Date.parse(endedAt) + DAY_MS).toISOString();
  const told = new Date(String(answers.nextCheck)).toISOString();
  return { dueFrom: time.occurredAt, dueAt: told < latest ? told : latest };
}

function newTask({ author, ids, household, form, resident }: PlanVisitInput, visit: string) {
  return {
    ...headOf(author, ids),
    _id: newDocumentId('task', ids),
    type: 'task' as const,
    household: household._id,
    ...(resident === undefined ? {} : { resident }),
    form,
    status: 'open' as const,
    assignee: author.person,
    madeBy: visit,
  };
}
