// 公民身份号码, GB 11643-1999: read, checked, masked. Invariant: a number is never guessed: what is wrong or incomplete
// is refused with its reason, and nothing is converted, 15 digits to 18 included.
import { ageOn, type IsoDate } from './time.ts';

export type IdNumberWarning =
  /** The first two digits name no province. Only a warning: counties come and go, and 999999 is for trials. */
  | 'unknown-area'
  /** Digit 17 is odd for men and even for women, and the other sex was given. */
  | 'sex-differs';

export type IdNumberFault =
  | 'empty'
  /** A number of before 1999: true once, but it says neither century nor check. */
  | 'fifteen-digits'
  | 'length'
  | 'characters'
  | 'no-such-day'
  | 'in-future'
  | 'too-old'
  | 'check-character';

export type IdNumberReading =
  | {
      outcome: 'valid';
      /** 18 characters, half width, X in upper case. */
      number: string;
      birth: IsoDate;
      /** GB/T 2261.1: 1 male, 2 female. */
      sex: '1' | '2';
      warnings: IdNumberWarning[];
    }
  | { outcome: 'refused'; reason: IdNumberFault };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';
const OLDEST_YEARS = 130;

/** Provinces of GB/T 2260, and 81–83: residence permits of people from Hong Kong, Macao and Taiwan, same check. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
);

/** The 18th character to the first 17 digits (GB 11643, ISO 7064 MOD 11-2). */
export function checkCharacterOf(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(first17[place]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

/** Half width, upper case, without blanks, hyphens and invisible characters. */
function tidyIdNumber(written: string): string {
  return written
    .normalize('NFKC')
    .replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff'’‘_.·-]/g, '')
    .toUpperCase();
}

/** Reads a number as people write it: lower-case x, full width, blanks. `sex` is what else is known (GB/T 2261.1). */
export function readIdNumber(
  written: string,
  known: { today: IsoDate; sex?: string | undefined },
): IdNumberReading {
  const number = tidyIdNumber(written);
  const fault = faultOf(number, known.today);
  if (fault) return { outcome: 'refused', reason: fault };
  const sex = Number(number[16]) % 2 === 1 ? '1' : '2';
  const warnings: IdNumberWarning[] = [];
  if (!PROVINCES.has(number.slice(0, 2))) warnings.push('unknown-area');
  if ((known.sex === '1' || known.sex === '2') && known.sex !== sex) warnings.push('sex-differs');
  return { outcome: 'valid', number, birth: birthIn(number), sex, warnings };
}

function faultOf(number: string, today: IsoDate): IdNumberFault | undefined {
  if (number === '') return 'empty';
  if (/^\d{15}$/.test(number)) return 'fifteen-digits';
  if (!/^\d*X?$/.test(number)) return 'characters';
  if (number.length !== 18) return 'length';
  const birth = birthIn(number);
  if (!isDay(birth)) return 'no-such-day';
  if (birth > today) return 'in-future';
  if (ageOn(birth, today) > OLDEST_YEARS) return 'too-old';
  return checkCharacterOf(number) === number[17] ? undefined : 'check-character';
}

const birthIn = (number: string): IsoDate =>
  `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(day);
}

/** `110105********002X`. Numbers of other documents keep two characters at either end, short ones none. */
export function maskIdNumber(number: string): string {
  if (number.length === 18) return `${number.slice(0, 6)}********${number.slice(14)}`;
  if (number.length < 8) return '*'.repeat(number.length);
  return number.slice(0, 2) + '*'.repeat(number.length - 4) + number.slice(-2);
}
