// 楼栋图: floors of a building's unit as rows, rooms as cells, each with its light; and the list of buildings.
import { byBuilding, byNumber } from './building-order.ts';
import { dueRowOf } from './due.ts';
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import type { BuildingRow, Light, MatrixCell, MatrixView } from './field-views.ts';
import { namedPerson, namesake } from './household-name.ts';
import type { Household } from './people.ts';
import type { Building, Room } from './place.ts';
import { maskPhone } from './phone.ts';
import { byRank } from './tag-kinds.ts';
import { buildingsHere, gridNames, tellingPlaces } from './telling-places.ts';
import type { IsoDate } from './time.ts';
import { withoutNumbers } from './without-numbers.ts';

const URGENCY: Light[] = ['late', 'due', 'done', 'none'];

function openHouseholds(model: FieldModel, room: Room): Household[] {
  return [...(model.householdsIn.get(room._id)?.values() ?? [])]
    .filter((household) => household.closedOn === undefined)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a._id.localeCompare(b._id));
}

function cellOf(model: FieldModel, room: Room, today: IsoDate): MatrixCell {
  const pressing = (household: Household) =>
    URGENCY.indexOf(dueRowOf(model, household, today)?.light ?? 'none');
  const households = openHouseholds(model, room).sort((a, b) => pressing(a) - pressing(b));
  const due = households.map((household) => dueRowOf(model, household, today));
  return {
    room: room._id,
    roomNumber: room.roomNumber,
    state: room.state,
    light: due[0]?.light ?? 'none',
    households: households.map((household, place) => {
      const named = namesake(model, household);
      const row = due[place];
      return {
        household: household._id,
        visit: { form: row?.form ?? 'f1', ...(row?.resident ? { resident: row.resident } : {}) },
        ...(named ? namedPerson(named, today) : { name: '' }),
        light: row?.light ?? 'none',
        memberCount: membersOf(model, household).length,
        tags: byRank(tagsOn(model, household._id, today).map((tag) => tag.code)),
        notes: (household.notes ?? []).map(withoutNumbers),
      };
    }),
  };
}

const unitNumbers = (building: Building, rooms: readonly Room[]): string[] =>
  [...new Set([...building.units.map((unit) => unit.number), ...rooms.map((room) => room.unitNumber)])].sort(
    byNumber,
  );

/** What stands in these rooms: households and those of them that wait, and rooms where nobody lives. */
function countsOf(cells: readonly MatrixCell[]) {
  const lights = cells.flatMap(({ households }) => households.map(({ light }) => light));
  return {
    households: lights.length,
    vacant: cells.filter((cell) => cell.state === 'vacant').length,
    late: lights.filter((light) => light === 'late').length,
    due: lights.filter((light) => light === 'due').length,
  };
}

/** One unit of one building; null where this tablet does not hold the building. */
export function matrixView(
  model: FieldModel,
  { building: buildingId, unit: unitNumber }: { building: string; unit: string },
  today: IsoDate,
): MatrixView | null {
  const building = model.buildings.get(buildingId);
  if (!building) return null;
  const all = [...(model.roomsOf.get(buildingId)?.values() ?? [])];
  const rooms = all.filter((room) => room.unitNumber === unitNumber);
  const floors = [...new Set(rooms.map((room) => room.floor))].sort((a, b) => b - a);
  const rows = floors.map((floor) => ({
    floor,
    cells: rooms
      .filter((room) => room.floor === floor)
      .sort((a, b) => byNumber(a.roomNumber, b.roomNumber))
      .map((room) => cellOf(model, room, today)),
  }));
  const cells = rows.flatMap((row) => row.cells);
  const place = tellingPlaces(model).get(buildingId);
  return {
    building: buildingId,
    buildingNumber: building.number,
    ...(building.compound ? { compound: building.compound } : {}),
    ...(place === undefined ? {} : { place }),
    unitNumber,
    units: unitNumbers(building, all),
    floors: rows,
    counts: { rooms: cells.length, ...countsOf(cells) },
    ...(building.head
      ? {
          head: {
            name: building.head.name,
            ...(building.head.phone ? { maskedPhone: maskPhone(building.head.phone) } : {}),
          },
        }
      : {}),
  };
}

/** Buildings that have rooms on this tablet, with what waits in each unit. */
export function buildingsView(model: FieldModel, today: IsoDate): BuildingRow[] {
  const names = gridNames(model);
  return buildingsHere(model)
    .sort(byBuilding)
    .map((building) => {
      const rooms = [...(model.roomsOf.get(building._id)?.values() ?? [])];
      const units = unitNumbers(building, rooms).map((number) => ({
        number,
        ...countsOf(
          rooms.filter((room) => room.unitNumber === number).map((room) => cellOf(model, room, today)),
        ),
      }));
      return {
        building: building._id,
        grid: building.grid,
        gridName: names.get(building.grid) ?? building.grid,
        ...(building.compound ? { compound: building.compound } : {}),
        number: building.number,
        units,
      };
    });
}
