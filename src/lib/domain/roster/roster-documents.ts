// From a grid's records to the documents to write: what the server lacks, and what an earlier import wrote otherwise.
// Invariant: planned against what the last plan wrote, a plan writes nothing; ids are chance, so everything is found
// again by content (door, number, people).
import type { Author } from '../document-head.ts';
import type { IdSource } from '../document-id.ts';
import { careTags, type CareCount, type CareTags, type TagSaid } from './roster-care.ts';
import { existingRoster, type ExistingRoster, type Stored } from './existing-roster.ts';
import { hasSameHead, matchHousehold, matchPeople, membersOf } from './roster-matching.ts';
import { mergingOf, type PlacedHousehold, type RosterMerging } from './roster-merging.ts';
import { rosterPlaces, type RosterPlaces } from './roster-places.ts';
import type { RosterHousehold, RosterPerson, VacantRoom } from './roster-record.ts';
import {
  countBoth,
  rosterWriter,
  type KeptDocument,
  type RosterCount,
  type RosterWriter,
} from './roster-writes.ts';

export type RosterPlanning =
  | ({ outcome: 'planned' } & RosterPlan)
  /** The grid has documents this build cannot read: what it does not see it would write twice. */
  | { outcome: 'unreadable'; documents: number };

export interface RosterPlan {
  /** For `directory`: buildings. */
  directory: Record<string, unknown>[];
  /** For `grid-<15>`, in the order to write them: rooms, residents, households, memberships, tags. */
  grid: Record<string, unknown>[];
  /** For `care-<15>`, once all of `grid` is taken: restricted tags. */
  care: Record<string, unknown>[];
  restricted: CareCount;
  created: RosterCount;
  changed: RosterCount;
  unchanged: RosterCount;
  /** Households that were there before this roster ever was, where there are such. */
  merging?: RosterMerging;
  kept: KeptDocument[];
  /** Households on the server that the roster does not have: nothing is closed for that. Their room ids. */
  notInRoster: { household: string; room: string }[];
}

export interface GridRecords {
  /** 15 digits. */
  grid: string;
  households: readonly RosterHousehold[];
  vacantRooms: readonly VacantRoom[];
}

export interface PlanContext {
  author: Author;
  ids: IdSource;
  /** Full pinyin without tones, syllables joined by a blank. */
  pinyinOf(name: string): string;
  /** The documents of the grid's `care-…`; absent where there is no such database, or not for this user. */
  care?: readonly Readonly<Record<string, unknown>>[];
}

/** `bodies` are the documents of the grid's scope and of the directory, with their `_rev`. */
export function planRoster(
  records: GridRecords,
  bodies: readonly Readonly<Record<string, unknown>>[],
  context: PlanContext,
): RosterPlanning {
  const existing = existingRoster(records.grid, bodies);
  const care = careTags(context);
  const unreadable = existing.unreadable + care.unreadable;
  if (unreadable > 0) return { outcome: 'unreadable', documents: unreadable };
  const directory = rosterWriter(context);
  const grid = rosterWriter(context);
  const places = rosterPlaces(records, existing, { directory, grid });
  const planning: Planning = { existing, places, grid, care, context, taken: new Set(), made: new Map() };
  const doorsFirst = [...records.households].sort((a, b) => Number(!a.door) - Number(!b.door));
  const placed = doorsFirst.map((household) => placeHousehold(planning, household));
  for (const { door, room, place } of records.vacantRooms)
    places.roomAt(door, { room, place, isLivedIn: false });
  for (const one of placed) putHousehold(planning, one);
  const merging = mergingOf(placed, existing);
  const both = [directory.writes, grid.writes];
  return {
    outcome: 'planned',
    directory: directory.writes.documents,
    grid: inOrder(grid.writes.documents),
    care: care.documents,
    restricted: care.count,
    created: countBoth(directory.writes.created, grid.writes.created),
    changed: countBoth(directory.writes.changed, grid.writes.changed),
    unchanged: countBoth(directory.writes.unchanged, grid.writes.unchanged),
    ...(merging ? { merging } : {}),
    kept: both.flatMap((writes) => writes.kept),
    notInRoster: [...existing.households.values()]
      .filter((household) => household.closedOn === undefined && !planning.taken.has(household._id))
      .map((household) => ({ household: household._id, room: household.room })),
  };
}

const ORDER = ['building', 'room', 'resident', 'household', 'membership', 'tag'];
const inOrder = (documents: readonly Record<string, unknown>[]) =>
  [...documents].sort((a, b) => ORDER.indexOf(String(a.type)) - ORDER.indexOf(String(b.type)));

interface Planning {
  existing: ExistingRoster;
  places: RosterPlaces;
  grid: RosterWriter;
  care: CareTags;
  context: PlanContext;
  /** Households on the server that a record already answers for. */
  taken: Set<string>;
  /** Residents made by this plan, by ID number: somebody with two homes is one resident. */
  made: Map<string, string>;
}

