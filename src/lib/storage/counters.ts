// Counters beside the documents, by name. Invariant: a count is written before it is answered, strictly, and never given
// twice, whatever tab asks; one that was given and not used is a gap, and no harm.
import type { StoreContext } from './store-context.ts';

const keyOf = (name: string) => `count:${name}`;

/** One more than the last time; the first is 1. Throws StorageFaults. */
export function nextCount({ tables }: StoreContext, name: string): Promise<number> {
  return tables.transaction({ mode: 'strict', tables: ['meta'] }, async ({ meta }) => {
    const last = await meta.get(keyOf(name));
    const next = Number(last?.value ?? 0) + 1;
    await meta.put({ key: keyOf(name), value: next });
    return next;
  });
}
