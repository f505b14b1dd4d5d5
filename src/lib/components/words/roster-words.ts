// What the codes of a roster's fields mean, ours and the standards', where a line tells of one field alone.
import { m } from '#messages';
import type { CodeSetName } from '#lib/domain/code-sets.ts';
import { ROOM_STATES } from '#lib/domain/place.ts';
import { formWord, householdKindWord, roomStateWord, tagWords } from './code-words.ts';
import { codeWord } from './standard-words.ts';

/** By the field's name; of the standards by their tables. */
const SETS: Readonly<Record<string, CodeSetName>> = {
  relation: 'relation',
  sex: 'sex',
  marriage: 'marriage',
  education: 'education',
  work: 'work',
  ethnicity: 'ethnicity',
  politics: 'politics',
  residence: 'residence',
  idType: 'idType',
};

const known = <T extends string>(all: readonly T[], value: string): T | undefined =>
  all.find((each) => each === value);

type Words = Readonly<Record<string, () => string>>;
const said = (words: Words) => (value: string) => words[value]?.();

const OURS: Readonly<Record<string, (value: string) => string | undefined>> = {
  state(value) {
    const state = known(ROOM_STATES, value);
    return state && roomStateWord(state);
  },
  kind(value) {
    const kind = known(['family', 'collective', 'registeredOnly', 'residing'] as const, value);
    return kind && householdKindWord(kind);
  },
  form(value) {
    const form = known(['f1', 'f2'] as const, value);
    return form && formWord(form);
  },
  code: (value) => tagWords([value], 1)[0],
  reason: said({
    moveOut: m.word_reason_moveOut,
    floatOut: m.word_reason_floatOut,
    death: m.word_reason_death,
    recheck: m.reason_recheck,
    planned: m.reason_planned,
    followUp: m.reason_follow_up,
  }),
  status: said({ open: m.word_status_open, done: m.word_status_done, dropped: m.word_status_dropped }),
  separation: said({
    personElsewhere: m.word_apart_personElsewhere,
    registrationElsewhere: m.word_apart_registrationElsewhere,
    nominal: m.word_apart_nominal,
  }),
  residenceKind: said({
    registered: m.word_living_registered,
    floating: m.word_living_floating,
    lodging: m.word_living_lodging,
    unregistered: m.word_living_unregistered,
    foreign: m.word_living_foreign,
  }),
};

/** Undefined where the field has no codes, or nobody knows this one. */
export function rosterWord(field: string, value: string): string | undefined {
  const set = SETS[field];
  return (Object.hasOwn(OURS, field) ? OURS[field]?.(value) : undefined) ?? (set && codeWord(set, value));
}
