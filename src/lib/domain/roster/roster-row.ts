// One row of a table, asked by field instead of by column; merged cells filled downwards.
import type { IsoDate } from '../time.ts';
import type { RosterTable } from './roster-headings.ts';
import type { RosterPlace } from './roster-record.ts';
import { cellName, cellText, type MergedCells, type RosterCell, type RosterSheet } from './roster-sheet.ts';
import type { RosterField } from './roster-vocabulary.ts';

export interface RosterRow {
  place: RosterPlace;
  /** Counts from 0. */
  index: number;
  today: IsoDate;
  dateSystem: '1900' | '1904' | undefined;
  /** Whether the table has this column. */
  has(field: RosterField): boolean;
  raw(field: RosterField): RosterCell;
  text(field: RosterField): string;
  /** What stands in this row itself under the field. */
  ownText(field: RosterField): string;
  /** A1 name of the field's cell; of the row's first cell where the table has no such column. */
  cell(field: RosterField): string;
  /** The same for rows whose door stands in one merged cell; a row with a door of its own has its own; else undefined. */
  doorGroup: string | undefined;
  /** Values that stand in this row itself, not filled into it, with their columns. */
  own: { column: number; text: string }[];
}

export interface RowSource {
  sheet: RosterSheet;
  merged: MergedCells;
  table: RosterTable;
  today: IsoDate;
  dateSystem: '1900' | '1904' | undefined;
}

export function rosterRow(source: RowSource, index: number): RosterRow {
  const { sheet, merged, table } = source;
  const raw = (field: RosterField): RosterCell => {
    const column = table.columns.get(field);
    return column === undefined ? null : merged.down(index, column);
  };
  return {
    place: { sheet: sheet.name, row: index + 1 },
    index,
    today: source.today,
    dateSystem: source.dateSystem,
    has: (field) => table.columns.has(field),
    raw,
    text: (field) => cellText(raw(field)),
    ownText: (field) => cellText(sheet.rows[index]?.[table.columns.get(field) ?? -1]),
    cell: (field) => cellName(index, table.columns.get(field) ?? 0),
    doorGroup: doorGroupOf(source, index),
    own: (sheet.rows[index] ?? []).flatMap((cell, column) => {
      const text = cellText(cell);
      return text === '' ? [] : [{ column, text }];
    }),
  };
}

function doorGroupOf({ sheet, merged, table }: RowSource, index: number): string | undefined {
  const column = table.columns.get('room') ?? table.columns.get('address');
  if (column === undefined) return undefined;
  const top = merged.topOf(index, column);
  if (top !== undefined) return `merged ${top}`;
  return cellText(sheet.rows[index]?.[column]) === '' ? undefined : `row ${index}`;
}
