// Names of invented people: surnames as frequent as in life, given names of their time, a few of minorities (with `·`)
// and a few with characters outside the common ones. Invariant: drawn from the chance alone.
import type { Chance } from './chance.ts';
import names from './person-names.json' with { type: 'json' };
import surnames from './surnames.json' with { type: 'json' };

export interface PersonName {
  name: string;
  /** Empty where the name has none that is handed on to children. */
  surname: string;
  /** GB/T 3304. */
  ethnicity: string;
}

export type Sex = '1' | '2';

const ERAS = [1930, 1950, 1970, 1985, 2005] as const;
const MINORITY_SHARE = 0.025;
const RARE_SHARE = 0.012;

function givenName(chance: Chance, sex: Sex, birthYear: number): string {
  if (chance.happens(RARE_SHARE)) return chance.pick(names.rare[sex]);
  const era = ERAS.findLast((start) => birthYear >= start - 5) ?? ERAS[0];
  if (chance.happens(0.4)) return chance.pick(names.given[sex][era]);
  const [first, second] = names.parts[sex][era].map((part) => chance.pick([...part]));
  return `${first}${second}`;
}

type Minority = (typeof names.minorities)[number];

function minorityName(chance: Chance, sex: Sex, people: Minority): PersonName {
  return { name: chance.pick(people[sex]), surname: '', ethnicity: people.ethnicity };
}

/** Somebody's name; with `family`, one of theirs: the same surname, or of the same people. */
export function personName(
  chance: Chance,
  who: { sex: Sex; birthYear: number; family?: PersonName | undefined },
): PersonName {
  const theirs = who.family && names.minorities.find(({ ethnicity }) => ethnicity === who.family?.ethnicity);
  if (theirs) return minorityName(chance, who.sex, theirs);
  if (!who.family && chance.happens(MINORITY_SHARE)) {
    const shares = Object.fromEntries(names.minorities.map((people, at) => [String(at), people.share]));
    return minorityName(chance, who.sex, names.minorities[Number(chance.weighted(shares))]!);
  }
  const surname = who.family?.surname || chance.weighted(surnames);
  return { name: surname + givenName(chance, who.sex, who.birthYear), surname, ethnicity: '01' };
}

export const employers: readonly string[] = names.employers;
export const homesElsewhere: readonly string[] = names.homes;
