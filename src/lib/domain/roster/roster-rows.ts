// Rows below a heading, one by one: a person, a vacant room, a total, a blank; or one that cannot be taken.
import type { Door } from '../door.ts';
import { addPerson, doorOfRow, tellerOf, type SheetInProgress } from './roster-household.ts';
import { readPerson } from './roster-person.ts';
import type { HeldBack, RosterTotal, VacantRoom } from './roster-record.ts';
import { roomOf } from './roster-room.ts';
import type { RosterRow } from './roster-row.ts';
import { isTotalRow, readTotals } from './roster-totals.ts';
import { saysVacant, type RosterField } from './roster-vocabulary.ts';

export interface SheetInReading extends SheetInProgress {
  vacantRooms: VacantRoom[];
  heldBack: HeldBack[];
  totals: RosterTotal[];
  /** Where each person's number stands, by sheet and row. */
  idCells: Map<string, string>;
}

export function emptySheet(): SheetInReading {
  return {
    households: [],
    current: undefined,
    gap: false,
    building: '',
    unit: '',
    remarks: [],
    repeats: [],
    vacantRooms: [],
    heldBack: [],
    totals: [],
    idCells: new Map(),
  };
}

const LONGEST_NAME = 100;

/** Fields that belong to a person: without a name they are a row that cannot be taken. */
const PERSONAL: RosterField[] = ['idNumber', 'birth', 'phone', 'sex', 'relation', 'room'];

/** Takes in one row below a heading. */
export function takeRow(reading: SheetInReading, row: RosterRow): void {
  if (row.own.length === 0) {
    reading.gap = true;
    return;
  }
  const name = row.text('name');
  if (isTotalRow(row)) takeTotals(reading, row);
  else if (isVacant(row, name)) takeVacant(reading, row);
  else if (name.length > LONGEST_NAME) tellerOf(reading, row)('name', { kind: 'nameTooLong' });
  else if (/\p{L}/u.test(name)) {
    const read = readPerson(row);
    reading.heldBack.push(...read.heldBack);
    reading.idCells.set(`${row.place.sheet} ${row.place.row}`, row.cell('idNumber'));
    addPerson(reading, row, read);
  } else if (PERSONAL.some((field) => row.ownText(field) !== '')) {
    reading.remarks.push({ ...row.place, cell: row.cell('name'), kind: 'noName' });
  }
  reading.gap = false;
}

function isVacant(row: RosterRow, name: string): boolean {
  if (name !== '') return saysVacant(name);
  return (['head', 'residence', 'roomState', 'note'] as const).some((field) => saysVacant(row.text(field)));
}

function takeVacant(reading: SheetInReading, row: RosterRow): void {
  const door = doorOfRow(row, reading);
  reading.current = undefined;
  if (!door) {
    reading.remarks.push({ ...row.place, cell: row.cell('room'), kind: 'vacantWithoutDoor' });
    return;
  }
  const room = roomOf(row, tellerOf(reading, row));
  reading.vacantRooms.push({
    place: row.place,
    cell: row.cell('room'),
    door,
    room: { ...room, state: 'vacant' },
  });
}

function takeTotals(reading: SheetInReading, row: RosterRow): void {
  const doors = [...reading.households.map((one) => one.door), ...reading.vacantRooms.map((one) => one.door)];
  const counted = {
    households: reading.households.length,
    people: reading.households.reduce((total, household) => total + household.people.length, 0),
    doors: doors.filter((door): door is Door => door !== undefined),
    vacant: reading.vacantRooms.length,
  };
  reading.totals.push(...readTotals(row, counted));
}
