// From the bytes of an .xlsx to cells the roster module takes. A workbook is hostile input (it comes by chat from
// anywhere): what it claims to unpack to is checked before anything is unpacked, and the unpacker holds it to its claim.
import { readXlsx, type CellValue, type Sheet } from 'hucre/xlsx';
import { textOutOfCell } from '#lib/domain/spreadsheet-text.ts';
import type { RosterCell, RosterSheet, RosterWorkbook } from '#lib/domain/roster/roster-sheet.ts';

export const LIMITS = {
  packedBytes: 20 * 1024 * 1024,
  unpackedBytes: 200 * 1024 * 1024,
  /** Unpacked to packed, of the whole file. */
  ratio: 100,
  rows: 50_000,
  columns: 256,
  /** In which something stands. */
  cells: 1_000_000,
  /** Of all cells together: one text may stand in a million of them, and costs memory once it is taken out. */
  characters: 50_000_000,
};

export type WorkbookLimits = typeof LIMITS;

/** A spreadsheet's last: what stands far down is counted, not cut off. */
const LAST_ROW = 1_048_576;

export type WorkbookFault =
  | 'empty'
  | 'tooBig'
  | 'tooBigUnpacked'
  | 'tooManyRows'
  | 'tooMuchText'
  | 'tooSlow'
  | 'notAWorkbook'
  | 'plainText'
  | 'noCells'
  | 'oldFormat';
export type WorkbookReading =
  | { outcome: 'read'; workbook: RosterWorkbook }
  | { outcome: 'refused'; reason: WorkbookFault; detail?: string };

/**
 * Reads the sheets' cells and merged areas. `rows`, `cells` and `characters` count all sheets together. In this thread: what
 * comes from outside is read by `readWorkbookApart`.
 */
export async function readWorkbook(
  bytes: Uint8Array,
  limits: WorkbookLimits = LIMITS,
): Promise<WorkbookReading> {
  const fault = packageFault(bytes, limits);
  if (fault) return { outcome: 'refused', reason: fault };
  let sheets: Sheet[];
  let dateSystem: '1900' | '1904';
  try {
    const book = await readXlsx(bytes, { range: `A1:${lastColumn(limits.columns)}${LAST_ROW}` });
    sheets = book.sheets;
    dateSystem = book.dateSystem === '1904' ? '1904' : '1900';
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return { outcome: 'refused', reason: 'notAWorkbook', detail };
  }
  const rows = sheets.reduce((total, sheet) => total + rowsUsed(sheet), 0);
  if (rows > limits.rows) return { outcome: 'refused', reason: 'tooManyRows' };
  if (isTooMuch(sheets, limits)) return { outcome: 'refused', reason: 'tooMuchText' };
  if (rows === 0) return { outcome: 'refused', reason: 'noCells' };
  return { outcome: 'read', workbook: { dateSystem, sheets: sheets.map(rosterSheet) } };
}

/** Rows down to the last in which something stands: borders and colours often go on below it. */
function rowsUsed({ rows }: Sheet): number {
  let used = rows.length;
  while (used > 0 && rows[used - 1]?.every((cell) => cell === null || cell === '')) used--;
  return used;
}

/** Counted before a text is copied: what the file holds once may stand in it a million times. */
function isTooMuch(sheets: readonly Sheet[], limits: WorkbookLimits): boolean {
  let cells = 0;
  let characters = 0;
  for (const { rows } of sheets)
    for (const row of rows)
      for (const cell of row) {
        if (cell === null || cell === '') continue;
        cells++;
        if (typeof cell === 'string') characters += Math.min(cell.length, LONGEST_TEXT);
      }
  return cells > limits.cells || characters > limits.characters;
}

function rosterSheet(sheet: Sheet): RosterSheet {
  return {
    name: sheet.name,
    rows: sheet.rows.slice(0, rowsUsed(sheet)).map((row) => row.map(rosterCell)),
    merges: (sheet.merges ?? []).map((area) => ({
      top: area.startRow,
      left: area.startCol,
      bottom: area.endRow,
      right: area.endCol,
    })),
  };
}

const LONGEST_TEXT = 32_767;
const ERROR_VALUE = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/;

/** Text without what no keyboard makes: control characters, which a terminal would obey, and halves of characters. */
function rosterCell(value: CellValue): RosterCell {
  if (value instanceof Date) return dayOf(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string' || ERROR_VALUE.test(value)) return null;
  return textOutOfCell(value.slice(0, LONGEST_TEXT))
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, '');
}

/** The nearest second decides: a serial with a fraction may lie just before midnight. */
function dayOf(instant: Date): RosterCell {
  const time = Math.round(instant.getTime() / 1_000) * 1_000;
  return Number.isNaN(time) ? null : { date: new Date(time).toISOString().slice(0, 10) };
}

function lastColumn(columns: number): string {
  let letters = '';
  for (let rest = columns - 1; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return letters;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const SIXTY_FOUR_BIT = 0xffffffff;
const HAS_DESCRIPTOR = 8;

/** A table as text (CSV, or a page saved as .xls), in UTF-8 or GBK: nothing in it below a tab, and a line's end. */
function isPlainText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4096);
  return start.includes(10) && start.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

/** What is wrong with the package by its own directory (PKWARE APPNOTE 4.3), before a byte is unpacked. */
export function packageFault(bytes: Uint8Array, limits: WorkbookLimits = LIMITS): WorkbookFault | undefined {
  if (bytes.length === 0) return 'empty';
  if (bytes.length > limits.packedBytes) return 'tooBig';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPlainText(bytes)) return 'plainText';
  if (bytes.length > 8 && view.getUint32(0) === 0xd0cf11e0) return 'oldFormat';
  let end = bytes.length - 22;
  while (end >= Math.max(0, bytes.length - 65_557) && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0 || end < bytes.length - 65_557) return 'notAWorkbook';
  const entries = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let unpackedBytes = 0;
  for (let entry = 0; entry < entries; entry++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== DIRECTORY_ENTRY) return 'notAWorkbook';
    const flags = view.getUint16(at + 8, true);
    const packed = view.getUint32(at + 20, true);
    const unpacked = view.getUint32(at + 24, true);
    if (packed === SIXTY_FOUR_BIT || unpacked === SIXTY_FOUR_BIT) return 'tooBigUnpacked';
    // A size that is only said after the data, or denied, cannot be held against what comes out.
    if (unpacked === 0 && (packed > 2 || (flags & HAS_DESCRIPTOR) !== 0)) return 'notAWorkbook';
    unpackedBytes += unpacked;
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const most = Math.min(limits.unpackedBytes, bytes.length * limits.ratio);
  return unpackedBytes > most ? 'tooBigUnpacked' : undefined;
}
