// Where the rooms of a floor stand in the plan: the same stack of rooms (601 above 501 above 401) in the same column,
// with a gap where a floor lacks one. A flat cut off from another (102A) shares the column of 102: it stands below it,
// and gets a column of its own only where most floors have it. Invariant: every room is placed exactly once.

export interface PlacedFloor<Cell> {
  floor: number;
  /** By column: the rooms that stand in it, none for a gap. */
  places: Cell[][];
}

const MOST_COLUMNS = 24;
const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** What is left of a room's number without its floor: `01` of 501 on floor 5; undefined where it does not begin so. */
function stackOf(roomNumber: string, floor: number): string | undefined {
  const prefix = String(Math.abs(floor));
  const bare = roomNumber.replace(/^(B|-)/i, '').replace(/^0+(?=\d)/, '');
  const rest = bare.slice(prefix.length);
  return bare.startsWith(prefix) && rest !== '' ? rest : undefined;
}

/** `02` of `02A` and of `02-1`: the flat it was cut off from. */
const mainStack = (stack: string) => /^\d+(?=[A-Z\p{Script=Han}]|-\d)/iu.exec(stack)?.[0] ?? stack;

type Floors<Cell> = readonly { floor: number; cells: readonly Cell[] }[];

/** The column of each stack, by the stacks' numbers. Undefined where numbers do not follow their floors. */
function columnsOf<Cell extends { roomNumber: string }>(
  floors: Floors<Cell>,
): Map<string, string> | undefined {
  const times = new Map<string, number>();
  for (const { floor, cells } of floors) {
    const own = cells.map(({ roomNumber }) => stackOf(roomNumber, floor));
    for (const stack of new Set(own)) {
      if (stack === undefined) return undefined;
      times.set(stack, (times.get(stack) ?? 0) + 1);
    }
  }
  const isOwn = (stack: string) => mainStack(stack) === stack || times.get(stack)! * 2 > floors.length;
  return new Map([...times.keys()].map((stack) => [stack, isOwn(stack) ? stack : mainStack(stack)]));
}

/** Stacks over one another where all numbers follow their floors; else the floors as they are, without gaps. */
export function placeRooms<Cell extends { roomNumber: string }>(
  floors: Floors<Cell>,
): { columns: number; floors: PlacedFloor<Cell>[] } {
  const widest = Math.max(1, ...floors.map(({ cells }) => cells.length));
  const columns = columnsOf(floors);
  const order = [...new Set(columns?.values())].sort(byNumber);
  if (!columns || order.length > Math.min(MOST_COLUMNS, widest * 2)) {
    return {
      columns: widest,
      floors: floors.map(({ floor, cells }) => ({ floor, places: cells.map((cell) => [cell]) })),
    };
  }
  const columnOf = (cell: Cell, floor: number) => columns.get(stackOf(cell.roomNumber, floor)!);
  return {
    columns: Math.max(1, order.length),
    floors: floors.map(({ floor, cells }) => ({
      floor,
      places: order.map((column) =>
        cells
          .filter((cell) => columnOf(cell, floor) === column)
          .sort((a, b) => byNumber(a.roomNumber, b.roomNumber)),
      ),
    })),
  };
}
