// Which household a document is about, from its id alone: the roster in memory knows most, an event is read where it stands.
import { typeOfId } from '#lib/domain/document-id.ts';
import { householdOf, householdTitle, type HouseholdTitle } from '#lib/domain/household-title.ts';
import type { FieldModel } from '#lib/domain/field-model.ts';
import type { WorkSource } from './own-work.ts';

/** Undefined for what is about none, or about one that is not on this tablet. */
export async function aboutDocument(source: WorkSource, id: string): Promise<HouseholdTitle | undefined> {
  const { model } = source;
  const type = typeOfId(id);
  const body = type === 'visit' ? await readVisit(source, id) : held(model, type, id);
  return body && householdTitle(model, householdOf(model, body));
}

/** What was done in one moment is about one household: the first document that knows which. */
export async function aboutAction(
  source: WorkSource,
  ids: readonly string[],
): Promise<HouseholdTitle | undefined> {
  for (const id of ids) {
    const about = await aboutDocument(source, id);
    if (about) return about;
  }
  return undefined;
}

function held(model: FieldModel, type: string, id: string) {
  switch (type) {
    case 'membership':
      return model.memberships.get(id);
    case 'tag':
      return model.tags.get(id);
    case 'task':
      return model.tasks.get(id);
    default:
      return { _id: id, type };
  }
}

async function readVisit({ store, eventScopes }: WorkSource, id: string) {
  for (const scope of eventScopes) {
    const found = await store.readDocument(scope, id);
    if (found) return found.body;
  }
  return undefined;
}
