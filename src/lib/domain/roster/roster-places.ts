// Buildings and rooms of a grid, found on the server by number and door, made where they are missing. Households whose
// door nobody wrote get a room of their own in a building that says so, until somebody finds their door.
import { UNPLACED_BUILDING } from '../building-order.ts';
import { floorOfRoom, type Door } from '../door.ts';
import type { ExistingRoster, Stored } from './existing-roster.ts';
import { doorKey } from './roster-household.ts';
import type { RosterHousehold, RosterPlace, RosterRoom, VacantRoom } from './roster-record.ts';
import type { RosterWriter } from './roster-writes.ts';

export interface RosterPlaces {
  /** Id of the room behind a door of the sheet; made where the server has none. */
  roomAt(door: Door, said: { room: RosterRoom; place: RosterPlace; isLivedIn: boolean }): string;
  /** Rooms households without a door are in. */
  isUnplaced(room: string): boolean;
  /** Id of a room in the building of those without a door, empty or new. */
  unplacedRoom(place: RosterPlace): string;
}

const buildingKey = (compound: string | undefined, number: string) => `${compound ?? ''}|${number}`;

/** Buildings are written at once, with every unit and floor the doors name; rooms as they are asked for. */
export function rosterPlaces(
  records: { grid: string; households: readonly RosterHousehold[]; vacantRooms: readonly VacantRoom[] },
  existing: ExistingRoster,
  writers: { directory: RosterWriter; grid: RosterWriter },
): RosterPlaces {
  const stored = storedBuildings(existing);
  const buildings = new Map<string, string>([...stored].map(([key, building]) => [key, building._id]));
  for (const plan of plannedBuildings(records)) {
    const key = buildingKey(plan.compound, plan.number);
    buildings.set(key, putBuilding(writers.directory, stored.get(key), { ...plan, grid: records.grid }));
  }
  const rooms = new Map([...existing.rooms.values()].map((room) => [roomKey(room.building, room), room]));
  const made = new Map<string, string>();
  const unplaced = buildings.get(buildingKey('', UNPLACED_BUILDING));

  const roomAt: RosterPlaces['roomAt'] = (door, { room, place, isLivedIn }) => {
    const building = buildings.get(buildingKey(door.compound, door.buildingNumber))!;
    const key = roomKey(building, door);
    const known = rooms.get(key);
    const already = made.get(key);
    if (already !== undefined) return already;
    const { buildingNumber, unitNumber, roomNumber } = door;
    const state =
      room.state ?? (known === undefined || (isLivedIn && known.state === 'vacant') ? 'owner' : known.state);
    const fields = {
      building,
      buildingNumber,
      unitNumber,
      roomNumber,
      floor: floorOfRoom(roomNumber),
      ...room,
      state,
    };
    const id = writers.grid.put('room', known, { fields, place });
    made.set(key, id);
    return id;
  };

  const isUnplaced = (room: string) =>
    existing.rooms.get(room)?.building === unplaced && unplaced !== undefined;
  const waiting = [...existing.rooms.values()].filter((room) => isUnplaced(room._id));
  const free = waiting.filter((room) => !existing.householdsByRoom.has(room._id));
  let last = Math.max(0, ...waiting.map((room) => Number.parseInt(room.roomNumber, 10) || 0));
  return {
    roomAt,
    isUnplaced,
    unplacedRoom(place) {
      const known = free.shift();
      if (known) return known._id;
      last += 1;
      const door = {
        compound: '',
        buildingNumber: UNPLACED_BUILDING,
        unitNumber: '',
        roomNumber: String(last),
      };
      return roomAt(door, { room: {}, place, isLivedIn: true });
    },
  };
}

/** By compound and number; by number alone too where the grid has one building of it, as sheets leave compounds out. */
function storedBuildings({ buildings }: ExistingRoster): Map<string, Stored<'building'>> {
  const single = buildings.filter(
    (one) => buildings.filter(({ number }) => number === one.number).length === 1,
  );
  return new Map([
    ...single.map((one) => [buildingKey('', one.number), one] as const),
    ...buildings.map((one) => [buildingKey(one.compound, one.number), one] as const),
  ]);
}

const roomKey = (building: string, door: Pick<Door, 'unitNumber' | 'roomNumber'>) =>
  [building, door.unitNumber, door.roomNumber].join('|');

interface PlannedBuilding {
  compound: string;
  number: string;
  place: RosterPlace;
  /** Floors by unit. */
  units: Map<string, number>;
}

function plannedBuildings(records: {
  households: readonly RosterHousehold[];
  vacantRooms: readonly VacantRoom[];
}): PlannedBuilding[] {
  const planned = new Map<string, PlannedBuilding>();
  const seen = new Set<string>();
  for (const { door, place } of [...records.households, ...records.vacantRooms]) {
    const {
      compound,
      buildingNumber: number,
      unitNumber,
    } = door ?? { compound: '', buildingNumber: UNPLACED_BUILDING, unitNumber: '' };
    if (door && seen.has(doorKey(door))) continue;
    if (door) seen.add(doorKey(door));
    const key = buildingKey(compound, number);
    const building = planned.get(key) ?? { compound, number, place, units: new Map<string, number>() };
    const floor = door ? Math.max(1, floorOfRoom(door.roomNumber)) : 1;
    building.units.set(unitNumber, Math.max(floor, building.units.get(unitNumber) ?? 1));
    planned.set(key, building);
  }
  return [...planned.values()];
}

const naturally = new Intl.Collator('zh-CN', { numeric: true });

/** Units and floors are only ever added: a roster that lists part of a building says nothing of the rest. */
function putBuilding(
  writer: RosterWriter,
  stored: Stored<'building'> | undefined,
  plan: PlannedBuilding & { grid: string },
): string {
  const units = new Map((stored?.units ?? []).map((unit) => [unit.number, unit]));
  for (const [number, floors] of plan.units) {
    const known = units.get(number);
    if (!known || known.floors < floors) units.set(number, { ...known, number, floors });
  }
  const fields = {
    grid: plan.grid,
    number: plan.number,
    ...(plan.compound === '' ? {} : { compound: plan.compound }),
    units: [...units.values()].sort((a, b) => naturally.compare(a.number, b.number)),
  };
  return writer.put('building', stored, { fields, place: plan.place });
}
