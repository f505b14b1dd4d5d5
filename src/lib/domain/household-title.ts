// Which household a document of the field is about, and what that household is called in a line: its door and a name.
import { namesake } from './household-name.ts';
import type { FieldModel } from './field-model.ts';
import { doorOf } from './place.ts';
import { isRestrictedTag } from './tag-kinds.ts';

export interface HouseholdTitle {
  household: string;
  door: string;
  /** Empty where nobody is on record. */
  name: string;
}

/** What can be asked of a body of any type, parsed or not. */
export type AnyBody = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Undefined for what is about no household, or none that is known here. */
export function householdOf(model: FieldModel, body: AnyBody): string | undefined {
  switch (body.type) {
    case 'household':
      return text(body._id);
    case 'resident':
      return [...model.memberships.values()].find(({ resident }) => resident === body._id)?.household;
    case 'room':
      return [...(model.householdsIn.get(text(body._id) ?? '')?.keys() ?? [])][0];
    case 'tag':
      // What is restricted is about nobody in any list.
      return isRestrictedTag(String(body.code)) ? undefined : text(body.household);
    default:
      return text(body.household);
  }
}

export function householdTitle(model: FieldModel, id: string | undefined): HouseholdTitle | undefined {
  const household = id === undefined ? undefined : model.households.get(id);
  const room = household && model.rooms.get(household.room);
  if (!household || !room) return undefined;
  return { household: household._id, door: doorOf(room), name: namesake(model, household)?.name ?? '' };
}
