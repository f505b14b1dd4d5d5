// The rows of a roster that were not understood, or not wholly, as a workbook of their own: to be mended and read again.
// Invariants: nothing in it is a formula; long numbers are text and keep their digits; what is restricted is not copied.
import { writeXlsx } from 'hucre/xlsx';
import {
  cellName,
  type RosterCell,
  type RosterSheet,
  type RosterWorkbook,
} from '#lib/domain/roster/roster-sheet.ts';
import { textIntoCell } from '#lib/domain/spreadsheet-text.ts';
import type { RosterReport } from './roster-report.ts';
import { badRowWords } from './roster-words.ts';

/** Undefined where every row was understood. One sheet for each that has such rows: headings, rows as they stood, why. */
export async function badRowsWorkbook(
  workbook: RosterWorkbook,
  report: RosterReport,
): Promise<Uint8Array | undefined> {
  const sheets = workbook.sheets.flatMap((sheet) => {
    const rows = badRowsOf(sheet, report);
    return rows.length === 0 ? [] : [{ name: sheet.name, rows: [headingsOf(sheet, report), ...rows] }];
  });
  return sheets.length === 0 ? undefined : writeXlsx({ sheets });
}

function widthOf({ rows }: RosterSheet): number {
  return rows.reduce((width, row) => Math.max(width, row.length), 0);
}

function headingsOf(sheet: RosterSheet, report: RosterReport): string[] {
  const read = report.sheets.find(({ name }) => name === sheet.name);
  const labels = new Map(
    [...(read?.headings ?? []), ...(read?.unknownHeadings ?? [])].map(({ cell, label }) => [
      cell.replace(/\d+$/, ''),
      label,
    ]),
  );
  const columns = Array.from({ length: widthOf(sheet) }, (_, column) => cellName(0, column).replace('1', ''));
  return [
    ...columns.map((column) => textIntoCell(labels.get(column) ?? '')),
    badRowWords.row,
    badRowWords.why,
  ];
}

function badRowsOf(sheet: RosterSheet, report: RosterReport): (string | number | boolean | null)[][] {
  const reasons = new Map<number, string[]>();
  for (const told of [...report.refused, ...report.doubtful])
    if (told.sheet === sheet.name)
      reasons.set(told.row, [...(reasons.get(told.row) ?? []), `${told.cell}：${told.reason}`]);
  const restricted = new Set(
    report.heldBack.filter((told) => told.sheet === sheet.name).map(({ cell }) => cell),
  );
  const width = widthOf(sheet);
  return [...reasons]
    .sort(([a], [b]) => a - b)
    .map(([row, why]) => [
      ...Array.from({ length: width }, (_, column) =>
        restricted.has(cellName(row - 1, column))
          ? badRowWords.notCopied
          : shown(cellAt(sheet, row - 1, column)),
      ),
      row,
      textIntoCell(why.join('；')),
    ]);
}

/** What merged cells say stands in the first of them. */
function cellAt(sheet: RosterSheet, row: number, column: number): RosterCell {
  const area = sheet.merges.find(
    ({ top, left, bottom, right }) => row >= top && row <= bottom && column >= left && column <= right,
  );
  return sheet.rows[area?.top ?? row]?.[area?.left ?? column] ?? null;
}

function shown(cell: RosterCell): string | number | boolean | null {
  if (cell !== null && typeof cell === 'object') return cell.date;
  return typeof cell === 'string' ? textIntoCell(cell) : cell;
}
