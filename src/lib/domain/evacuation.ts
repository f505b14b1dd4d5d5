// 疏散名单: who needs help to get out, building by building, and how many there are to be counted (domain.md, item 68 and F16).
// Invariant: nobody is left out because a tag was forgotten whose age alone says it.
import { byBuilding, byNumber } from './building-order.ts';
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import { namedPerson } from './household-name.ts';
import type { Household } from './people.ts';
import { doorOf, type Building } from './place.ts';
import { byRank } from './tag-kinds.ts';
import { tellingPlaces } from './telling-places.ts';
import type { IsoDate } from './time.ts';
import { withoutNumbers } from './without-numbers.ts';

/** Tags of tag-kinds.json that say so. */
const NEED_HELP: ReadonlySet<string> = new Set([
  'alone80',
  'aloneElder',
  'emptyNest',
  'elder',
  'criticalIllness',
  'disabledElder',
  'disabledSevere',
  'disabled',
  'pregnant',
  'infant',
  'childInNeed',
  'leftBehindChild',
]);
const OLD = 80;
const SMALL = 7;

export interface ToBeHelped {
  name: string;
  age?: number;
  /** Codes of tag-kinds.json, most pressing first; none where the age says it. */
  tags: string[];
}

export interface EvacuationDoor {
  household: string;
  /** `3-2-501`. */
  door: string;
  /** Who live there by the roster. */
  people: number;
  help: ToBeHelped[];
  /** What one must know at the door. */
  notes: string[];
}

export interface EvacuationBuilding {
  building: string;
  number: string;
  /** Where the number alone does not tell it from another. */
  place?: string;
  households: number;
  people: number;
  /** Those with somebody to be helped, from the top floor down. */
  doors: EvacuationDoor[];
}

/** Buildings in the order they are walked; one in which nobody lives is left out. `today` is a Beijing date. */
export function evacuationList(model: FieldModel, today: IsoDate): EvacuationBuilding[] {
  const places = tellingPlaces(model);
  return [...model.buildings.values()].sort(byBuilding).flatMap((building) => {
    const listed = ofBuilding(model, building, today);
    const place = places.get(building._id);
    return listed.households > 0 ? [{ ...listed, ...(place !== undefined && { place }) }] : [];
  });
}

function ofBuilding(model: FieldModel, building: Building, today: IsoDate): EvacuationBuilding {
  const rooms = [...(model.roomsOf.get(building._id)?.values() ?? [])].sort(
    (a, b) => b.floor - a.floor || byNumber(doorOf(a), doorOf(b)),
  );
  const doors = rooms.flatMap((room) =>
    [...(model.householdsIn.get(room._id)?.values() ?? [])]
      .filter(({ closedOn }) => closedOn === undefined)
      .map((household) => ({ ...behindDoor(model, household, today), door: doorOf(room) })),
  );
  return {
    building: building._id,
    number: building.number,
    households: doors.length,
    people: doors.reduce((sum, { people }) => sum + people, 0),
    doors: doors.filter(({ help }) => help.length > 0),
  };
}

function behindDoor(model: FieldModel, household: Household, today: IsoDate): Omit<EvacuationDoor, 'door'> {
  const tags = tagsOn(model, household._id, today).filter(({ code }) => NEED_HELP.has(code));
  const members = membersOf(model, household);
  const help = members.flatMap(({ resident }) => {
    const person = namedPerson(resident, today);
    const codes = byRank(tags.filter((tag) => tag.resident === resident._id).map(({ code }) => code));
    const byAge = person.age !== undefined && (person.age >= OLD || person.age < SMALL);
    return codes.length > 0 || byAge ? [{ ...person, tags: codes }] : [];
  });
  // Of the whole household, or of somebody who is not on its list.
  const known = new Set(members.map(({ resident }) => resident._id));
  const others = byRank(
    tags.filter(({ resident }) => resident === undefined || !known.has(resident)).map(({ code }) => code),
  );
  return {
    household: household._id,
    people: members.length,
    help: others.length > 0 ? [...help, { name: '', tags: others }] : help,
    notes: (household.notes ?? []).map(withoutNumbers),
  };
}
