// 楼栋图: floors of a building's unit as rows, rooms as cells, each with its light; and the list of buildings.
import { dueRowOf } from './due.ts';
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import type { BuildingRow, Light, MatrixCell, MatrixView } from './field-views.ts';
import type { Household } from './people.ts';
import type { Building, Room } from './place.ts';
import { byRank } from './tag-kinds.ts';
import { ageOn, type IsoDate } from './time.ts';

const naturally = new Intl.Collator('zh-CN', { numeric: true });
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
  const lights = due.map((row) => row?.light ?? 'none');
  return {
    room: room._id,
    roomNumber: room.roomNumber,
    state: room.state,
    light: URGENCY.find((light) => lights.includes(light)) ?? 'none',
    households: households.map((household, place) => {
      const members = membersOf(model, household);
      const head = members[0]?.resident;
      const row = due[place];
      return {
        household: household._id,
        visit: { form: row?.form ?? 'f1', ...(row?.resident ? { resident: row.resident } : {}) },
        name: head?.name ?? '',
        ...(head?.birth ? { age: ageOn(head.birth, today) } : {}),
        memberCount: members.length,
        tags: byRank(tagsOn(model, household._id, today).map((tag) => tag.code)),
        notes: household.notes ?? [],
      };
    }),
  };
}

const unitNumbers = (building: Building, rooms: readonly Room[]): string[] =>
  [...new Set([...building.units.map((unit) => unit.number), ...rooms.map((room) => room.unitNumber)])].sort(
    naturally.compare,
  );

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
      .sort((a, b) => naturally.compare(a.roomNumber, b.roomNumber))
      .map((room) => cellOf(model, room, today)),
  }));
  const cells = rows.flatMap((row) => row.cells);
  return {
    building: buildingId,
    buildingNumber: building.number,
    ...(building.compound ? { compound: building.compound } : {}),
    unitNumber,
    units: unitNumbers(building, all),
    floors: rows,
    counts: {
      rooms: cells.length,
      lived: cells.filter((cell) => cell.households.length > 0).length,
      due: cells.filter((cell) => cell.light === 'due').length,
      late: cells.filter((cell) => cell.light === 'late').length,
    },
    ...(building.head
      ? { head: { name: building.head.name, ...(building.head.phone ? { phone: building.head.phone } : {}) } }
      : {}),
  };
}

/** Buildings that have rooms on this tablet, with what waits in each unit. */
export function buildingsView(model: FieldModel, today: IsoDate): BuildingRow[] {
  const gridNames = new Map([...model.grids.values()].map((grid) => [grid.code, grid.name]));
  return [...model.buildings.values()]
    .flatMap((building) => {
      const rooms = [...(model.roomsOf.get(building._id)?.values() ?? [])];
      if (rooms.length === 0) return [];
      const units = unitNumbers(building, rooms).map((number) => {
        const cells = rooms
          .filter((room) => room.unitNumber === number)
          .map((room) => cellOf(model, room, today));
        return {
          number,
          households: cells.reduce((sum, cell) => sum + cell.households.length, 0),
          vacant: cells.filter((cell) => cell.state === 'vacant').length,
          late: cells.filter((cell) => cell.light === 'late').length,
          due: cells.filter((cell) => cell.light === 'due').length,
        };
      });
      const row: BuildingRow = {
        building: building._id,
        grid: building.grid,
        gridName: gridNames.get(building.grid) ?? building.grid,
        ...(building.compound ? { compound: building.compound } : {}),
        number: building.number,
        units,
      };
      return [row];
    })
    .sort(
      (a, b) =>
        a.grid.localeCompare(b.grid) ||
        naturally.compare(a.compound ?? '', b.compound ?? '') ||
        naturally.compare(a.number, b.number),
    );
}
