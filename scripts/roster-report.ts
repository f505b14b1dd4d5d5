// What was understood of a roster, as lines for people and as one JSON object for programs. Both say every row that made
// no record and every doubt, each with its sheet, row and cell.
import type { RosterReading } from '#lib/domain/roster/read-roster.ts';
import { TO_CARE } from './roster-care-words.ts';
import { fieldWords, HELD_BACK, reasonOf, repeatWords, sheetWords, totalWords } from './roster-words.ts';

interface Told {
  sheet: string;
  row: number;
  cell: string;
  reason: string;
}

export interface RosterReport {
  /** Households somebody lives in. */
  households: number;
  people: number;
  vacantRooms: number;
  refused: Told[];
  doubtful: Told[];
  repeats: Told[];
  heldBack: Told[];
  totals: (Told & { stated: number; counted: number; matches: boolean })[];
  sheets: {
    name: string;
    understood: boolean;
    headings: { cell: string; label: string; field: string }[];
    unknownHeadings: { cell: string; label: string }[];
    statedOn?: string;
    households: number;
    people: number;
    vacantRooms: number;
  }[];
}

export function rosterReport(reading: RosterReading): RosterReport {
  const told = <T extends { sheet: string; row: number; cell: string }>(
    list: readonly T[],
    say: (one: T) => string,
  ): Told[] => list.map((one) => ({ sheet: one.sheet, row: one.row, cell: one.cell, reason: say(one) }));
  return {
    households: reading.households.length,
    people: reading.households.reduce((total, household) => total + household.people.length, 0),
    vacantRooms: reading.vacantRooms.length,
    refused: told(reading.refused, reasonOf),
    doubtful: told(reading.doubtful, reasonOf),
    repeats: told(reading.repeats, ({ of }) => repeatWords(of.row)),
    heldBack: told(reading.heldBack, ({ toCare }) => (toCare ? TO_CARE : HELD_BACK)),
    totals: reading.totals.map((total) => ({
      sheet: total.sheet,
      row: total.row,
      cell: total.cell,
      reason: totalWords(total),
      stated: total.stated,
      counted: total.counted,
      matches: total.matches,
    })),
    sheets: reading.sheets.map(({ tables, ...sheet }) => ({
      ...sheet,
      understood: tables.length > 0,
      headings: tables.flatMap((table) =>
        table.headings.map(({ cell, label, field }) => ({ cell, label, field })),
      ),
      unknownHeadings: tables.flatMap((table) => table.unknown),
    })),
  };
}

/** The report for a terminal. */
export function reportLines(file: string, report: RosterReport): string[] {
  return [
    sheetWords.title(file),
    '',
    ...report.sheets.flatMap(sheetLines),
    '',
    sheetWords.all(report),
    ...listed(sheetWords.repeats, report.repeats),
    ...(report.totals.length > 0 ? ['', sheetWords.totals, ...report.totals.map(toldLine)] : []),
    ...listed(sheetWords.heldBack, report.heldBack),
    ...(report.refused.length > 0
      ? listed(sheetWords.refused, report.refused)
      : ['', sheetWords.noneRefused]),
    ...listed(sheetWords.doubtful, report.doubtful),
  ];
}

function sheetLines(sheet: RosterReport['sheets'][number]): string[] {
  const [first] = sheet.headings;
  if (!first) return [sheetWords.noTable(sheet.name)];
  const found = sheet.headings.map(({ cell, label, field }) => {
    const word = fieldWords[field as keyof typeof fieldWords];
    return label === word ? `${cell} ${label}` : `${cell} ${label}→${word}`;
  });
  const unknown = sheet.unknownHeadings.map(({ cell, label }) => `${cell} ${label}`);
  return [
    sheetWords.table(sheet.name, Number(/\d+$/.exec(first.cell)?.[0])),
    sheetWords.headings(found.join('、')),
    ...(unknown.length > 0 ? [sheetWords.unknown(unknown.join('、'))] : []),
    ...(sheet.statedOn ? [sheetWords.statedOn(sheet.statedOn)] : []),
    sheetWords.counts(sheet),
  ];
}

function listed(title: (count: number) => string, list: readonly Told[]): string[] {
  return list.length === 0 ? [] : ['', title(list.length), ...list.map(toldLine)];
}

const toldLine = (one: Told) => `  ${one.sheet} ${one.cell}  ${one.reason}`;
