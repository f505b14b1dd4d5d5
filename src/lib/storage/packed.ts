// JSON objects that are much alike in little room: the names of their fields once for all of them, and once what they all
// say alike. Of a hundred documents of a roster that is half the text, to be written, sealed, read and parsed at each start.
// Invariant: what comes out is what went in, field for field and in their order, as JSON would have brought it back; no two
// objects share a part that can be changed.

type Plain = string | number | boolean | null;
type Fields = Readonly<Record<string, unknown>>;

type Column = { name: string; all: Plain } | { name: string; each: unknown[] };

/** Objects of the same fields in the same order. */
export interface Packed {
  /** Their places among all. */
  at: number[];
  columns: Column[];
}

const isPlain = (value: unknown): value is Plain =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** As JSON writes them: what is undefined is not there. */
const namesOf = (fields: Fields) => Object.keys(fields).filter((name) => fields[name] !== undefined);

export function pack(objects: readonly Fields[]): Packed[] {
  const alike = new Map<string, { names: string[]; at: number[] }>();
  for (const [place, fields] of objects.entries()) {
    const names = namesOf(fields);
    const kind = JSON.stringify(names);
    const known = alike.get(kind);
    if (known) known.at.push(place);
    else alike.set(kind, { names, at: [place] });
  }
  return [...alike.values()].map(({ names, at }) => ({
    at,
    columns: names.map((name) =>
      columnOf(
        name,
        at.map((place) => objects[place]![name]),
      ),
    ),
  }));
}

function columnOf(name: string, each: unknown[]): Column {
  const [first, ...others] = each;
  return isPlain(first) && others.every((value) => value === first) ? { name, all: first } : { name, each };
}

export function unpack(packed: readonly Packed[]): Record<string, unknown>[] {
  const objects: Record<string, unknown>[] = [];
  for (const { at, columns } of packed) {
    const group = at.map(() => ({}) as Record<string, unknown>);
    // All of them take a field before any takes the next: so they are of one shape to whoever reads them.
    for (const column of columns) fill(group, column);
    for (const [n, place] of at.entries()) objects[place] = group[n]!;
  }
  return objects;
}

function fill(group: readonly Record<string, unknown>[], column: Column): void {
  const { name } = column;
  const each = 'each' in column ? column.each : undefined;
  const all = 'all' in column ? column.all : undefined;
  // A million fields come through here at each start: counted, not walked by iterators.
  for (let n = 0; n < group.length; n++) {
    const value = each ? each[n] : all;
    // To assign this one would change what the object is made of.
    if (name !== '__proto__') group[n]![name] = value;
    else
      Object.defineProperty(group[n], name, { value, enumerable: true, configurable: true, writable: true });
  }
}
