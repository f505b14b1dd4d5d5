// Finds where a sheet's tables begin: the row, or the two or three rows, whose cells are headings. Headings are known
// by their words, whatever their order. Invariant: no table without a column of names.
import {
  cellName,
  cellText,
  mergedCells,
  plainWord,
  type MergedCells,
  type RosterSheet,
} from './roster-sheet.ts';
import { fieldOfHeading, type RosterField } from './roster-vocabulary.ts';

export interface HeadingFound {
  field: RosterField;
  column: number;
  label: string;
  /** `J3` */
  cell: string;
}

export interface RosterTable {
  /** First and last row of the heading, and the last row of the table. */
  top: number;
  bottom: number;
  end: number;
  columns: ReadonlyMap<RosterField, number>;
  headings: HeadingFound[];
  /** Columns with a heading nobody knows: not read, and told. */
  unknown: { cell: string; label: string }[];
}

const MOST_ROWS = 3;
const FEWEST_FIELDS = 3;

/** The tables of a sheet, from top to bottom. A heading printed again begins the next table. */
export function findTables(sheet: RosterSheet): RosterTable[] {
  const merged = mergedCells(sheet);
  const tables: RosterTable[] = [];
  const names = sheet.rows.map((row) =>
    row.some((cell) => typeof cell === 'string' && fieldOfHeading(cell) === 'name'),
  );
  for (let row = 0; row < sheet.rows.length; row++) {
    if (!names.slice(row, row + MOST_ROWS).includes(true)) continue;
    const found = headingAt(sheet, merged, row);
    if (!found) continue;
    const last = tables.at(-1);
    if (last) last.end = found.top - 1;
    tables.push({ ...found, end: sheet.rows.length - 1 });
    row = found.bottom;
  }
  return tables;
}

type Heading = Omit<RosterTable, 'end'>;

/** The heading that begins in this row, of one, two or three rows: those that say the most, and no row that adds nothing. */
function headingAt(sheet: RosterSheet, merged: MergedCells, top: number): Heading | undefined {
  const last = Math.min(top + MOST_ROWS, sheet.rows.length) - 1;
  let best = headingOf(sheet, merged, { top, bottom: top });
  for (let bottom = top + 1; bottom <= last && isHeadingRow(sheet, bottom); bottom++) {
    const heading = headingOf(sheet, merged, { top, bottom });
    if (heading.columns.size > best.columns.size) best = heading;
  }
  while (best.top < best.bottom) {
    const shorter = headingOf(sheet, merged, { top: best.top + 1, bottom: best.bottom });
    if (shorter.columns.size < best.columns.size) break;
    best = shorter;
  }
  if (!best.columns.has('name') || best.columns.size < FEWEST_FIELDS) return undefined;
  while (isHintRow(sheet, best.bottom + 1)) best = { ...best, bottom: best.bottom + 1 };
  return best;
}

/** A row that can be the second of a heading: words only, at least half of them headings or hints. */
function isHeadingRow(sheet: RosterSheet, row: number): boolean {
  const cells = (sheet.rows[row] ?? []).filter((cell) => cell !== null && cellText(cell) !== '');
  if (cells.length === 0 || cells.some((cell) => typeof cell !== 'string')) return false;
  const known = cells.filter(
    (cell) => isHint(cellText(cell)) || fieldOfHeading(cellText(cell)) !== undefined,
  );
  return known.length * 2 >= cells.length;
}

/** A row of nothing but hints: (年月日). */
function isHintRow(sheet: RosterSheet, row: number): boolean {
  const texts = (sheet.rows[row] ?? []).map(cellText).filter((text) => text !== '');
  return texts.length > 0 && texts.every(isHint);
}

const isHint = (text: string) => plainWord(text) === '';

function headingOf(sheet: RosterSheet, merged: MergedCells, rows: { top: number; bottom: number }): Heading {
  const { top, bottom } = rows;
  const columns = new Map<RosterField, number>();
  const headings: HeadingFound[] = [];
  const unknown: { cell: string; label: string }[] = [];
  const width = Math.max(...sheet.rows.slice(top, bottom + 1).map((row) => row.length));
  for (let column = 0; column < width; column++) {
    const labels: { row: number; text: string }[] = [];
    for (let row = top; row <= bottom; row++) {
      const text = cellText(merged.at(row, column));
      if (text !== '' && text !== labels.at(-1)?.text) labels.push({ row, text });
    }
    const found = fieldOfLabels(labels, columns);
    const own = labels.at(-1);
    if (found) {
      columns.set(found.field, column);
      headings.push({ field: found.field, column, label: found.label, cell: cellName(found.row, column) });
    } else if (own) {
      unknown.push({ cell: cellName(own.row, column), label: own.text });
    }
  }
  return { top, bottom, columns, headings, unknown };
}

/** The lowest label that is a heading, else all of them as one word; each field once, from the left. */
function fieldOfLabels(
  labels: readonly { row: number; text: string }[],
  taken: ReadonlyMap<RosterField, number>,
): { field: RosterField; label: string; row: number } | undefined {
  const whole = { row: labels[0]?.row ?? 0, text: labels.map((label) => label.text).join('') };
  for (const { row, text } of [...labels].reverse().concat(whole)) {
    const field = fieldOfHeading(text);
    if (field !== undefined && !taken.has(field)) return { field, label: text, row };
  }
  return undefined;
}
