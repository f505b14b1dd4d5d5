// A tablet's database as it is in a browser: the product's own tables over Dexie, on IndexedDB in memory. What was
// committed is read from it after each transaction, so that the checks see rows and not intentions. It cannot lose power:
// what fake-indexeddb answered for is there.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openTables, type RowTables, type TableName, type Tables } from '#lib/storage/tables.ts';
import type { AskedFull, ChangedRow, Medium } from './model-medium.ts';
import type { Key, StoredRow } from './model-rows.ts';

const NAME = 'tablet';

/** `onChange` is told of each row that changed, after the commit. */
export function newDexieMedium(onChange: (changed: ChangedRow[]) => void): Medium {
  const indexedDB = new IDBFactory();
  const look = newInspector(indexedDB);
  return {
    connect(full) {
      let opening: Promise<Tables> | undefined;
      let closed = false;
      const open = async () => {
        const tables = await openTables(NAME, { indexedDB, IDBKeyRange }, () => undefined);
        if (closed) tables.close();
        return tables;
      };
      return {
        close() {
          closed = true;
          void opening?.then((tables) => tables.close());
        },
        async transaction(how, work) {
          const tables = await (opening ??= open());
          const answer = await tables.transaction(how, (rows) => work(asking(rows, full)));
          if (how.mode !== 'read') {
            const changed = await look([...new Set([...how.tables, 'meta' as const])]);
            if (changed.length > 0) onChange(changed);
          }
          return answer;
        },
      };
    },
    losePower() {
      throw new Error('IndexedDB in memory has no power to lose');
    },
  };
}

const PUTS = new Set(['put', 'bulkPut', 'bulkAdd']);

/** The same tables, but that `full` is asked at each row put, as the model medium does. */
function asking(rows: RowTables, full: AskedFull): RowTables {
  const check = (table: TableName, count: number) => {
    for (let n = 0; n < count; n++) if (full(table)) throw new DOMException('no room', 'QuotaExceededError');
  };
  const wrapped = Object.entries(rows).map(([name, table]) => {
    const asked = new Proxy(table as object, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        const method = value as (...given: unknown[]) => unknown;
        if (!PUTS.has(String(property))) return method.bind(target);
        return async (...given: unknown[]) => {
          check(name as TableName, Array.isArray(given[0]) ? given[0].length : 1);
          return method.apply(target, given);
        };
      },
    });
    return [name, asked];
  });
  return Object.fromEntries(wrapped) as unknown as RowTables;
}

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(String(request.error)));
  });

/** Looks at tables by a connection of its own; answers what has changed in them since it looked last. */
function newInspector(indexedDB: IDBFactory): (tables: TableName[]) => Promise<ChangedRow[]> {
  const seen = new Map<TableName, Map<string, { key: Key; row: StoredRow; mark: string }>>();
  let opening: Promise<IDBDatabase> | undefined;
  return async (tables) => {
    const db = await (opening ??= done(indexedDB.open(NAME)));
    const reading = db.transaction(tables, 'readonly');
    const changed: ChangedRow[] = [];
    for (const table of tables) {
      const store = reading.objectStore(table);
      const [keys, rows] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      const before = seen.get(table) ?? new Map<string, { key: Key; row: StoredRow; mark: string }>();
      const now = new Map(
        keys.map((key, n) => {
          const row = rows[n] as StoredRow;
          return [JSON.stringify(key), { key: key as Key, row, mark: markOf(row) }];
        }),
      );
      for (const [name, { key, row }] of before)
        if (!now.has(name)) changed.push({ table, key, before: row, after: undefined });
      for (const [name, { key, row, mark }] of now) {
        const known = before.get(name);
        if (known?.mark !== mark) changed.push({ table, key, before: known?.row, after: row });
      }
      seen.set(table, now);
    }
    return changed;
  };
}

const markOf = (row: StoredRow) =>
  JSON.stringify(row, (_name, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
