// Where the rooms of a floor stand in the plan: the same stack of rooms (601 above 501 above 401) in the same column,
// with a gap where a floor lacks one. Invariant: every room is placed exactly once, in the order it came.

export interface PlacedFloor<Cell> {
  floor: number;
  /** A room, or undefined for a gap. */
  places: (Cell | undefined)[];
}

const MOST_COLUMNS = 24;

/** What is left of a room's number without its floor: `01` of 501 on floor 5; undefined where it does not begin so. */
function stackOf(roomNumber: string, floor: number): string | undefined {
  const prefix = String(Math.abs(floor));
  const bare = roomNumber.replace(/^(B|-)/i, '').replace(/^0+(?=\d)/, '');
  const rest = bare.slice(prefix.length);
  return bare.startsWith(prefix) && rest !== '' ? rest : undefined;
}

/** Stacks over one another where all numbers follow their floors; else the floors as they are, without gaps. */
export function placeRooms<Cell extends { roomNumber: string }>(
  floors: readonly { floor: number; cells: readonly Cell[] }[],
): { columns: number; floors: PlacedFloor<Cell>[] } {
  const stacks = new Set<string>();
  const regular = floors.every(({ floor, cells }) => {
    const own = cells.map((cell) => stackOf(cell.roomNumber, floor));
    for (const stack of own) if (stack !== undefined) stacks.add(stack);
    return !own.includes(undefined) && new Set(own).size === own.length;
  });
  const widest = Math.max(1, ...floors.map(({ cells }) => cells.length));
  if (!regular || stacks.size > Math.min(MOST_COLUMNS, widest * 2)) {
    return { columns: widest, floors: floors.map(({ floor, cells }) => ({ floor, places: [...cells] })) };
  }
  const order = [...stacks].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    columns: order.length,
    floors: floors.map(({ floor, cells }) => ({
      floor,
      places: order.map((stack) => cells.find((cell) => stackOf(cell.roomNumber, floor) === stack)),
    })),
  };
}
