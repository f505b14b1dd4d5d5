// Days as people and spreadsheets write them. Invariant: a day that is not wholly written is refused, never completed:
// no century is guessed for 80.1.17, no day for 1980年1月, no order for 5/3/2024.
import type { IsoDate } from './time.ts';
import { writtenNumber } from './written-number.ts';

export type DateFault =
  | 'empty'
  | 'unreadable'
  /** A year, or a year and a month. */
  | 'incomplete'
  | 'no-such-day'
  /** Before 1870, or after the latest day allowed. */
  | 'out-of-range';

export type DateReading = { outcome: 'read'; date: IsoDate } | { outcome: 'refused'; reason: DateFault };

const EARLIEST = '1870-01-01';
const DAY_MS = 86_400_000;
/** Serials count from here; day 60 of the 1900 system is 29 February 1900, which never was (ECMA-376 18.17.4). */
const SERIAL_ZERO = { '1900': Date.UTC(1899, 11, 30), '1904': Date.UTC(1904, 0, 1) };
const LAST_SERIAL = 109_574;

const CHINESE =
  /^([〇零○O一壹二贰两三叁四肆五伍六陆七柒八捌九玖]{4})年([^年月日号]{1,3})月([^年月日号]{1,3})[日号]?$/;
const SEPARATED = /^(\d{4})[.\-/,、年](\d{1,2})[.\-/,、月](\d{1,2})[日号.]?生?$/;
const SOLID = /^(\d{4})(\d{2})(\d{2})$/;
const INCOMPLETE = /^(\d{4})年?$|^(\d{4})[.\-/年](\d{1,2})月?$|^(\d{4})(0[1-9]|1[0-2])$/;
const CLOCK = /[T ](?:\d{1,2}:){1,2}\d{1,2}(?:\.\d+)?Z?$/;

export interface DateLimits {
  /** The last day it may be. */
  latest: IsoDate;
  /** Which day a spreadsheet counts from; 1900 where nothing is said. */
  dateSystem?: '1900' | '1904' | undefined;
}

/** Reads a cell: a spreadsheet's serial, 20240305 as a number, or text in any of the usual forms. */
export function readWrittenDate(written: string | number, limits: DateLimits): DateReading {
  return typeof written === 'number' ? fromNumber(written, limits) : fromText(written, limits);
}

function fromNumber(written: number, limits: DateLimits): DateReading {
  const text = String(written);
  if (SOLID.test(text)) return fromText(text, limits);
  if (written >= 1 && written < LAST_SERIAL && !/^(?:18|19|20)\d\d(?:\.\d{1,2})?$/.test(text)) {
    return fromSerial(Math.floor(written), limits);
  }
  return refused(INCOMPLETE.test(text) ? 'incomplete' : 'unreadable');
}

function fromSerial(serial: number, limits: DateLimits): DateReading {
  const system = limits.dateSystem ?? '1900';
  if (system === '1900' && serial === 60) return refused('no-such-day');
  const days = system === '1900' && serial < 60 ? serial + 1 : serial;
  return within(new Date(SERIAL_ZERO[system] + days * DAY_MS).toISOString().slice(0, 10), limits);
}

function fromText(written: string, limits: DateLimits): DateReading {
  const plain = written.normalize('NFKC').trim().replace(CLOCK, '').replace(/\s/g, '');
  if (plain === '') return refused('empty');
  const [, year, month, day] = SEPARATED.exec(plain) ?? SOLID.exec(plain) ?? chineseParts(plain) ?? [];
  if (year !== undefined) return within(`${year}-${padded(month)}-${padded(day)}`, limits);
  if (/^\d{5}$/.test(plain)) return fromNumber(Number(plain), limits);
  return refused(INCOMPLETE.test(plain) ? 'incomplete' : 'unreadable');
}

function chineseParts(plain: string): string[] | undefined {
  const [, ...parts] = CHINESE.exec(plain) ?? [];
  const numbers = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : writtenNumber(part)));
  if (numbers.length === 0 || numbers.includes(undefined)) return undefined;
  return [plain, ...numbers.map(String)];
}

function within(date: string, limits: DateLimits): DateReading {
  const time = Date.parse(`${date}T00:00:00.000Z`);
  if (!Number.isFinite(time) || !new Date(time).toISOString().startsWith(date)) return refused('no-such-day');
  if (date < EARLIEST || date > limits.latest) return refused('out-of-range');
  return { outcome: 'read', date };
}

const padded = (part: string | undefined) => (part ?? '').padStart(2, '0');
const refused = (reason: DateFault): DateReading => ({ outcome: 'refused', reason });
