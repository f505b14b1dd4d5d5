// The same person written twice: known by number and name, else by name and day of birth. Invariant: a repeat adds what
// the first row lacked and changes nothing; where the two differ, that is told.
import type { ResidentFacts, RosterHousehold, RosterPerson, RosterRemark } from './roster-record.ts';

/** Within one household; across households the number alone decides, and nobody is merged. */
export function isSamePerson(a: RosterPerson, b: RosterPerson): boolean {
  if (a.facts.name !== b.facts.name) return false;
  if (a.facts.idNumber !== undefined && b.facts.idNumber !== undefined)
    return a.facts.idNumber === b.facts.idNumber;
  if (a.facts.birth !== undefined && b.facts.birth !== undefined) return a.facts.birth === b.facts.birth;
  return a.relation === b.relation;
}

/** Takes into `known` what only `repeat` says. Gives the fields in which they differ. */
export function mergeRepeat(known: RosterPerson, repeat: RosterPerson): string[] {
  const differing: string[] = [];
  for (const field of Object.keys(repeat.facts) as (keyof ResidentFacts)[]) {
    if (field === 'phones') continue;
    const value = repeat.facts[field];
    if (known.facts[field] === undefined) Object.assign(known.facts, { [field]: value });
    else if (known.facts[field] !== value) differing.push(field);
  }
  const phones = [...new Set([...(known.facts.phones ?? []), ...(repeat.facts.phones ?? [])])];
  if (phones.length > 0) known.facts.phones = phones;
  known.tags = [...new Set([...known.tags, ...repeat.tags])];
  known.restricted = [...new Set([...known.restricted, ...repeat.restricted])];
  if (repeat.note !== undefined && repeat.note !== known.note) {
    known.note = [known.note, repeat.note].filter(Boolean).join('；');
  }
  if (known.relation !== repeat.relation) differing.push('relation');
  return differing;
}

/**
 * The same number in two households: with the same name perhaps two residences, told; with another name a mistake, and
 * the later person is kept without the number.
 */
export function settleNumbers(
  households: readonly RosterHousehold[],
  cellOf: (person: RosterPerson) => string,
): RosterRemark[] {
  const holders = new Map<string, RosterPerson>();
  const remarks: RosterRemark[] = [];
  for (const person of households.flatMap((household) => household.people)) {
    const number = person.facts.idNumber;
    if (number === undefined) continue;
    const holder = holders.get(number);
    const place = { ...person.place, cell: cellOf(person) };
    if (!holder) {
      holders.set(number, person);
    } else if (holder.facts.name === person.facts.name) {
      remarks.push({ ...place, kind: 'alsoElsewhere', other: holder.place });
    } else {
      delete person.facts.idNumber;
      delete person.facts.idType;
      remarks.push({ ...place, kind: 'idTaken', by: holder.place });
    }
  }
  return remarks;
}
