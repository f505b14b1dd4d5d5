// A visit the server refused, filled in again: the same event with other answers, still of generation 1, since the server
// never had it. Invariants: what the refused visit did to the roster is not done twice (a person who moved in, a re-check);
// what it changed stays told in `changes`; pure.
import { planVisit } from './plan-visit.ts';
import { rosterChanges } from './roster-edits.ts';
import { sameJson } from './same-json.ts';
import type { VisitTask } from './people.ts';
import type { PlannedWrite, PlanVisitInput, PlanVisitOutcome } from './visit-plan.ts';
import type { Answers, Visit } from './visit.ts';

export interface MendVisitInput extends PlanVisitInput {
  refused: Visit;
  /** Tasks of its household that it made. */
  made: readonly VisitTask[];
}

type GridWrite = Extract<PlannedWrite, { scope: 'grid' }>;

/** When it happened stays as it was told, unless it is told anew. */
export function mendVisit({ refused, made, ...input }: MendVisitInput): PlanVisitOutcome {
  const { answers } = input;
  const planned = planVisit({
    ...input,
    visit: refused._id,
    openTasks: input.openTasks.filter(({ _id }) => !made.some((task) => task._id === _id)),
    answers: withoutDone(answers, refused.answers),
    startedAt: refused.startedAt,
    endedAt: refused.endedAt,
  });
  if (planned.outcome === 'refused') return planned;
  const { plan } = planned;
  const fresh = plan.writes.filter((write): write is GridWrite => write.scope === 'grid');
  const writes = [
    ...fresh.flatMap((write) => withTask(write, made)),
    ...(plan.recheckAt === undefined ? settled(made, refused._id) : []),
  ];
  const visit: Visit = {
    ...plan.visit,
    createdAt: refused.createdAt,
    createdBy: refused.createdBy,
    answers,
    changes: [...refused.changes, ...rosterChanges(writes)],
    ...(refused.task === undefined ? {} : { task: refused.task }),
    ...(refused.photos === undefined ? {} : { photos: [...refused.photos, ...(plan.visit.photos ?? [])] }),
  };
  return {
    outcome: 'planned',
    plan: { ...plan, visit, writes: [{ scope: 'events', after: visit }, ...writes] },
  };
}

/** The rows of F1's `changes` that the refused visit had applied to the roster are not applied again. */
function withoutDone(answers: Answers, before: Answers): Answers {
  const { changes } = answers;
  const done: unknown = before.changes;
  if (!Array.isArray(changes) || !Array.isArray(done)) return answers;
  const rows = (changes as Record<string, string>[]).filter(
    (row) => !done.some((each) => sameJson(each, row)),
  );
  return { ...answers, changes: rows };
}

/** A task it would make anew becomes a change of the one it made before. */
function withTask(write: GridWrite, made: readonly VisitTask[]): GridWrite[] {
  const { after } = write;
  if (after.type !== 'task' || ('before' in write && write.before)) return [write];
  const before = made.find(({ reason, status }) => reason === after.reason && status === 'open');
  if (!before) return [write];
  const { dueAt, dueFrom } = after;
  const changed: VisitTask = { ...before, dueAt, ...(dueFrom === undefined ? {} : { dueFrom }) };
  return sameJson(before, changed) ? [] : [{ scope: 'grid', before, after: changed }];
}

/** Somebody was met after all: the re-check it made is not needed. */
function settled(made: readonly VisitTask[], visit: string): GridWrite[] {
  return made
    .filter(({ status, reason }) => status === 'open' && reason === 'recheck')
    .map((before) => ({
      scope: 'grid',
      before,
      after: { ...before, status: 'done' as const, doneBy: visit },
    }));
}
