// From a finished form to everything it writes: the visit, and what it changes of household, room, people and tasks.
// Invariants: pure, the same input makes the same plan; every roster fact it changes stands in `visit.changes` with what
// was there before; an older visit written down late never takes the place of a newer one on the household.
import { headOf } from './document-head.ts';
import { newDocumentId } from './document-id.ts';
import { VISIT_RESULTS, type Household, type VisitResult } from './people.ts';
import { planRoster } from './plan-visit-roster.ts';
import { planTasks, settledTasks, wasReached } from './plan-visit-tasks.ts';
import { planVisitTime, type VisitTime } from './plan-visit-time.ts';
import { rosterChanges, rosterEdits } from './roster-edits.ts';
import type { IsoDate } from './time.ts';
import type { PlanVisitInput, PlanVisitOutcome, VisitPlan } from './visit-plan.ts';
import type { Visit } from './visit.ts';

export function planVisit(input: PlanVisitInput): PlanVisitOutcome {
  const result = VISIT_RESULTS.find((known) => known === input.answers.result);
  const missing = missingKey(input, result);
  if (!result || missing) return { outcome: 'refused', reason: 'missing', key: missing ?? 'result' };
  const when = planVisitTime(input);
  if (when.outcome !== 'known') return { outcome: 'refused', reason: when.outcome, key: 'occurredAt' };
  return { outcome: 'planned', plan: planned(input, result, when.time) };
}

/** A form that ran to its end has these; answers from elsewhere are asked for them again. */
function missingKey(
  { form, answers, resident }: PlanVisitInput,
  result: VisitResult | undefined,
): string | undefined {
  if (!result) return 'result';
  if (form === 'f2' && resident === undefined) return 'resident';
  if (wasReached(result)) return undefined;
  const when = form === 'f1' ? 'retryAt' : 'nextCheck';
  return Number.isNaN(Date.parse(String(answers[when]))) ? when : undefined;
}

function planned(input: PlanVisitInput, result: VisitResult, time: VisitTime): VisitPlan {
  const edits = rosterEdits();
  const visitId = input.visit ?? newDocumentId('visit', input.ids);
  const settled = settledTasks(input, { result, time });
  const reached = wasReached(result);
  edits.change(input.household, householdFields(input, { visitId, result, time }));
  const toConfirm = reached && input.form === 'f1' ? planRoster(input, edits) : [];
  const recheckAt = planTasks(input, { visit: visitId, result, time, settled }, edits);
  const writes = edits.writes();
  const visit: Visit = {
    ...headOf(input.author, input.ids),
    _id: visitId,
    type: 'visit',
    form: input.form,
    formVersion: input.formVersion,
    household: input.household._id,
    room: input.room._id,
    ...(input.resident === undefined ? {} : { resident: input.resident }),
    ...(settled[0] ? { task: settled[0]._id } : {}),
    result,
    occurredAt: time.occurredAt,
    occurredOn: time.occurredOn,
    startedAt: time.startedAt,
    endedAt: time.endedAt,
    ...(time.lateEntry ? { lateEntry: true } : {}),
    answers: input.answers,
    changes: rosterChanges(writes),
    ...(input.photos && input.photos.length > 0 ? { photos: [...input.photos] } : {}),
    ...(input.corrects === undefined ? {} : { corrects: input.corrects }),
  };
  return {
    visit,
    writes: [{ scope: 'events', after: visit }, ...writes],
    toConfirm,
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}

function householdFields(
  { household, form, answers, author }: PlanVisitInput,
  { visitId, result, time }: { visitId: string; result: VisitResult; time: VisitTime },
): Partial<Household> {
  const on = time.occurredOn;
  const newest = !household.lastVisit || household.lastVisit.on <= on;
  const reached = wasReached(result);
  return {
    ...(newest ? { lastVisit: { visit: visitId, on, form, result, by: author.person } } : {}),
    ...(reached ? { lastContactOn: later(household.lastContactOn, on) } : {}),
    ...(reached && form === 'f1' && answers.rosterState !== undefined
      ? { rosterVerifiedOn: later(household.rosterVerifiedOn, on) }
      : {}),
  };
}

const later = (known: IsoDate | undefined, on: IsoDate): IsoDate =>
  known !== undefined && known > on ? known : on;
