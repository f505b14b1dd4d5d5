// Scopes of which this device holds the server's documents, and letting one go (a role ended, a year ran out).
import type { Scope } from '#lib/protocol/document.ts';
import { scopeRange } from './store-pulled.ts';
import type { StoreContext } from './store-context.ts';

export function listHeldScopes({ tables }: StoreContext): Promise<Scope[]> {
  return tables.transaction({ mode: 'read', tables: ['checkpoints'] }, ({ checkpoints }) =>
    checkpoints.toCollection().primaryKeys(),
  );
}

/** Unsent work and refused edits stay, with the bases they hold themselves. */
export async function dropScope(store: StoreContext, scope: Scope): Promise<void> {
  await store.tables.transaction(
    { mode: 'strict', tables: ['documents', 'leaves', 'checkpoints'] },
    async (rows) => {
      await rows.documents
        .where('[scope+id]')
        .between(...scopeRange(scope))
        .delete();
      await rows.leaves.where('[scope+id+rev]').between([scope], [scope, []]).delete();
      await rows.checkpoints.delete(scope);
    },
  );
  for (const table of ['documents', 'leaves', 'checkpoints'] as const)
    store.feed.tell(table, { scope, ids: [] });
}
