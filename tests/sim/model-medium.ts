// A tablet's database as a medium that keeps account: committed rows, and a log of commits that can be undone from its
// end. Invariants: a transaction is whole or not at all; a strict commit, and all before it, outlives a loss of power,
// relaxed ones of the last seconds may not; inside a transaction nothing is waited for but the tables.
import { toStorageFault } from '#lib/storage/database-fault.ts';
import { checkMayWrite, VERSIONS, type RowTables, type TableName, type Tables } from '#lib/storage/tables.ts';
import { modelTable, shapeOf, type Key, type RowAccess, type StoredRow } from './model-rows.ts';

interface Cell {
  key: Key;
  row: StoredRow;
}
type Cells = Map<string, Cell>;

interface Commit {
  atMs: number;
  strict: boolean;
  before: { table: TableName; name: string; cell: Cell | undefined }[];
}

export interface ChangedRow {
  table: TableName;
  key: Key;
  before: StoredRow | undefined;
  after: StoredRow | undefined;
}

/** Asked at each row put. */
export type AskedFull = (table: TableName) => boolean;

/** What a tablet's database is kept on. */
export interface Medium {
  /** A connection to it. `full` is asked at each put; true: the quota is exceeded there. */
  connect(full: AskedFull): Tables;
  /** The power goes: of the relaxed commits of the last three seconds, so many at the end are lost. Answers how many were. */
  losePower(nowMs: number, atMost: number): number;
}

export interface ModelMedium extends Medium {
  rows(table: TableName): StoredRow[];
}

const STORES = Object.assign({}, ...VERSIONS) as Record<TableName, string>;
const NAMES = Object.keys(STORES) as TableName[];
const SHAPES = new Map(NAMES.map((name) => [name, shapeOf(STORES[name])]));
const RELAXED_KEPT_MS = 3000;

/** `onChange` is told of each row that changed, after the commit (or the loss). */
export function newModelMedium(nowMs: () => number, onChange: (changed: ChangedRow[]) => void): ModelMedium {
  const committed = new Map<TableName, Cells>(NAMES.map((name) => [name, new Map()]));
  const numbers = new Map<TableName, number>();
  const log: Commit[] = [];

  const undo = ({ before }: Commit): ChangedRow[] =>
    [...before].reverse().flatMap(({ table, name, cell }) => {
      const cells = committed.get(table)!;
      const gone = cells.get(name);
      if (cell) cells.set(name, cell);
      else cells.delete(name);
      const { key } = cell ?? gone ?? {};
      // Put and taken away again within one commit: nothing was there, and nothing is.
      return key === undefined ? [] : [{ table, key, before: gone?.row, after: cell?.row }];
    });

  const connect = (full: AskedFull): Tables => {
    let open = true;
    return {
      close: () => (open = false),
      async transaction(how, work) {
        const overlay = new Map<TableName, Map<string, Cell | { key: Key; row: undefined }>>();
        const numbered = new Map(numbers);
        let active = true;
        const names = how.mode === 'read' ? how.tables : [...new Set([...how.tables, 'meta' as const])];
        const accessTo = (table: TableName): RowAccess => {
          const written = new Map<string, Cell | { key: Key; row: undefined }>();
          overlay.set(table, written);
          const cells = committed.get(table)!;
          const check = (writes: boolean) => {
            if (!open) throw new DOMException('closed', 'InvalidStateError');
            if (!active) throw new DOMException('over', 'TransactionInactiveError');
            if (writes && how.mode === 'read') throw new DOMException('to be read', 'ReadOnlyError');
          };
          const cellOf = (name: string) => (written.has(name) ? written.get(name) : cells.get(name));
          return {
            all() {
              check(false);
              const merged = new Map<string, Cell | { key: Key; row: undefined }>([...cells, ...written]);
              return [...merged.values()].filter((cell): cell is Cell => cell.row !== undefined);
            },
            get(key) {
              check(false);
              return cellOf(JSON.stringify(key))?.row;
            },
            put(key, row) {
              check(true);
              if (full(table)) throw new DOMException('no room', 'QuotaExceededError');
              written.set(JSON.stringify(key), { key, row });
            },
            delete(key) {
              check(true);
              written.set(JSON.stringify(key), { key, row: undefined });
            },
            nextNumber() {
              const next = (numbered.get(table) ?? 0) + 1;
              numbered.set(table, next);
              return next;
            },
          };
        };
        const tables = Object.fromEntries(
          names.map((name) => [name, modelTable(SHAPES.get(name)!, accessTo(name))]),
        ) as unknown as RowTables;
        try {
          if (!open) throw new DOMException('closed', 'InvalidStateError');
          if (how.mode !== 'read') await checkMayWrite(tables.meta, how.turn);
          const result = await work(tables);
          active = false;
          commit(overlay, how.mode === 'strict');
          for (const [table, number] of numbered) numbers.set(table, number);
          return result;
        } catch (error) {
          active = false;
          throw toStorageFault(error);
        }
      },
    };
  };
  const commit = (
    overlay: Map<TableName, Map<string, { key: Key; row: StoredRow | undefined }>>,
    strict: boolean,
  ) => {
    const entry: Commit = { atMs: nowMs(), strict, before: [] };
    const changed: ChangedRow[] = [];
    for (const [table, written] of overlay) {
      const cells = committed.get(table)!;
      for (const [name, { key, row }] of written) {
        const before = cells.get(name);
        entry.before.push({ table, name, cell: before });
        if (row) cells.set(name, { key, row });
        else cells.delete(name);
        changed.push({ table, key, before: before?.row, after: row });
      }
    }
    log.push(entry);
    if (strict) log.length = 0;
    if (changed.length > 0) onChange(changed);
  };
  return {
    rows: (table) => [...committed.get(table)!.values()].map(({ row }) => row),
    connect,
    losePower(now, atMost) {
      let lost = 0;
      for (; lost < atMost; lost++) {
        const last = log.at(-1);
        if (!last || now - last.atMs > RELAXED_KEPT_MS) break;
        onChange(undo(log.pop()!));
      }
      return lost;
    },
  };
}
