// One finished form becomes one business action: the visit and every roster change it implies, in one transaction.
// Invariant: each written document grows from the revision that was read for it; where one moved meanwhile, everything
// is planned again on what stands now, and nothing half-planned is ever written.
import { changedBy, type Author } from '#lib/domain/document-head.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import type { FieldModel } from '#lib/domain/field-model.ts';
import { mendVisit } from '#lib/domain/mend-visit.ts';
import { planVisit } from '#lib/domain/plan-visit.ts';
import { sameJson } from '#lib/domain/same-json.ts';
import { eventsScope, gridOfScope } from '#lib/domain/scopes.ts';
import { yearOf } from '#lib/domain/time.ts';
import type { Visit } from '#lib/domain/visit.ts';
import type { PlannedWrite, PlanVisitInput, PlanVisitOutcome } from '#lib/domain/visit-plan.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { DraftPhoto } from '#lib/storage/photo-drafts.ts';
import type { PhotoPut } from '#lib/storage/photo-saving.ts';
import type { Put, SaveOutcome as StoreOutcome } from '#lib/storage/save-action.ts';
import type { StoredDocument } from '#lib/storage/reads.ts';
import type { SaveOutcome, VisitToSave } from './device-state.ts';
import { named, photoPuts, visitPhotos } from './visit-photos.ts';

export interface VisitSaving {
  model: FieldModel;
  author: Author;
  ids: IdSource;
  readDocument(scope: string, id: string): Promise<StoredDocument | undefined>;
  /** The refused visit of this id, where it is refused still. */
  refusedVisit(id: string): Promise<Visit | undefined>;
  /** Of the unfinished form. */
  listPhotos(draftKey: string): Promise<DraftPhoto[]>;
  saveAction(puts: readonly Put[], draftKey: string, photos: readonly PhotoPut[]): Promise<StoreOutcome>;
  /** Reads the roster of this scope again. */
  refresh(scope: string): Promise<void>;
  /** For search: of a new person's name, without tones. */
  pinyinOf(name: string): Promise<string>;
  /** Told of what was written, before the answer. */
  written(puts: readonly Put[]): void;
}

const ATTEMPTS = 4;

function inputOf(saving: VisitSaving, visit: VisitToSave): PlanVisitInput | undefined {
  const { model, author, ids } = saving;
  const household = model.households.get(visit.household);
  const room = household && model.rooms.get(household.room);
  if (!household || !room) return undefined;
  const memberships = [...(model.membershipsOf.get(household._id)?.values() ?? [])];
  return {
    form: visit.form,
    formVersion: visit.formVersion,
    answers: visit.answers,
    household,
    room,
    memberships,
    residents: memberships.flatMap(({ resident }) => model.residents.get(resident) ?? []),
    openTasks: [...(model.tasksOf.get(household._id)?.values() ?? [])].filter(
      (task) => task.status === 'open',
    ),
    ...(visit.resident ? { resident: visit.resident } : {}),
    author,
    ids,
    startedAt: visit.startedAt,
    endedAt: author.now,
  };
}

interface Planned {
  outcome: PlanVisitOutcome;
  photos: DraftPhoto[];
}

/** Undefined where the household, or the refused visit to be mended, is not there any more. */
async function planOf(
  saving: VisitSaving,
  visit: VisitToSave,
  draftKey: string,
): Promise<Planned | undefined> {
  const refused = visit.mend === undefined ? undefined : await saving.refusedVisit(visit.mend);
  const drafts = await saving.listPhotos(draftKey);
  const { answers, taken } = visitPhotos(visit.answers, drafts, refused?.photos);
  const plain = inputOf(saving, { ...visit, answers });
  if (!plain || (visit.mend !== undefined && !refused)) return undefined;
  const input = { ...plain, photos: taken.map(named) };
  if (!refused) return { outcome: planVisit(input), photos: taken };
  const tasks = [...(saving.model.tasksOf.get(visit.household)?.values() ?? [])];
  const made = tasks.filter(({ madeBy }) => madeBy === refused._id);
  return { outcome: mendVisit({ ...input, refused, made }), photos: taken };
}

async function newBody(saving: VisitSaving, { after }: PlannedWrite): Promise<DocumentBody> {
  if (after.type !== 'resident' || after.pinyin !== undefined) return { ...after };
  return { ...after, pinyin: await saving.pinyinOf(after.name) };
}

/** The put of one planned write; undefined where the stored document is not the one that was planned upon. */
async function putOf(saving: VisitSaving, scope: string, write: PlannedWrite): Promise<Put | undefined> {
  const before = 'before' in write ? write.before : undefined;
  if (!before) return { scope, body: await newBody(saving, write) };
  const stored = await saving.readDocument(scope, before._id);
  if (!stored || !sameJson(stored.body, before)) return undefined;
  const generation = generationOf(stored.rev) + 1;
  return {
    scope,
    body: changedBy<DocumentBody>({ ...saving.author, generation }, before, write.after),
    basedOn: stored.rev,
  };
}

/** Killed after it, a tablet has the visit as it was mended; before it, as it was refused; never both. */
const mending =
  ({ mend }: VisitToSave) =>
  (put: Put): Put =>
    mend !== undefined && put.body._id === mend ? { ...put, mends: true } : put;

/** Answers after the transaction completed; `draftKey` names the draft that ends with it. */
export async function saveVisit(
  saving: VisitSaving,
  visit: VisitToSave,
  draftKey: string,
): Promise<SaveOutcome> {
  const rosterScope = saving.model.scopes.get(visit.household);
  const grid = gridOfScope(rosterScope ?? '');
  if (rosterScope === undefined || grid === undefined) return { outcome: 'gone' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { outcome: planned, photos = [] } = (await planOf(saving, visit, draftKey)) ?? {};
    if (!planned) return { outcome: 'gone' };
    if (planned.outcome === 'refused')
      return { outcome: 'failed', reason: `${planned.reason}:${planned.key}` };
    const { plan } = planned;
    const events = eventsScope(grid, yearOf(plan.visit.occurredOn));
    const puts = await Promise.all(
      plan.writes.map((write) => putOf(saving, write.scope === 'events' ? events : rosterScope, write)),
    );
    const whole = puts.filter((put) => put !== undefined);
    if (whole.length === puts.length) {
      const event = { scope: events, id: plan.visit._id };
      const pictures = photoPuts(photos, { author: saving.author, ids: saving.ids, grid, event });
      const stored = await saving.saveAction(whole.map(mending(visit)), draftKey, pictures);
      if (stored.outcome === 'full') return { outcome: 'full' };
      if (stored.outcome === 'saved') {
        saving.written(whole);
        return {
          outcome: 'saved',
          visit: plan.visit._id,
          ...(plan.recheckAt ? { recheckAt: plan.recheckAt } : {}),
        };
      }
    }
    await saving.refresh(rosterScope);
  }
  return { outcome: 'failed', reason: 'moved' };
}
