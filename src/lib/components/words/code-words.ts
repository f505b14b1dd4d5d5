// Our own codes in words: a screen never shows one without its word. Those of the standards: standard-words.ts.
import { m } from '#messages';
import { getLocale } from '#messages/runtime';
import { UNPLACED_BUILDING } from '#lib/domain/building-order.ts';
import type { HouseholdView } from '#lib/domain/field-views.ts';
import type { VisitResult } from '#lib/domain/people.ts';
import type { RoomState } from '#lib/domain/place.ts';
import { tagKind } from '#lib/domain/tag-kinds.ts';

const language = () => (getLocale() === 'en' ? 'en' : 'zh');

export function tagWords(codes: readonly string[], most: number): string[] {
  return codes.flatMap((code) => tagKind(code)?.[language()] ?? []).slice(0, most);
}

/** What 敲门 found wrong, by codes of F2 `abnormal`; a code of a newer form is "something wrong". */
const ABNORMAL: Record<string, () => string> = {
  illness: m.abnormal_illness,
  fall: m.abnormal_fall,
  noFoodOrMedicine: m.abnormal_noFoodOrMedicine,
  suspectedAbuse: m.abnormal_suspectedAbuse,
  outOfReach: m.abnormal_outOfReach,
};
export const abnormalWord = (code: string): string => (ABNORMAL[code] ?? m.abnormal_other)();

/** A building has a number on its wall; the households of a roster that came without a door stand under a word. */
export const buildingWord = (number: string): string =>
  number === UNPLACED_BUILDING ? m.building_unplaced() : m.building_name({ number });

const RESULTS: Record<VisitResult, () => string> = {
  met: m.result_met,
  phone: m.result_phone,
  family: m.result_family,
  nobody: m.result_nobody,
  refused: m.result_refused,
  vacant: m.result_vacant,
  movedOut: m.result_movedOut,
  notFound: m.result_notFound,
};
export const resultWord = (result: VisitResult): string => RESULTS[result]();

const ROOM_STATES: Record<RoomState, () => string> = {
  owner: m.room_owner,
  rented: m.room_rented,
  shared: m.room_shared,
  vacant: m.room_vacant,
  business: m.room_business,
  demolished: m.room_demolished,
};
export const roomStateWord = (state: RoomState): string => ROOM_STATES[state]();

const KINDS: Record<HouseholdView['kind'], () => string> = {
  family: m.kind_family,
  collective: m.kind_collective,
  registeredOnly: m.kind_registeredOnly,
  residing: m.kind_residing,
};
export const householdKindWord = (kind: HouseholdView['kind']): string => KINDS[kind]();

export const formWord = (form: 'f1' | 'f2'): string => (form === 'f1' ? m.form_f1() : m.form_f2());
