// What two people said of a field, in words: codes by their word, days as days, lists as lists.
import { m } from '#messages';
import type { ClashSide } from '#lib/domain/clashes.ts';
import type { IsoDate } from '#lib/domain/time.ts';
import { dateText, momentText } from './day-words.ts';
import { rosterWord } from './roster-words.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** `names`: of residents, by id. */
export function clashValueText(
  { field, value }: { field: string; value: unknown },
  today: IsoDate,
  names: ReadonlyMap<string, string>,
): string {
  if (value === undefined || value === null || value === '') return m.clash_empty();
  if (Array.isArray(value))
    return value.length === 0 ? m.clash_empty() : value.map((each) => String(each)).join('、');
  if (typeof value === 'object') return Object.values(value).map(String).join(' ');
  return stringText(field, String(value), { today, names });
}

function stringText(
  field: string,
  value: string,
  { today, names }: { today: IsoDate; names: ReadonlyMap<string, string> },
): string {
  if (INSTANT.test(value)) return momentText(value, today);
  if (DATE.test(value)) return dateText(value, today);
  return rosterWord(field, value) ?? names.get(value) ?? value;
}

const HOW: Record<NonNullable<ClashSide['how']>, () => string> = {
  document: m.clash_how_document,
  told: m.clash_how_told,
  inferred: m.clash_how_inferred,
};
export const howText = (how: ClashSide['how']): string | undefined => how && HOW[how]();
