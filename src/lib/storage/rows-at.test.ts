import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { deleteAt, rowsAt } from './rows-at.ts';
import type { DocumentKey, DocumentRow } from './rows.ts';
import { openTables, type RowTables, type Tables } from './tables.ts';

let tables: Tables;

beforeAll(async () => {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange };
  tables = await openTables('rows-at', factory, () => undefined);
});

const rowOf = ([scope, id]: DocumentKey): DocumentRow => ({
  scope,
  id,
  rev: '1-a',
  sealed: new Uint8Array(3),
});
const within = <T>(work: (rows: RowTables) => Promise<T>) =>
  tables.transaction({ mode: 'relaxed', tables: ['documents'] }, async (rows) => {
    await rows.documents.clear();
    return work(rows);
  });

const key: fc.Arbitrary<DocumentKey> = fc.tuple(
  fc.constantFrom('grid-1', 'grid-2'),
  fc
    .tuple(fc.constantFrom('room', 'tag', 'ta'), fc.nat({ max: 30 }))
    .map(([type, n]) => `${type}:${String(n)}`),
);
const keys = fc.uniqueArray(key, { selector: String, maxLength: 90 });

describe('many rows at once', () => {
  it('are those that each key would give, whatever stands between them', () =>
    fc.assert(
      fc.asyncProperty(keys, keys, async (stored, asked) => {
        const [ours, dexies] = await within(async ({ documents }) => {
          await documents.bulkPut(stored.map(rowOf));
          return [await rowsAt(documents, asked), await documents.bulkGet(asked)];
        });
        expect(ours).toEqual(dexies);
      }),
      { numRuns: 150 },
    ));

  it('go, and no other does', () =>
    fc.assert(
      fc.asyncProperty(keys, keys, async (stored, asked) => {
        const [ours, dexies] = await within(async ({ documents }) => {
          const leftBy = async (going: () => Promise<void>) => {
            await documents.bulkPut(stored.map(rowOf));
            await going();
            return documents.toCollection().primaryKeys();
          };
          return [
            await leftBy(() => deleteAt(documents, asked)),
            await leftBy(() => documents.bulkDelete(asked)),
          ];
        });
        expect(ours).toEqual(dexies);
      }),
      { numRuns: 150 },
    ));

  it('are one question for those that stand together, however many they are', async () => {
    const together = Array.from({ length: 200 }, (_, n): DocumentKey => [
      'grid-1',
      `visit:${String(1000 + n)}`,
    ]);
    const one = (n: number): DocumentKey => ['grid-1', `visit:${String(n)}`];
    await within(async ({ documents }) => {
      await documents.bulkPut([one(999), ...together, one(1200)].map(rowOf));
      const asked: string[] = [];
      const watched = new Proxy(documents, {
        get(table, name) {
          asked.push(String(name));
          const part: unknown = Reflect.get(table, name);
          return typeof part === 'function' ? (part.bind(table) as unknown) : part;
        },
      });
      expect((await rowsAt(watched, together)).every((row) => row !== undefined)).toBe(true);
      await deleteAt(watched, together);
      expect(new Set(asked)).toEqual(new Set(['where']));
      expect(await documents.toCollection().primaryKeys()).toEqual([one(1200), one(999)]);
    });
  });
});
