// What a household is called: by one of its people, the same one on every screen. The head of the household where one
// is known and still lives there, else the first of its people in the order of `membersOf`, which is fixed.
// Invariant: nobody else picks a name for a household.
import { membersOf, type FieldModel } from './field-model.ts';
import type { Household, Resident } from './people.ts';
import { ageOn, type IsoDate } from './time.ts';

/** A person as a row names her. */
export interface NamedPerson {
  name: string;
  age?: number;
}

export const namedPerson = ({ name, birth }: Resident, today: IsoDate): NamedPerson => ({
  name,
  ...(birth ? { age: ageOn(birth, today) } : {}),
});

/** Who gives the household its name; undefined where nobody is on record. */
export function namesake(model: FieldModel, household: Household): Resident | undefined {
  return membersOf(model, household)[0]?.resident;
}
