// One invented household with everything of its roster: room, people, memberships, tags, what to mind at the door.
// Invariant: each document names others of the same drawing by id, and the head is the first member.
import type { Household, Membership, Resident, Tag } from '#lib/domain/people.ts';
import type { Room, RoomState } from '#lib/domain/place.ts';
import { tagKind, ORDINARY_INTERVAL_DAYS } from '#lib/domain/tag-kinds.ts';
import { addDays, ageOn, beijingDate, yearOf, type IsoInstant } from '#lib/domain/time.ts';
import type { Chance } from './chance.ts';
import { drawTags, type DrawnTag } from './drawn-tags.ts';
import { placesOf, type Shape } from './household-shape.ts';
import type { RoomPlan } from './housing.ts';
import { workingInstant, type Maker } from './maker.ts';
import { aPerson } from './person.ts';
import { personName, type PersonName } from './person-name.ts';

export interface DrawnHousehold {
  room: Room;
  household: Household;
  residents: Resident[];
  memberships: Membership[];
  tags: Tag[];
  /** What the tightest tag asks for (domain.md 2.5). */
  visits: { intervalDays: number; form: 'f1' | 'f2'; resident?: string };
}

export interface HouseholdWish {
  shape: Shape;
  rented: boolean;
  plan: RoomPlan;
  /** Id of the building in the directory. */
  building: string;
  /** User name of the worker whose grid it is. */
  worker: string;
}

export function drawHousehold(wish: HouseholdWish, chance: Chance, maker: Maker): DrawnHousehold {
  const at = workingInstant(addDays(maker.today, -chance.int(400, 800)), chance);
  const head = (type: string) => maker.head(type, wish.worker, at);
  const floating = wish.rented && chance.happens(0.88);
  const around = {
    chance,
    maker,
    by: wish.worker,
    at,
    floating,
    separated: !floating && chance.happens(0.18),
  };
  const { residents, relations } = people(wish.shape, around);
  const room = aRoom(wish.plan, { ...wish, maker, at, chance, state: stateOf(wish) });
  const notes = notesOf(residents, maker.today, chance);
  const household: Household = {
    ...head('household'),
    type: 'household',
    room: room._id,
    kind: floating ? 'residing' : 'family',
    head: residents[0]!._id,
    residence: floating || around.separated ? '02' : '01',
    ...(notes.length > 0 ? { notes } : {}),
  };
  const memberships = residents.map((resident, member): Membership => {
    const stay = { household: household._id, resident: resident._id, relation: relations[member]! };
    return { ...maker.head('membership', wish.worker, resident.createdAt), type: 'membership', ...stay };
  });
  const drawn = drawTags(wish.shape, residents, { chance, today: maker.today, rented: wish.rented });
  const tags = drawn.map((tag): Tag => {
    const about = tag.member === undefined ? undefined : residents[tag.member]!;
    return {
      ...maker.head('tag', wish.worker, about?.createdAt ?? at),
      type: 'tag',
      code: tag.code,
      household: household._id,
      ...(about ? { resident: about._id } : {}),
      since: beijingDate(about?.createdAt ?? at),
    };
  });
  return { room, household, residents, memberships, tags, visits: visitsAskedFor(drawn, residents) };
}

function people(
  shape: Shape,
  around: Parameters<typeof aPerson>[2],
): { residents: Resident[]; relations: string[] } {
  const places = placesOf(shape, around.chance);
  const used = new Set<string>();
  let family: PersonName | undefined;
  const residents = places.map((place) => {
    const drawOnce = () => aPerson(place, place.family === 'head' ? family : undefined, around);
    let person = drawOnce();
    for (let tries = 0; used.has(person.name.name) && tries < 5; tries++) person = drawOnce();
    used.add(person.name.name);
    family ??= person.name;
    return person.resident;
  });
  return { residents, relations: places.map((place) => place.relation) };
}

const stateOf = (wish: HouseholdWish): RoomState =>
  wish.shape === 'tenantsSharing' ? 'shared' : wish.rented ? 'rented' : 'owner';

interface RoomFacts {
  building: string;
  state: RoomState;
  worker: string;
  maker: Maker;
  at: IsoInstant;
  chance: Chance;
}

/** A room of the roster; rented ones with their landlord. */
export function aRoom(plan: RoomPlan, facts: RoomFacts): Room {
  const { chance } = facts;
  const rented = facts.state === 'rented' || facts.state === 'shared';
  return {
    ...facts.maker.head('room', facts.worker, facts.at),
    type: 'room',
    building: facts.building,
    buildingNumber: plan.building.number,
    unitNumber: plan.unitNumber,
    floor: plan.floor,
    roomNumber: plan.roomNumber,
    state: facts.state,
    areaSquareMetres: plan.areaSquareMetres,
    ...(rented ? { landlord: landlord(facts.maker, chance) } : {}),
  };
}

function landlord(maker: Maker, chance: Chance): { name: string; phones: string[] } {
  const birthYear = yearOf(maker.today) - chance.int(40, 68);
  const { name } = personName(chance, { sex: chance.pick(['1', '2']), birthYear });
  return { name, phones: [`13800${String(chance.int(0, 999_999)).padStart(6, '0')}`] };
}

const NOTES = [
  '家里有狗',
  '门铃坏了，请打电话',
  '上夜班，上午不要敲门',
  '晚上七点后才有人',
  '门口堆物，小心脚下',
];
const ELDERS_NOTES = ['听力不好，敲门要大声', '行动慢，请多等一会儿', '只会说方言', '女儿电话在门后'];

function notesOf(residents: readonly Resident[], today: string, chance: Chance): string[] {
  const elder = residents.some(({ birth }) => birth !== undefined && ageOn(birth, today) >= 75);
  const notes = elder && chance.happens(0.25) ? [chance.pick(ELDERS_NOTES)] : [];
  return chance.happens(0.06) ? [...notes, chance.pick(NOTES)] : notes;
}

function visitsAskedFor(tags: readonly DrawnTag[], residents: readonly Resident[]): DrawnHousehold['visits'] {
  const tightest = tags
    .flatMap((tag) => {
      const kind = tagKind(tag.code);
      return kind?.intervalDays === undefined
        ? []
        : [{ tag, form: kind.form, intervalDays: kind.intervalDays }];
    })
    .sort((a, b) => a.intervalDays - b.intervalDays)[0];
  if (!tightest) return { intervalDays: ORDINARY_INTERVAL_DAYS, form: 'f1' };
  const { tag, form, intervalDays } = tightest;
  const resident = tag.member === undefined ? residents[0]! : residents[tag.member]!;
  return form === 'f2' ? { intervalDays, form, resident: resident._id } : { intervalDays, form };
}
