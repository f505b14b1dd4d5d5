// What a form needs to open, as plain data from the worker to the page.
import type { HouseholdView } from '#lib/domain/field-views.ts';
import type { Answers } from '#lib/domain/visit.ts';

/** Who it is about, what was answered last, and the unfinished draft if there is one. */
export interface VisitStart {
  household: HouseholdView;
  /** Answers that still stand (known for less than six months) by key. */
  prefill: Answers;
  lastVisit?: { on: string; form: 'f1' | 'f2'; answers: Answers };
  draft?: { value: unknown; startedAt: string; savedAt: string };
}
