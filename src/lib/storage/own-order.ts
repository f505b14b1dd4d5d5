// In which order a person's own work was made on this tablet, told without a clock: the number each save was given when it
// was made, which stays with it when the server has confirmed it. Invariant: what is saved later has the greater number.
import type { Scope } from '#lib/protocol/document.ts';
import type { StoreContext } from './store-context.ts';

export interface OwnOrder {
  /** Of the last save there was; 0: none yet. */
  last: number;
  /**
   * By document, of its newest save. What is waiting, and what was confirmed in the last week, or is among the last 2,000
   * (repair-confirmed.ts); none for what was confirmed by a build that did not keep them.
   */
  ordinals: ReadonlyMap<string, number>;
  /** Where each of them was saved. */
  scopes: ReadonlyMap<string, Scope>;
}

/** Needs no key. */
export function readOwnOrder({ tables }: StoreContext): Promise<OwnOrder> {
  return tables.transaction({ mode: 'read', tables: ['edits', 'confirmed', 'meta'] }, async (rows) => {
    const [confirmed, edits, counter] = await Promise.all([
      rows.confirmed.toArray(),
      rows.edits.toArray(),
      rows.meta.get('ordinal'),
    ]);
    const ordinals = new Map<string, number>();
    const scopes = new Map<string, Scope>();
    for (const { scope, id, ordinal } of [...confirmed, ...edits]) {
      if (ordinal === undefined || ordinal < (ordinals.get(id) ?? 0)) continue;
      ordinals.set(id, ordinal);
      scopes.set(id, scope);
    }
    return { last: Number(counter?.value ?? 0), ordinals, scopes };
  });
}
