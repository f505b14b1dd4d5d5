// 合计 rows: not people, but a check on what was read. Committees often count rooms there, lived in or not.
import { floorOfRoom, type Door } from '../door.ts';
import type { RosterTotal } from './roster-record.ts';
import type { RosterRow } from './roster-row.ts';
import { cellName } from './roster-sheet.ts';
import { saysTotal } from './roster-vocabulary.ts';

export interface Counted {
  households: number;
  people: number;
  doors: readonly Door[];
  vacant: number;
}

/** A row whose first words, before any name, are 合计 or the like. */
export function isTotalRow(row: RosterRow): boolean {
  return row.own.slice(0, 2).some(({ text }) => saysTotal(text));
}

/** What a total says, `320户`, `671人`, beside what was counted. A number without a word is taken by its column. */
export function readTotals(row: RosterRow, counted: Counted): RosterTotal[] {
  return row.own.flatMap(({ column, text }): RosterTotal[] => {
    const [, digits, word] = /(\d+)\s*(户|人|套|间)?/.exec(text.normalize('NFKC')) ?? [];
    const cell = cellName(row.index, column);
    if (digits === undefined || saysTotal(text)) return [];
    const isPeople = /人/.test(word ?? '') || (word === undefined && cell === row.cell('name'));
    const isHouseholds = /户/.test(word ?? '') || (word === undefined && cell === row.cell('head'));
    const stated = Number(digits);
    const at = { ...row.place, cell, stated };
    if (isPeople) {
      return [{ ...at, what: 'people', counted: counted.people, matches: stated === counted.people }];
    }
    if (!isHouseholds) return [];
    const rooms = {
      roomsListed: counted.households + counted.vacant,
      roomsByLayout: roomsByLayout(counted.doors),
    };
    const matches = stated === counted.households;
    return [{ ...at, what: 'households', counted: counted.households, matches, ...rooms }];
  });
}

/** How many rooms the buildings have if every unit has the same rooms on each of its floors. */
function roomsByLayout(doors: readonly Door[]): number {
  const units = new Map<string, { floors: number; rooms: number }>();
  for (const door of doors) {
    const place = /^\d{1,2}(\d{2})/.exec(door.roomNumber)?.[1];
    if (place === undefined) continue;
    const key = [door.compound, door.buildingNumber, door.unitNumber].join('|');
    const unit = units.get(key) ?? { floors: 0, rooms: 0 };
    units.set(key, {
      floors: Math.max(unit.floors, floorOfRoom(door.roomNumber)),
      rooms: Math.max(unit.rooms, Number(place)),
    });
  }
  return [...units.values()].reduce((total, unit) => total + unit.floors * unit.rooms, 0);
}
