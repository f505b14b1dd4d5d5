// The counter of what bears a number of its own on this tablet. Invariant: it moves in the transaction that writes the
// document with that number and nowhere else, so that after any crash a number was given once or not at all.
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

const KEY = 'numbered';

const given = async ({ meta }: Pick<RowTables, 'meta'>) => Number((await meta.get(KEY))?.value ?? 0);

/** The last number given; 0: none yet. */
export function lastNumber({ tables }: StoreContext): Promise<number> {
  return tables.transaction({ mode: 'read', tables: ['meta'] }, given);
}

/** Inside a transaction that writes `meta`. False where another number is the next. */
export async function takeNumber(rows: Pick<RowTables, 'meta'>, number: number): Promise<boolean> {
  if ((await given(rows)) !== number - 1) return false;
  await rows.meta.put({ key: KEY, value: number });
  return true;
}
