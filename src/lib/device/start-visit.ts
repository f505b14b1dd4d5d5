// What a form opens with: who it is about, the answers that still stand, and the unfinished draft.
import { lastAnswers } from '#lib/domain/last-answers.ts';
import type { HouseholdView } from '#lib/domain/field-views.ts';
import { maskedAnswers } from '#lib/domain/masked-answers.ts';
import type { IsoDate } from '#lib/domain/time.ts';
import type { Visit } from '#lib/domain/visit.ts';
import type { Draft } from '#lib/storage/drafts.ts';
import type { DraftKey } from './draft-key.ts';
import type { VisitStart } from './visit-start.ts';

/** What is kept of an unfinished form. */
export interface KeptDraft {
  value: unknown;
  startedAt: string;
}

export interface VisitStarting {
  key: DraftKey;
  household: HouseholdView;
  /** Of this household, any order. */
  visits: readonly Visit[];
  draft: Draft | undefined;
  /** What the server did not take, where that is to be filled in again. */
  refused?: Visit | undefined;
  today: IsoDate;
}

export function startVisit({ key, household, visits, draft, refused, today }: VisitStarting): VisitStart {
  const { standing, last } = lastAnswers({
    form: key.form,
    ...(key.resident ? { resident: key.resident } : {}),
    visits,
    room: { state: household.roomState },
    today,
  });
  const unfinished = draft ? draftOf(draft) : refused && draftOfRefused(refused);
  return {
    household,
    prefill: standing,
    ...(last ? { lastVisit: { on: last.on, form: key.form, answers: maskedAnswers(last.answers) } } : {}),
    ...(unfinished ? { draft: unfinished } : {}),
  };
}

function draftOf({ value, savedAt }: Draft): VisitStart['draft'] {
  const kept = value as KeptDraft;
  return { value: kept.value, startedAt: kept.startedAt, savedAt: new Date(savedAt).toISOString() };
}

/** From its first page, every answer as it was sent. */
const draftOfRefused = ({
  form,
  formVersion,
  answers,
  startedAt,
  updatedAt,
}: Visit): VisitStart['draft'] => ({
  value: { definition: form, version: formVersion, page: '', values: answers },
  startedAt,
  savedAt: updatedAt,
});
