// A workbook as the roster module takes it: sheets of cells, whoever read the file. Rows and columns count from 0 here;
// people are told A1 names. Invariant: nothing of a file format comes further than this.
import type { IsoDate } from '../time.ts';

/** A date is what the spreadsheet itself marked as one. */
export type RosterCell = string | number | boolean | { date: IsoDate } | null;

/** Merged cells: only the first of them holds the value. All four inclusive. */
export interface CellArea {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface RosterSheet {
  name: string;
  rows: readonly (readonly RosterCell[])[];
  merges: readonly CellArea[];
}

export interface RosterWorkbook {
  sheets: readonly RosterSheet[];
  /** Which day its serial dates count from. */
  dateSystem?: '1900' | '1904' | undefined;
}

/** `B44`, as spreadsheets name a cell. */
export function cellName(row: number, column: number): string {
  let letters = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return letters + String(row + 1);
}

/** A cell as text, trimmed; empty for an empty one. */
export function cellText(cell: RosterCell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'object') return cell.date;
  return String(cell).replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
}

/** Half width, without blanks and without what stands in brackets: what words are compared by. */
export function plainWord(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, '')
    .replace(/[\s:：*、/]/g, '')
    .toUpperCase();
}

/** Looks cells up through merged areas. */
export interface MergedCells {
  /** The cell's own value, or that of the first cell of the area it lies in. */
  at(row: number, column: number): RosterCell;
  /** The same, but filled downwards only: a title over many columns stays in its first. */
  down(row: number, column: number): RosterCell;
  /** The first row of the area a cell lies in; undefined where it lies in none. */
  topOf(row: number, column: number): number | undefined;
}

export function mergedCells(sheet: RosterSheet): MergedCells {
  const areas = new Map<number, CellArea[]>();
  for (const area of sheet.merges) {
    for (let row = area.top; row <= Math.min(area.bottom, sheet.rows.length - 1); row++) {
      const inRow = areas.get(row);
      if (inRow) inRow.push(area);
      else areas.set(row, [area]);
    }
  }
  const areaOf = (row: number, column: number) =>
    areas.get(row)?.find((area) => area.left <= column && column <= area.right);
  const at = (row: number, column: number): RosterCell => {
    const area = areaOf(row, column);
    return (area ? sheet.rows[area.top]?.[area.left] : sheet.rows[row]?.[column]) ?? null;
  };
  return {
    at,
    down: (row, column) => ((areaOf(row, column)?.left ?? column) === column ? at(row, column) : null),
    topOf: (row, column) => areaOf(row, column)?.top,
  };
}
