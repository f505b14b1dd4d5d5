// What shows only when a sheet is read to its end: doors that are missing, people born after the sheet was filled in,
// rooms both vacant and lived in.
import type { Door } from '../door.ts';
import type { IsoDate } from '../time.ts';
import type { RosterTable } from './roster-headings.ts';
import { doorKey } from './roster-household.ts';
import type { RosterHousehold, RosterRemark, VacantRoom } from './roster-record.ts';
import type { SheetInReading } from './roster-rows.ts';
import { cellName } from './roster-sheet.ts';

const saidDoor = (door: Door | undefined) =>
  door && [door.compound, door.buildingNumber, door.unitNumber, door.roomNumber].filter(Boolean).join('-');

/** Households without a door, with the doors written before and after them in the sheet. */
export function missingDoors(reading: SheetInReading): RosterRemark[] {
  const placed = [...reading.households, ...reading.vacantRooms].sort((a, b) => a.place.row - b.place.row);
  return reading.households
    .filter((household) => household.door === undefined)
    .map((household) => {
      const at = placed.indexOf(household);
      const before = saidDoor(
        placed
          .slice(0, at)
          .filter((one) => one.door)
          .at(-1)?.door,
      );
      const after = saidDoor(placed.slice(at).find((one) => one.door)?.door);
      const around = { ...(before ? { before } : {}), ...(after ? { after } : {}) };
      return { ...household.place, cell: household.cell, kind: 'doorMissing', ...around };
    });
}

export function bornLater(
  households: readonly RosterHousehold[],
  statedOn: IsoDate,
  table: RosterTable | undefined,
): RosterRemark[] {
  const column = table?.columns.get('birth') ?? 0;
  return households
    .flatMap((household) => household.people)
    .filter((person) => person.facts.birth !== undefined && person.facts.birth > statedOn)
    .map((person) => ({
      ...person.place,
      cell: cellName(person.place.row - 1, column),
      kind: 'bornAfterSheet',
      statedOn,
    }));
}

/** Each vacant room once, without those that somebody lives in by another row. */
export function trulyVacant(reading: SheetInReading, remarks: RosterRemark[]): VacantRoom[] {
  const lived = new Set(reading.households.flatMap((one) => (one.door ? [doorKey(one.door)] : [])));
  const seen = new Set<string>();
  return reading.vacantRooms.filter((room) => {
    const key = doorKey(room.door);
    if (lived.has(key)) remarks.push({ ...room.place, cell: room.cell, kind: 'vacantButLivedIn' });
    if (lived.has(key) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
