// What two people said of a field, in words: codes by their word, days as days, lists as lists.
import { m } from '#messages';
import type { ClashSide } from '#lib/domain/clashes.ts';
import type { CodeSetName } from '#lib/domain/code-sets.ts';
import { ROOM_STATES, type RoomState } from '#lib/domain/place.ts';
import type { IsoDate } from '#lib/domain/time.ts';
import { householdKindWord, roomStateWord } from './code-words.ts';
import { dateText, momentText } from './day-words.ts';
import { codeWord } from './standard-words.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

const SETS: Readonly<Record<string, CodeSetName>> = {
  relation: 'relation',
  sex: 'sex',
  marriage: 'marriage',
  education: 'education',
};

const isRoomState = (value: string): value is RoomState => ROOM_STATES.some((state) => state === value);

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
  if (field === 'state' && isRoomState(value)) return roomStateWord(value);
  if (field === 'kind') return kindText(value);
  const set = SETS[field];
  return (set && codeWord(set, value)) ?? names.get(value) ?? value;
}

const KINDS = ['family', 'collective', 'registeredOnly', 'residing'] as const;
function kindText(value: string): string {
  const kind = KINDS.find((known) => known === value);
  return kind ? householdKindWord(kind) : value;
}

const HOW: Record<NonNullable<ClashSide['how']>, () => string> = {
  document: m.clash_how_document,
  told: m.clash_how_told,
  inferred: m.clash_how_inferred,
};
export const howText = (how: ClashSide['how']): string | undefined => how && HOW[how]();
