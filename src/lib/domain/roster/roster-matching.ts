// Which household and which resident on the server a record of the roster is. By content alone, since ids are chance:
// door, household number, ID number, name with day of birth. Invariant: one document answers for one record at most.
import type { ExistingRoster, Stored } from './existing-roster.ts';
import type { RosterHousehold, RosterPerson } from './roster-record.ts';

/** How surely two are the same person: by number 3, by name and birthday 2, by name alone 1, not at all 0. */
function likeness(person: RosterPerson, resident: Stored<'resident'>): 0 | 1 | 2 | 3 {
  const { name, idNumber, birth } = person.facts;
  if (idNumber !== undefined && resident.idNumber !== undefined)
    return idNumber === resident.idNumber ? 3 : 0;
  if (name !== resident.name) return 0;
  if (birth !== undefined && resident.birth !== undefined) return birth === resident.birth ? 2 : 0;
  return 1;
}

/** The residents who live in a household, or did. */
export function membersOf(existing: ExistingRoster, household: string): Stored<'resident'>[] {
  return (existing.membershipsIn.get(household) ?? []).flatMap((membership) => {
    const resident = existing.residents.get(membership.resident);
    return resident ? [resident] : [];
  });
}

/** Each person's resident among these, the surest pairs first; people without one are not in the result. */
export function matchPeople(
  people: readonly RosterPerson[],
  residents: readonly Stored<'resident'>[],
): Map<RosterPerson, Stored<'resident'>> {
  const pairs = people
    .flatMap((person) =>
      residents.map((resident) => ({ person, resident, sure: likeness(person, resident) })),
    )
    .filter((pair) => pair.sure > 0)
    .sort((a, b) => b.sure - a.sure);
  const matched = new Map<RosterPerson, Stored<'resident'>>();
  const taken = new Set<string>();
  for (const { person, resident } of pairs) {
    if (matched.has(person) || taken.has(resident._id)) continue;
    matched.set(person, resident);
    taken.add(resident._id);
  }
  return matched;
}

/** The household among these with most in common; one without people is an earlier import that broke off. */
export function matchHousehold(
  household: RosterHousehold,
  candidates: readonly Stored<'household'>[],
  existing: ExistingRoster,
): Stored<'household'> | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, score: scoreOf(household, candidate, existing) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || Number(isClosed(a.candidate)) - Number(isClosed(b.candidate)));
  return scored[0]?.candidate;
}

const isClosed = (household: Stored<'household'>) => household.closedOn !== undefined;
const SAME_NUMBER = 1000;
const NOBODY_YET = 0.5;

function scoreOf(
  household: RosterHousehold,
  candidate: Stored<'household'>,
  existing: ExistingRoster,
): number {
  if (household.number !== undefined && household.number === candidate.number) return SAME_NUMBER;
  const members = membersOf(existing, candidate._id);
  if (members.length === 0) return isClosed(candidate) ? 0 : NOBODY_YET;
  return matchPeople(household.people, members).size;
}

/** Whether this household's first person surely lives there: what a household without a door is known by. */
export function hasSameHead(
  household: RosterHousehold,
  candidate: Stored<'household'>,
  existing: ExistingRoster,
): boolean {
  const [head] = household.people;
  return membersOf(existing, candidate._id).some((resident) => likeness(head, resident) >= 2);
}
