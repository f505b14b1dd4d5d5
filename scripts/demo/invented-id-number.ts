// ID numbers of the form of GB 11643-1999 that nobody has: area 999999 was never issued.
// Invariant: the check character is right, and digit 17 is odd for men and even for women.
import { checkCharacterOf } from '#lib/domain/id-number.ts';
import type { IsoDate } from '#lib/domain/time.ts';
import type { Sex } from './person-name.ts';

/** `serial` is a number from 0 to 499 that no other person of this birthday and sex has. */
export function inventedIdNumber(birth: IsoDate, sex: Sex, serial: number): string {
  const last = (serial % 500) * 2 + (sex === '1' ? 1 : 0);
  const first17 = `999999${birth.replaceAll('-', '')}${String(last).padStart(3, '0')}`;
  return first17 + checkCharacterOf(first17);
}
