// One table of the model medium as Dexie shows it: as much of Dexie's Table as the storage layer uses. Invariant: keys
// compare as the Indexed Database API says (numbers, then text, then arrays), results come in the order of the index.
// Rows are handed out as they stand and never written into. What is not modelled does not exist here, so that a new
// use of Dexie fails loudly.

export type Key = string | number | readonly Key[];
export type StoredRow = Record<string, unknown>;

/** The rows of a table as a transaction sees them. */
export interface RowAccess {
  /** In no order. */
  all(): { key: Key; row: StoredRow }[];
  get(key: Key): StoredRow | undefined;
  put(key: Key, row: StoredRow): void;
  delete(key: Key): void;
  /** The next number of a table that numbers its rows itself. */
  nextNumber(): number;
}

function compareKeys(a: Key, b: Key): number {
  const rank = (key: Key) => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a !== 'object' || typeof b !== 'object') return a < b ? -1 : a > b ? 1 : 0;
  for (let n = 0; n < Math.min(a.length, b.length); n++) {
    const order = compareKeys(a[n]!, b[n]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** `[scope+id]`, `key`, `*keys`, `++number` as Dexie writes them. */
interface IndexPath {
  name: string;
  fields: string[];
  multi: boolean;
  numbered: boolean;
}

export interface TableShape {
  primary: IndexPath;
  indexes: IndexPath[];
}

/** From a line as Dexie takes it. */
export function shapeOf(line: string): TableShape {
  const [primary, ...indexes] = line.split(',').map((spec): IndexPath => {
    const numbered = spec.startsWith('++');
    const multi = spec.startsWith('*');
    const name = spec.replace(/^(\+\+|\*|&)/, '');
    return { name, fields: name.replace(/[[\]]/g, '').split('+'), multi, numbered };
  });
  return { primary: primary!, indexes };
}

function keyAt({ name, fields }: IndexPath, row: StoredRow): Key | undefined {
  const values = fields.map((field) => row[field] as Key | undefined);
  if (values.some((value) => value === undefined)) return undefined;
  return name.startsWith('[') ? (values as Key[]) : values[0];
}

interface Found {
  key: Key;
  row: StoredRow;
  /** In the index that was asked. */
  at?: Key;
}

interface ModelCollection {
  and(holds: (row: StoredRow) => boolean): ModelCollection;
  filter(holds: (row: StoredRow) => boolean): ModelCollection;
  limit(most: number): ModelCollection;
  each(act: (row: StoredRow) => void): Promise<void>;
  toArray(): Promise<StoredRow[]>;
  primaryKeys(): Promise<Key[]>;
  count(): Promise<number>;
  delete(): Promise<void>;
  first(): Promise<StoredRow | undefined>;
  /** Of the index that was asked, each once. */
  uniqueKeys(): Promise<Key[]>;
  /** Of the index that was asked. */
  lastKey(): Promise<Key | undefined>;
}

export function modelTable({ primary, indexes }: TableShape, access: RowAccess) {
  const put = async (row: StoredRow) => {
    const numbered = primary.numbered && row[primary.name] === undefined;
    const stored = numbered ? { ...row, [primary.name]: access.nextNumber() } : { ...row };
    const key = keyAt(primary, stored);
    if (key === undefined) throw new DOMException('no key', 'DataError');
    access.put(key, stored);
    return key;
  };
  const each = async <T>(items: readonly T[], act: (item: T) => Promise<unknown>) => {
    for (const item of items) await act(item);
  };
  const get = async (key: Key) => access.get(key);
  const remove = async (key: Key) => access.delete(key);
  const ordered = () => access.all().sort((a, b) => compareKeys(a.key, b.key));
  const collection = (found: () => Found[]): ModelCollection => ({
    and: (holds) => collection(() => found().filter(({ row }) => holds(row))),
    filter: (holds) => collection(() => found().filter(({ row }) => holds(row))),
    limit: (most) => collection(() => found().slice(0, most)),
    each: async (act) => found().forEach(({ row }) => act(row)),
    toArray: async () => found().map(({ row }) => row),
    primaryKeys: async () => found().map(({ key }) => key),
    count: async () => found().length,
    delete: async () => found().forEach(({ key }) => access.delete(key)),
    uniqueKeys: async () => {
      const keys = found().map(({ at, key }) => at ?? key);
      return keys.filter((key, n) => n === 0 || compareKeys(key, keys[n - 1]!) !== 0);
    },
    first: async () => found()[0]?.row,
    lastKey: async () => {
      const last = found().at(-1);
      return last && (last.at ?? last.key);
    },
  });
  const indexNamed = (name: string) => {
    const index = [primary, ...indexes].find((each) => each.name === name);
    if (!index) throw new TypeError(`no index ${name}`);
    return index;
  };
  const entriesOf = (index: IndexPath) =>
    access
      .all()
      .flatMap(({ key, row }) => {
        const at = keyAt(index, row);
        const keys = index.multi && Array.isArray(at) ? [...new Set(at as Key[])] : [at];
        return keys.flatMap((each) => (each === undefined ? [] : [{ at: each, key, row }]));
      })
      .sort((a, b) => compareKeys(a.at, b.at) || compareKeys(a.key, b.key));
  return {
    get,
    put,
    delete: remove,
    bulkGet: async (keys: readonly Key[]) => Promise.all(keys.map(get)),
    bulkPut: (rows: readonly StoredRow[]) => each(rows, put),
    bulkAdd: (rows: readonly StoredRow[]) =>
      each(rows, async (row) => {
        const key = keyAt(primary, row);
        if (key !== undefined && access.get(key)) throw new DOMException('there already', 'ConstraintError');
        return put(row);
      }),
    bulkDelete: (keys: readonly Key[]) => each(keys, remove),
    toArray: async () => ordered().map(({ row }) => row),
    count: async () => access.all().length,
    clear: async () => ordered().forEach(({ key }) => access.delete(key)),
    toCollection: () => collection(ordered),
    orderBy: (name: string) => collection(() => entriesOf(indexNamed(name))),
    where(name: string) {
      const index = indexNamed(name);
      const within = (holds: (at: Key) => boolean) =>
        collection(() => entriesOf(index).filter(({ at }) => holds(at)));
      return {
        equals: (key: Key) => within((at) => compareKeys(at, key) === 0),
        anyOf: (keys: readonly Key[]) => within((at) => keys.some((key) => compareKeys(at, key) === 0)),
        between: (lower: Key, upper: Key, withLower = true, withUpper = false) =>
          within((at) => {
            const low = compareKeys(at, lower);
            const high = compareKeys(at, upper);
            return (low > 0 || (withLower && low === 0)) && (high < 0 || (withUpper && high === 0));
          }),
      };
    },
  };
}
