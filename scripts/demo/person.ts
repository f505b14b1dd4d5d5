// One invented person as a resident of the roster: everything about her is consistent with her age, her place in the
// household and where she is registered. A few have no ID number or no telephone, as in every real roster.
import type { Resident } from '#lib/domain/people.ts';
import { addDays, yearOf, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';
import type { Chance } from './chance.ts';
import type { Place } from './household-shape.ts';
import { birthOf, workingInstant, type Maker } from './maker.ts';
import { pinyinOf } from '#lib/device/pinyin-of.ts';
import { employers, homesElsewhere, personName, type PersonName } from './person-name.ts';

export interface Surroundings {
  chance: Chance;
  maker: Maker;
  by: string;
  at: IsoInstant;
  /** 流动人口: registered elsewhere, living here for rent. */
  floating: boolean;
  /** 人户分离: registered elsewhere in the city. */
  separated: boolean;
}

const WITHOUT_ID_NUMBER = 0.03;

/** `family` is the head's name, for those of her family. */
export function aPerson(
  place: Place,
  family: PersonName | undefined,
  around: Surroundings,
): { resident: Resident; name: PersonName } {
  const { chance, maker } = around;
  const birth = birthOf(place.age, maker.today, chance);
  const name = personName(chance, { sex: place.sex, birthYear: yearOf(birth), family });
  const phones = phonesOf(place, chance);
  const work = workOf(place, chance);
  const education = educationOf(place.age, chance);
  const resident: Resident = {
    ...maker.head('resident', around.by, registeredAt(birth, around)),
    type: 'resident',
    name: name.name,
    pinyin: pinyinOf(name.name),
    ...(chance.happens(WITHOUT_ID_NUMBER)
      ? {}
      : { idType: '111', idNumber: maker.idNumber(birth, place.sex) }),
    sex: place.sex,
    birth,
    ethnicity: name.ethnicity,
    ...(education ? { education } : {}),
    politics: politicsOf(place.age, chance),
    marriage: marriageOf(place, chance),
    ...(work ? { work } : {}),
    ...(work && EMPLOYED.has(work) ? { employer: chance.pick(employers) } : {}),
    ...(phones.length > 0 ? { phones } : {}),
    ...(around.floating || around.separated
      ? { hukou: chance.pick(homesElsewhere), residence: '02', separation: 'registrationElsewhere' }
      : { residence: '01' }),
    residenceKind: around.floating ? 'floating' : 'registered',
  };
  return { resident, name };
}

/** With the household, or the day after birth. */
function registeredAt(birth: IsoDate, { at, chance }: Surroundings): IsoInstant {
  const atBirth = workingInstant(addDays(birth, 1), chance);
  return atBirth > at ? atBirth : at;
}

function phonesOf(place: Place, chance: Chance): string[] {
  const share = place.age < 12 ? 0 : place.age < 18 ? 0.2 : place.age < 76 ? 0.92 : 0.55;
  const phone = () => `13800${String(chance.int(0, 999_999)).padStart(6, '0')}`;
  if (!chance.happens(share)) return [];
  return chance.happens(0.05) ? [phone(), phone()] : [phone()];
}

/** GB/T 4658-2006. */
function educationOf(age: number, chance: Chance): string | undefined {
  if (age < 7) return undefined;
  if (age < 13) return '80';
  if (age < 16) return '70';
  if (age < 19) return chance.weighted({ '60': 7, '40': 3 });
  if (age < 36) return chance.weighted({ '10': 6, '20': 34, '30': 28, '40': 8, '60': 14, '70': 10 });
  if (age < 56) return chance.weighted({ '10': 2, '20': 18, '30': 20, '40': 8, '60': 24, '70': 26, '80': 2 });
  return chance.weighted({ '20': 6, '30': 8, '40': 4, '60': 20, '70': 36, '80': 24, '90': 2 });
}

/** GB/T 4762-1984. */
function politicsOf(age: number, chance: Chance): string {
  if (age < 14) return '13';
  if (age < 28) return chance.weighted({ '03': 55, '13': 40, '01': 5 });
  return chance.weighted({ '01': 11, '13': 87, '04': 1, '12': 1 });
}

/** GB/T 2261.2-2003. */
function marriageOf(place: Place, chance: Chance): string {
  if (place.married) return chance.weighted({ '20': 8, '21': 80, '22': 12 });
  if (place.age < 24) return '10';
  if (place.age >= 62) return chance.weighted({ '30': 88, '40': 9, '10': 3 });
  return chance.weighted({ '10': 60 - place.age, '40': place.age / 2, '30': place.age / 10 });
}

const EMPLOYED = new Set(['11', '13', '17', '21', '24']);

/** GB/T 2261.4-2003. */
function workOf(place: Place, chance: Chance): string | undefined {
  const retires = place.sex === '1' ? 60 : 55;
  if (place.age < 6) return undefined;
  if (place.age < 19) return '31';
  if (place.age < 23) return chance.weighted({ '31': 70, '24': 12, '17': 12, '51': 6 });
  if (place.age >= retires) return chance.weighted({ '80': 86, '70': 9, '54': 3, '90': 2 });
  return chance.weighted({ '11': 4, '13': 18, '17': 26, '21': 6, '24': 22, '51': 8, '54': 10, '70': 6 });
}
