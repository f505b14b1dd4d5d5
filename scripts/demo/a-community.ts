// A whole invented community of any size: where it lives, who lives there, when they were visited.
// Invariant: a pure function of its wish; the same seed and day make the same documents, to the last id.
import type { DocumentOf } from '#lib/domain/parse-document.ts';
import { eventsScope, gridScope } from '#lib/domain/scopes.ts';
import { addDays, yearOf, type IsoDate } from '#lib/domain/time.ts';
import type { Visit } from '#lib/domain/visit.ts';
import { buildingId, type BuildingDescription } from '../provision/street-description.ts';
import { chanceOf, type Chance } from './chance.ts';
import { aRoom, drawHousehold, type DrawnHousehold } from './drawn-household.ts';
import { MAY_RENT, SHAPES, type Shape } from './household-shape.ts';
import { planBuildings, planRooms, type BuildingPlan, type RoomPlan } from './housing.ts';
import { makerOf, workingInstant, type Maker } from './maker.ts';
import { visitGrid } from './visiting.ts';

export interface CommunityWish {
  seed: string;
  /** The Beijing day it is made for: nobody is born and nobody visited after it. */
  today: IsoDate;
  /** Inhabited households, spread evenly over the grids. */
  households: number;
  grids: readonly { code: string; workers: readonly string[] }[];
}

export type RosterDocument = DocumentOf<'room' | 'household' | 'resident' | 'membership' | 'tag' | 'task'>;

export interface InventedGrid {
  code: string;
  buildings: BuildingDescription[];
  roster: RosterDocument[];
  visits: Visit[];
}

export interface Community {
  grids: InventedGrid[];
}

const RENTED_SHARE = 0.15;
const HEADED_BY = 'buildingHead';

export function aCommunity(wish: CommunityWish): Community {
  const chance = chanceOf(wish.seed);
  const maker = makerOf(chance.fork('ids'), wish.today);
  const shapes = chance.fork('shapes').dealt<Shape>(SHAPES, wish.households);
  let firstBuilding = 1;
  let dealt = 0;
  const grids = wish.grids.map((grid, at) => {
    const share =
      Math.floor(wish.households / wish.grids.length) + (at < wish.households % wish.grids.length ? 1 : 0);
    const plans = planBuildings(share, at, firstBuilding);
    firstBuilding += plans.length;
    const invented = aGrid(
      { ...grid, plans, shapes: shapes.slice(dealt, dealt + share) },
      chance.fork(grid.code),
      maker,
    );
    dealt += share;
    return invented;
  });
  return { grids };
}

interface GridWish {
  code: string;
  workers: readonly string[];
  plans: readonly BuildingPlan[];
  shapes: readonly Shape[];
}

function aGrid(wish: GridWish, chance: Chance, maker: Maker): InventedGrid {
  const rooms = planRooms(wish.plans, chance);
  const inhabited = new Set(chance.shuffled(rooms.map((_, at) => at)).slice(0, wish.shapes.length));
  const idOf = (plan: RoomPlan) => buildingId(wish.code, plan.building.number);
  const worker = wish.workers[0]!;
  const shapes = [...wish.shapes];
  const drawn: DrawnHousehold[] = [];
  const vacant: RosterDocument[] = [];
  rooms.forEach((plan, at) => {
    const building = idOf(plan);
    const shape = inhabited.has(at) ? shapes.pop() : undefined;
    if (shape) {
      drawn.push(
        drawHousehold({ shape, rented: isRented(shape, chance), plan, building, worker }, chance, maker),
      );
    } else {
      const since = workingInstant(addDays(maker.today, -chance.int(400, 800)), chance);
      vacant.push(aRoom(plan, { building, state: 'vacant', worker, maker, at: since, chance }));
    }
  });
  const heads = headBuildings(wish, drawn, maker);
  const visited = visitGrid(drawn, { chance: chance.fork('visits'), maker, workers: wish.workers });
  const roster = drawn.flatMap((one, at): RosterDocument[] => [
    one.room,
    visited.households[at]!,
    ...one.residents,
    ...one.memberships,
    ...one.tags,
  ]);
  return {
    code: wish.code,
    buildings: heads.buildings,
    roster: [...roster, ...vacant, ...heads.tags, ...visited.tasks],
    visits: visited.visits,
  };
}

/** 15 of 100 households live for rent (domain.md 6); only some kinds do. */
function isRented(shape: Shape, chance: Chance): boolean {
  const kinds = Object.entries(SHAPES).filter(([kind]) => MAY_RENT.has(kind as Shape));
  const share = kinds.reduce((sum, [, weight]) => sum + weight, 0) / 100;
  return shape === 'tenantsSharing' || (MAY_RENT.has(shape) && chance.happens(RENTED_SHARE / share));
}

/** 楼栋长: somebody of the building between 52 and 74 with a telephone. */
function headBuildings(
  wish: GridWish,
  drawn: readonly DrawnHousehold[],
  maker: Maker,
): { buildings: BuildingDescription[]; tags: RosterDocument[] } {
  const tags: RosterDocument[] = [];
  const buildings = wish.plans.map((plan): BuildingDescription => {
    const id = buildingId(wish.code, plan.number);
    const born = yearOf(maker.today);
    const candidates = drawn
      .filter((one) => one.room.building === id)
      .flatMap((one) => one.residents.map((resident) => ({ one, resident })));
    const found = candidates.find(({ resident }) => {
      const age = born - yearOf(resident.birth ?? maker.today);
      return age >= 52 && age <= 74 && resident.phones !== undefined;
    });
    const { compound, number, units, lift } = plan;
    if (!found) return { compound, number, units, lift };
    const { one, resident } = found;
    const on = { household: one.household._id, resident: resident._id, code: HEADED_BY };
    tags.push({ ...maker.head('tag', wish.workers[0]!, one.household.createdAt), type: 'tag', ...on });
    return { compound, number, units, lift, head: { name: resident.name, phone: resident.phones![0]! } };
  });
  return { buildings, tags };
}

/** The documents of a community by the database they go to. */
export function documentsByScope(community: Community): Map<string, (RosterDocument | Visit)[]> {
  const scopes = new Map<string, (RosterDocument | Visit)[]>();
  for (const grid of community.grids) {
    scopes.set(gridScope(grid.code), grid.roster);
    for (const visit of grid.visits) {
      const scope = eventsScope(grid.code, yearOf(visit.occurredOn));
      const held = scopes.get(scope);
      if (held) held.push(visit);
      else scopes.set(scope, [visit]);
    }
  }
  return scopes;
}
