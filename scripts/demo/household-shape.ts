// Who lives together behind a door: the kinds of household of an old city community and their people, by relation to
// the head, sex and age. Invariant: parents are 18 to 45 years older than their children, spouses within 8 of each other.
import type { Chance } from './chance.ts';
import type { Sex } from './person-name.ts';

/** Out of a hundred households; 2.62 people in each on average (census of 2020, domain.md 6). */
export const SHAPES = {
  elderAlone: 8,
  elderCouple: 14,
  adultAlone: 10,
  youngCouple: 10,
  coupleOneChild: 22,
  coupleTwoChildren: 11,
  threeGenerations: 9,
  withAdultChild: 8,
  singleParent: 3.5,
  tenantsSharing: 3,
  skippedGeneration: 1.5,
} as const;
export type Shape = keyof typeof SHAPES;

/** Households that may live in a rented room. */
export const MAY_RENT: ReadonlySet<Shape> = new Set([
  'adultAlone',
  'youngCouple',
  'coupleOneChild',
  'tenantsSharing',
]);

export interface Place {
  /** GB/T 4761-2008. */
  relation: string;
  sex: Sex;
  age: number;
  /** Whose surname: the head's family, the spouse's own, or nobody's here. */
  family: 'head' | 'own';
  married: boolean;
}

const other = (sex: Sex): Sex => (sex === '1' ? '2' : '1');
const anySex = (chance: Chance): Sex => (chance.happens(0.51) ? '1' : '2');

function head(sex: Sex, age: number, married: boolean): Place {
  return { relation: '02', sex, age, family: 'head', married };
}

function spouse(chance: Chance, of: Place): Place {
  const age = Math.max(20, of.age + (of.sex === '1' ? chance.int(-6, 2) : chance.int(-2, 6)));
  const sex = other(of.sex);
  return { relation: sex === '1' ? '11' : '12', sex, age, family: 'own', married: true };
}

/** `relations` for a son and a daughter; the younger parent sets the oldest possible age. */
function child(
  chance: Chance,
  parentAge: number,
  options: { relations: [string, string]; from: number; to: number; family?: Place['family'] },
): Place {
  const sex = anySex(chance);
  const oldest = Math.max(0, Math.min(options.to, parentAge - 22));
  const youngest = Math.min(oldest, Math.max(options.from, parentAge - 42));
  return {
    relation: sex === '1' ? options.relations[0] : options.relations[1],
    sex,
    age: chance.int(youngest, oldest),
    family: options.family ?? 'head',
    married: false,
  };
}

function couple(chance: Chance, from: number, to: number): [Place, Place] {
  const first = head(chance.happens(0.78) ? '1' : '2', chance.int(from, to), true);
  return [first, spouse(chance, first)];
}

const younger = (pair: readonly Place[]) => Math.min(...pair.map((place) => place.age));

function coupleWithChildren(chance: Chance, count: number): Place[] {
  const pair = couple(chance, 28, 46);
  const children = Array.from({ length: count }, () =>
    child(chance, younger(pair), { relations: ['20', '30'], from: 0, to: 17 }),
  );
  return [...pair, ...children];
}

/** A couple, one or two children, and one or both parents of the head. */
function threeGenerations(chance: Chance): Place[] {
  const family = coupleWithChildren(chance, chance.happens(0.35) ? 2 : 1);
  const age = family[0]!.age + chance.int(22, 30);
  const mother: Place = { relation: '52', sex: '2', age, family: 'own', married: false };
  if (chance.happens(0.6)) return [...family, mother];
  const father: Place = {
    relation: '51',
    sex: '1',
    age: age + chance.int(0, 4),
    family: 'head',
    married: true,
  };
  return [...family, father, { ...mother, married: true }];
}

function tenantsSharing(chance: Chance): Place[] {
  const sex = anySex(chance);
  const others = Array.from({ length: chance.pick([1, 1, 2, 3]) }, (): Place => ({
    relation: '99',
    sex,
    age: chance.int(19, 34),
    family: 'own',
    married: false,
  }));
  return [head(sex, chance.int(20, 36), false), ...others];
}

function skippedGeneration(chance: Chance): Place[] {
  const grandmother = head('2', chance.int(58, 74), chance.happens(0.5));
  const grandchild = child(chance, 38, { relations: ['41', '42'], from: 3, to: 15, family: 'own' });
  if (!grandmother.married) return [grandmother, grandchild];
  return [grandmother, spouse(chance, grandmother), grandchild];
}

/** The people of one household, its head first. */
export function placesOf(shape: Shape, chance: Chance): Place[] {
  switch (shape) {
    case 'elderAlone':
      return [
        head(
          chance.happens(0.3) ? '1' : '2',
          chance.happens(0.45) ? chance.int(80, 95) : chance.int(62, 79),
          false,
        ),
      ];
    case 'elderCouple':
      return couple(chance, 64, 88);
    case 'adultAlone':
      return [head(anySex(chance), chance.int(23, 57), false)];
    case 'youngCouple':
      return couple(chance, 24, 48);
    case 'coupleOneChild':
      return coupleWithChildren(chance, 1);
    case 'coupleTwoChildren':
      return coupleWithChildren(chance, 2);
    case 'threeGenerations':
      return threeGenerations(chance);
    case 'withAdultChild': {
      const pair = couple(chance, 50, 66);
      return [...pair, child(chance, younger(pair), { relations: ['20', '30'], from: 18, to: 36 })];
    }
    case 'singleParent': {
      const parent = head(chance.happens(0.25) ? '1' : '2', chance.int(28, 48), false);
      return [parent, child(chance, parent.age, { relations: ['20', '30'], from: 0, to: 17 })];
    }
    case 'tenantsSharing':
      return tenantsSharing(chance);
    case 'skippedGeneration':
      return skippedGeneration(chance);
  }
}
