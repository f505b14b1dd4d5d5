// From a workbook's cells to households, people and vacant rooms. Pure: the command line and the browser read alike.
// Invariant: every row that is not blank, a title, a heading or a total ends as a record or as a remark with its cell.
import type { IsoDate } from '../time.ts';
import { readWrittenDate } from '../written-date.ts';
import { findTables, type HeadingFound } from './roster-headings.ts';
import { bornLater, missingDoors, trulyVacant } from './roster-doubts.ts';
import { emptySheet, takeRow } from './roster-rows.ts';
import { closeHousehold } from './roster-household.ts';
import type {
  HeldBack,
  RosterHousehold,
  RosterRemark,
  RosterRepeat,
  RosterTotal,
  VacantRoom,
} from './roster-record.ts';
import { settleNumbers } from './roster-repeat.ts';
import { rosterRow, type RowSource } from './roster-row.ts';
import { cellText, mergedCells, type RosterSheet, type RosterWorkbook } from './roster-sheet.ts';
import { statedDayIn } from './roster-vocabulary.ts';

export interface SheetReading {
  name: string;
  /** Empty where no heading was found: nothing of this sheet was read. */
  tables: {
    headings: HeadingFound[];
    unknown: { cell: string; label: string }[];
    firstRow: number;
    lastRow: number;
  }[];
  /** The day it says it was filled in. */
  statedOn?: IsoDate;
  households: number;
  people: number;
  vacantRooms: number;
}

export interface RosterReading {
  sheets: SheetReading[];
  households: RosterHousehold[];
  vacantRooms: VacantRoom[];
  /** Rows that made no record. */
  refused: RosterRemark[];
  /** Records made, but not of everything that is written, or of something that cannot be right. */
  doubtful: RosterRemark[];
  heldBack: HeldBack[];
  repeats: RosterRepeat[];
  totals: RosterTotal[];
}

export interface RosterOptions {
  /** Nobody is born later, and ages count to here. */
  today: IsoDate;
}

const REFUSED = new Set<RosterRemark['kind']>(['noName', 'nameTooLong', 'vacantWithoutDoor']);

/** Reads every sheet that has a table of people; the others are named with no tables. */
export function readRoster(workbook: RosterWorkbook, options: RosterOptions): RosterReading {
  const sheets = workbook.sheets.map((sheet) =>
    readSheet(sheet, { ...options, dateSystem: workbook.dateSystem }),
  );
  const households = sheets.flatMap((sheet) => sheet.households);
  const idCells = new Map(sheets.flatMap((sheet) => [...sheet.idCells]));
  const taken = settleNumbers(
    households,
    (person) => idCells.get(`${person.place.sheet} ${person.place.row}`) ?? '',
  );
  const order = new Map(workbook.sheets.map((sheet, at) => [sheet.name, at]));
  const remarks = [...sheets.flatMap((sheet) => sheet.remarks), ...taken].sort(
    (a, b) => (order.get(a.sheet) ?? 0) - (order.get(b.sheet) ?? 0) || a.row - b.row,
  );
  return {
    sheets: sheets.map((sheet) => sheet.summary),
    households,
    vacantRooms: sheets.flatMap((sheet) => sheet.vacantRooms),
    refused: remarks.filter((remark) => REFUSED.has(remark.kind)),
    doubtful: remarks.filter((remark) => !REFUSED.has(remark.kind)),
    heldBack: sheets.flatMap((sheet) => sheet.heldBack),
    repeats: sheets.flatMap((sheet) => sheet.repeats),
    totals: sheets.flatMap((sheet) => sheet.totals),
  };
}

function readSheet(sheet: RosterSheet, options: RosterOptions & Pick<RosterWorkbook, 'dateSystem'>) {
  const reading = emptySheet();
  const tables = findTables(sheet);
  const statedOn = statedDay(sheet, tables[0]?.top ?? 0, options);
  const merged = mergedCells(sheet);
  for (const table of tables) {
    const source: RowSource = { sheet, merged, table, today: options.today, dateSystem: options.dateSystem };
    for (let index = table.bottom + 1; index <= table.end; index++)
      takeRow(reading, rosterRow(source, index));
  }
  const closed = reading.households.map((open) => closeHousehold(open, statedOn));
  const households = closed.map(({ household }) => household);
  const remarks = [...reading.remarks, ...closed.flatMap((one) => one.remarks), ...missingDoors(reading)];
  if (statedOn !== undefined) remarks.push(...bornLater(households, statedOn, tables[0]));
  const vacantRooms = trulyVacant(reading, remarks);
  const people = households.reduce((total, household) => total + household.people.length, 0);
  const summary: SheetReading = {
    name: sheet.name,
    tables: tables.map((table) => ({
      headings: table.headings,
      unknown: table.unknown,
      firstRow: table.bottom + 2,
      lastRow: table.end + 1,
    })),
    ...(statedOn ? { statedOn } : {}),
    households: households.length,
    people,
    vacantRooms: vacantRooms.length,
  };
  return { ...reading, households, vacantRooms, remarks, summary };
}

/** The day said above the first table: 填表日期：2026年9月30日, in one cell or in two. */
function statedDay(sheet: RosterSheet, above: number, options: RosterOptions): IsoDate | undefined {
  for (const row of sheet.rows.slice(0, above)) {
    const texts = row.map(cellText).filter((text) => text !== '');
    for (const [at, text] of texts.entries()) {
      const stated = statedDayIn(text);
      if (stated === undefined) continue;
      const reading = readWrittenDate(stated === '' ? (texts[at + 1] ?? '') : stated, {
        latest: options.today,
      });
      if (reading.outcome === 'read') return reading.date;
    }
  }
  return undefined;
}
