// Puts rows together to households: a new one begins with a new door, with new merged cells over the door's columns, or
// with a second head. Invariant: every person is in exactly one household of the result, in the order of the sheet.
import { readDoor, type Door } from '../door.ts';
import type { Household } from '../people.ts';
import { dayOf } from './roster-identity.ts';
import type { PersonRead } from './roster-person.ts';
import type {
  RosterHousehold,
  RosterPerson,
  RosterPlace,
  RosterRemark,
  RosterRepeat,
  RosterRoom,
  Tell,
} from './roster-record.ts';
import { isSamePerson, mergeRepeat } from './roster-repeat.ts';
import type { RosterRow } from './roster-row.ts';
import { roomOf } from './roster-room.ts';
import type { ResidenceWord } from './roster-vocabulary.ts';

export interface OpenHousehold {
  place: RosterPlace;
  cell: string;
  door: Door | undefined;
  /** What its rows have in common: the merged cells over its door, or the row its door stands in. */
  group: string | undefined;
  number: string;
  people: RosterPerson[];
  residences: (ResidenceWord | undefined)[];
  rooms: RosterRoom[];
  verifiedOn?: string | undefined;
  visitedOn?: string | undefined;
}

/** What has been read of one sheet so far. */
export interface SheetInProgress {
  households: OpenHousehold[];
  current: OpenHousehold | undefined;
  /** A blank row lies between the last row and this one. */
  gap: boolean;
  /** Carried down to rows that write a room alone. */
  building: string;
  unit: string;
  remarks: RosterRemark[];
  repeats: RosterRepeat[];
}

const HEAD = '02';

export const doorKey = (door: Door): string =>
  [door.compound, door.buildingNumber, door.unitNumber, door.roomNumber].join('|');

/** The door of a row, building and unit carried down where the row writes a room alone. */
export function doorOfRow(row: RosterRow, sheet: SheetInProgress): Door | undefined {
  const room = row.text('room');
  const address = row.text('address');
  if (room === '' && address === '') return undefined;
  sheet.building = row.text('building') || sheet.building;
  const unit = row.text('unit') || (row.text('building') === '' ? sheet.unit : '');
  sheet.unit = unit;
  return readDoor({ building: sheet.building, unit, room, address });
}

/** Takes in one person's row. */
export function addPerson(sheet: SheetInProgress, row: RosterRow, read: PersonRead): void {
  const tell = tellerOf(sheet, row);
  const known = sheet.current?.people.find((person) => isSamePerson(person, read.person));
  const next = { door: doorOfRow(row, sheet), row, read, isKnown: known !== undefined };
  const start = startOf(sheet, next, tell);
  if (start === undefined && known) {
    sheet.repeats.push({ ...row.place, cell: row.cell('name'), of: known.place });
    for (const field of mergeRepeat(known, read.person)) tell('name', { kind: 'repeatDiffers', field });
    return;
  }
  sheet.remarks.push(...read.remarks);
  if (start !== undefined) open(sheet, row, start.door);
  const household = sheet.current!;
  household.group = row.doorGroup ?? household.group;
  household.people.push(read.person);
  household.residences.push(read.residence);
  household.rooms.push(roomOf(row, tell));
  household.verifiedOn ??= dayOf(row, 'verifiedOn', tell);
  const visitedOn = dayOf(row, 'visitedOn', tell);
  if (visitedOn !== undefined && visitedOn > (household.visitedOn ?? '')) household.visitedOn = visitedOn;
}

export function tellerOf(sheet: SheetInProgress, row: RosterRow): Tell {
  return (field, remark) => {
    sheet.remarks.push({ ...row.place, cell: row.cell(field), ...remark });
  };
}

interface Candidate {
  door: Door | undefined;
  row: RosterRow;
  read: PersonRead;
  isKnown: boolean;
}

/** With which door a new household begins in this row; undefined where the row goes on with the current one. */
function startOf(
  sheet: SheetInProgress,
  next: Candidate,
  tell: Tell,
): { door: Door | undefined } | undefined {
  const { current } = sheet;
  if (!current) return { door: next.door };
  const number = next.row.text('householdNumber');
  if (number !== '' && current.number !== '' && number !== current.number) return { door: next.door };
  const hasHead = current.people.some((person) => person.relation === HEAD);
  const isSecondHead = hasHead && next.read.person.relation === HEAD && !next.isKnown;
  if (next.row.doorGroup !== undefined && next.row.doorGroup !== current.group) {
    const isSameDoor = next.door && current.door && doorKey(next.door) === doorKey(current.door);
    if (!isSameDoor) return { door: next.door };
  } else if (isSecondHead && sheet.gap) {
    return { door: next.door };
  }
  if (!isSecondHead) return undefined;
  tell('relation', { kind: 'secondHead' });
  return { door: next.door ?? current.door };
}

function open(sheet: SheetInProgress, row: RosterRow, door: Door | undefined): void {
  sheet.current = {
    place: row.place,
    cell: row.cell(row.has('room') ? 'room' : row.has('address') ? 'address' : 'name'),
    door,
    group: row.doorGroup,
    number: row.text('householdNumber'),
    people: [],
    residences: [],
    rooms: [],
  };
  sheet.households.push(sheet.current);
}

/** The finished record, and what is doubtful about the household as a whole. */
export function closeHousehold(
  open: OpenHousehold,
  statedOn: string | undefined,
): { household: RosterHousehold; remarks: RosterRemark[] } {
  const remarks: RosterRemark[] = [];
  const headAt = open.people.findIndex((person) => person.relation === HEAD);
  if (headAt < 0) remarks.push({ ...open.place, cell: open.cell, kind: 'headMissing' });
  const [first, ...others] =
    headAt > 0 ? [open.people[headAt]!, ...open.people.filter((_, at) => at !== headAt)] : open.people;
  const verifiedOn = open.verifiedOn ?? statedOn;
  const household: RosterHousehold = {
    place: open.place,
    door: open.door,
    ...(open.number === '' ? {} : { number: open.number }),
    kind: kindOf(open.residences),
    ...(first!.residence ? { residence: first!.residence } : {}),
    people: [first!, ...others],
    headKnown: headAt >= 0,
    notes: notesOf([first!, ...others]),
    ...(verifiedOn ? { verifiedOn } : {}),
    ...(open.visitedOn ? { visitedOn: open.visitedOn } : {}),
    room: oneRoom(open.rooms),
  };
  return { household, remarks };
}

/** 空挂户 and 居住户 only where everybody of whom it is stated is so. */
function kindOf(residences: readonly (ResidenceWord | undefined)[]): Household['kind'] {
  const stated = residences.filter((word) => word !== undefined);
  if (stated.length === 0) return 'family';
  if (stated.every((word) => word === 'nominal')) return 'registeredOnly';
  return stated.every((word) => word === 'floating') ? 'residing' : 'family';
}

/** Each note once; whose it is said where it is not the first person's. */
function notesOf(people: readonly RosterPerson[]): string[] {
  const notes = people.flatMap((person, at) => {
    if (person.note === undefined) return [];
    return at === 0 ? [person.note] : [`${person.facts.name}：${person.note}`];
  });
  return [...new Set(notes)];
}

/** What any row says of the room; of two rows the earlier. */
function oneRoom(rooms: readonly RosterRoom[]): RosterRoom {
  return Object.assign({}, ...[...rooms].reverse()) as RosterRoom;
}
