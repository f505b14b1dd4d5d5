// Which tags a household gets, in about the shares of domain.md 2.5 and 6: of 300 households 10 seen weekly, 20 monthly,
// 30 quarterly, 45 rented, the rest twice a year. Invariant: a tag fits the facts; nobody of 40 is an elder living alone.
import { ageOn, type IsoDate } from '#lib/domain/time.ts';
import type { Resident } from '#lib/domain/people.ts';
import type { Chance } from './chance.ts';
import type { Shape } from './household-shape.ts';

export interface DrawnTag {
  code: string;
  /** Position among the members; undefined where it is about the household. */
  member?: number;
}

interface Member {
  resident: Resident;
  age: number;
  at: number;
}

const ELDERLY: ReadonlySet<Shape> = new Set(['elderAlone', 'elderCouple']);

export function drawTags(
  shape: Shape,
  residents: readonly Resident[],
  facts: { chance: Chance; today: IsoDate; rented: boolean },
): DrawnTag[] {
  const members = residents.map((resident, at): Member => {
    return { resident, at, age: ageOn(resident.birth ?? facts.today, facts.today) };
  });
  const tags = [
    ...elderTags(shape, members, facts.chance),
    ...needTags(shape, members, facts.chance),
    ...members.flatMap((member) => personTags(member, shape, facts.chance)),
  ];
  if (facts.rented && members[0]?.resident.residenceKind === 'floating')
    tags.push({ code: 'floating', member: 0 });
  return tags;
}

function elderTags(shape: Shape, members: readonly Member[], chance: Chance): DrawnTag[] {
  const oldest = [...members].sort((a, b) => b.age - a.age)[0];
  if (!oldest || oldest.age < 62) return [];
  const member = oldest.at;
  if (shape === 'elderAlone' && oldest.age >= 80) return [{ code: 'alone80', member }];
  if (oldest.age >= 66 && chance.happens(0.07)) return [{ code: 'disabledElder', member }];
  if (shape === 'elderAlone' && chance.happens(0.6)) return [{ code: 'aloneElder', member }];
  if (shape === 'elderCouple' && oldest.age >= 74 && chance.happens(0.7))
    return [{ code: 'emptyNest', member }];
  return oldest.age >= 80 && chance.happens(0.5) ? [{ code: 'elder', member }] : [];
}

function needTags(shape: Shape, members: readonly Member[], chance: Chance): DrawnTag[] {
  const child = members.find(({ age }) => age < 16);
  if (shape === 'skippedGeneration' && child) return [{ code: 'leftBehindChild', member: child.at }];
  if (child && chance.happens(shape === 'singleParent' ? 0.08 : 0.002)) {
    return [{ code: 'childInNeed', member: child.at }];
  }
  const poor = ELDERLY.has(shape) || shape === 'singleParent' ? 0.035 : 0.018;
  if (chance.happens(poor)) return [{ code: 'lowIncome' }];
  if (chance.happens(0.008)) return [{ code: 'lowIncomeEdge' }];
  if (shape === 'elderAlone' && chance.happens(0.03)) return [{ code: 'destitute', member: 0 }];
  if (shape === 'elderCouple' && chance.happens(0.015)) return [{ code: 'bereaved' }];
  return chance.happens(0.003) ? [{ code: 'zeroEmployment' }] : [];
}

function personTags({ resident, age, at: member }: Member, shape: Shape, chance: Chance): DrawnTag[] {
  const adult = age >= 18;
  const known = ELDERLY.has(shape) && age >= 70;
  const shares: [code: string, applies: boolean, share: number][] = [
    ['criticalIllness', age >= 45, 0.0015],
    ['disabledSevere', true, 0.004],
    ['disabled', age >= 20, 0.012],
    ['veteran', resident.sex === '1' && age >= 45, 0.02],
    ['unemployed', resident.work === '70' && age < 55, 0.15],
    ['pregnant', resident.sex === '2' && resident.marriage === '21' && age >= 23 && age <= 40, 0.02],
    ['infant', age < 7, 1],
    ['hypertension', known, 0.3],
    ['diabetes', known, 0.12],
    ['partyMember', resident.politics === '01', 1],
    ['hardshipParty', resident.politics === '01' && age >= 60, 0.03],
    ['volunteer', adult && age < 72, 0.09],
  ];
  return shares.flatMap(([code, applies, share]) =>
    applies && chance.happens(share) ? [{ code, member }] : [],
  );
}
