// Where they live: compounds of one of three kinds of building, each with its rooms from the ground up.
// Invariant: there is a room for every household, and about one in twelve stands empty.
import type { Chance } from './chance.ts';

export interface BuildingPlan {
  compound: string;
  number: string;
  units: { number: string; floors: number }[];
  roomsPerFloor: number;
  lift: boolean;
  areas: readonly number[];
}

export interface RoomPlan {
  building: BuildingPlan;
  unitNumber: string;
  floor: number;
  roomNumber: string;
  areaSquareMetres: number;
}

interface Style {
  units: number;
  floors: number;
  roomsPerFloor: number;
  lift: boolean;
  areas: readonly number[];
}

/** 高层, 老式六层, 小高层. */
const STYLES: readonly Style[] = [
  { units: 1, floors: 18, roomsPerFloor: 6, lift: true, areas: [88, 92, 118, 126] },
  { units: 3, floors: 6, roomsPerFloor: 2, lift: false, areas: [52, 58, 64, 71] },
  { units: 2, floors: 11, roomsPerFloor: 3, lift: true, areas: [76, 89, 103] },
];
const COMPOUNDS = ['锦绣苑', '红砖院', '槐荫里', '向阳新村', '北苑小区', '柳岸家园'];
const EMPTY_SHARE = 0.08;
const FEWEST_FLOORS = 3;

/** The buildings of a grid; `firstNumber` goes on where the last compound ended. */
export function planBuildings(households: number, gridIndex: number, firstNumber: number): BuildingPlan[] {
  const style = STYLES[gridIndex % STYLES.length]!;
  const perFloor = style.units * style.roomsPerFloor;
  const buildings: BuildingPlan[] = [];
  for (let missing = Math.ceil(households / (1 - EMPTY_SHARE)); missing > 0;) {
    const floors = Math.min(style.floors, Math.max(FEWEST_FLOORS, Math.ceil(missing / perFloor)));
    buildings.push({
      compound: COMPOUNDS[gridIndex % COMPOUNDS.length]!,
      number: String(firstNumber + buildings.length),
      units: Array.from({ length: style.units }, (_, at) => ({ number: String(at + 1), floors })),
      roomsPerFloor: style.roomsPerFloor,
      lift: style.lift,
      areas: style.areas,
    });
    missing -= floors * perFloor;
  }
  return buildings;
}

/** Every room of these buildings, by building, unit and floor. */
export function planRooms(buildings: readonly BuildingPlan[], chance: Chance): RoomPlan[] {
  return buildings.flatMap((building) =>
    building.units.flatMap((unit) =>
      Array.from({ length: unit.floors * building.roomsPerFloor }, (_, at): RoomPlan => {
        const floor = Math.floor(at / building.roomsPerFloor) + 1;
        const position = (at % building.roomsPerFloor) + 1;
        return {
          building,
          unitNumber: unit.number,
          floor,
          roomNumber: `${floor}${String(position).padStart(2, '0')}`,
          areaSquareMetres: chance.pick(building.areas),
        };
      }),
    ),
  );
}