/** By its door and who lives there; one without a door by its head, wherever in the grid. */
function placeHousehold(planning: Planning, record: RosterHousehold): PlacedHousehold {
  const { existing, places } = planning;
  const free = (households: Iterable<Stored<'household'>>) =>
    [...households].filter((household) => !planning.taken.has(household._id));
  const stored = record.door
    ? findBehindDoor(planning, { ...record, door: record.door }, free)
    : free(existing.households.values()).find((one) => hasSameHead(record, one, existing));
  if (stored) planning.taken.add(stored._id);
  const { place } = record;
  const room = record.door
    ? places.roomAt(record.door, { room: record.room, place, isLivedIn: true })
    : (stored?.room ?? places.unplacedRoom(place));
  return { record, stored, room };
}

type Free = (households: Iterable<Stored<'household'>>) => Stored<'household'>[];

function findBehindDoor(
  planning: Planning,
  record: RosterHousehold & { door: NonNullable<RosterHousehold['door']> },
  free: Free,
) {
  const { existing, places } = planning;
  const room = places.roomAt(record.door, { room: record.room, place: record.place, isLivedIn: true });
  const here = matchHousehold(record, free(existing.householdsByRoom.get(room) ?? []), existing);
  if (here) return here;
  const waiting = free(existing.households.values()).filter((one) => places.isUnplaced(one.room));
  return waiting.find((one) => hasSameHead(record, one, existing));
}

function putHousehold(planning: Planning, { record, stored, room }: PlacedHousehold): void {
  if (stored?.closedOn !== undefined) {
    planning.grid.keep({ place: record.place, type: 'household', fields: ['closedOn'] });
    return;
  }
  const known = matchPeople(record.people, stored ? membersOf(planning.existing, stored._id) : []);
  const residents = record.people.map((person) => putResident(planning, person, known.get(person)));
  const head = record.headKnown ? residents[0] : undefined;
  const household = planning.grid.put('household', stored, {
    place: record.place,
    fields: {
      room,
      number: record.number,
      kind: record.kind,
      head,
      residence: record.residence,
      notes: record.notes.length > 0 ? record.notes : undefined,
      rosterVerifiedOn: later(stored?.rosterVerifiedOn, record.verifiedOn),
      lastContactOn: later(stored?.lastContactOn, record.visitedOn),
    },
  });
  for (const [at, person] of record.people.entries())
    putMember(planning, { household, resident: residents[at]!, person });
}

/** A day only moves on. */
const later = (stored: string | undefined, said: string | undefined) =>
  said !== undefined && (stored === undefined || said > stored) ? said : undefined;

function putResident(
  planning: Planning,
  person: RosterPerson,
  member: Stored<'resident'> | undefined,
): string {
  const { facts, place } = person;
  const number = facts.idNumber;
  const already = number === undefined ? undefined : planning.made.get(`${number} ${facts.name}`);
  if (already !== undefined) return already;
  const stored = member ?? findElsewhere(planning, person);
  const id = planning.grid.put('resident', stored, {
    place,
    fields: { ...facts, pinyin: planning.context.pinyinOf(facts.name) },
  });
  if (number !== undefined) planning.made.set(`${number} ${facts.name}`, id);
  return id;
}

/** The same person in another household of the grid, or in none yet. */
function findElsewhere(planning: Planning, person: RosterPerson): Stored<'resident'> | undefined {
  const { existing } = planning;
  const byNumber = existing.residentByNumber.get(person.facts.idNumber ?? '');
  if (byNumber?.name === person.facts.name) return byNumber;
  const [unattached] = matchPeople([person], existing.unattached).values();
  if (unattached) existing.unattached = existing.unattached.filter((one) => one !== unattached);
  return unattached;
}

interface Member {
  household: string;
  resident: string;
  person: RosterPerson;
}

function putMember({ existing, grid, care }: Planning, { household, resident, person }: Member): void {
  const { place, relation, residence, separation } = person;
  const known = existing.membershipsIn.get(household)?.filter((one) => one.resident === resident) ?? [];
  const membership = known.find((one) => one.to === undefined) ?? known[0];
  if (membership?.to !== undefined) {
    grid.keep({ place, type: 'membership', fields: ['to'] });
    return;
  }
  grid.put('membership', membership, {
    place,
    fields: { household, resident, relation, residence, separation },
  });
  for (const code of person.tags) putTag({ existing, grid }, { household, resident, code, place });
  for (const code of person.restricted) care.put({ household, resident, code, place });
}

/** A tag that was taken off stays off: whoever did that knows more than the sheet. */
function putTag({ existing, grid }: Pick<Planning, 'existing' | 'grid'>, { place, ...said }: TagSaid): void {
  const known = existing.tagsIn
    .get(said.household)
    ?.find((tag) => tag.resident === said.resident && tag.code === said.code);
  if (!known) grid.put('tag', undefined, { place, fields: { ...said, source: 'roster' } });
}
