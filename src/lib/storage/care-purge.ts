// Takes the copies of what is restricted out of a store whose key nobody here has. Invariant: what of it was not sent, or was
// refused, stays as it is, sealed.
import { isCare } from '#lib/domain/scopes.ts';
import type { DatabaseFactory } from './connections.ts';
import { dropScope, listHeldScopes } from './held-scopes.ts';
import { openTables } from './tables.ts';

export async function dropCare(name: string, factory: DatabaseFactory, nowMs: () => number): Promise<void> {
  const tables = await openTables(name, factory, () => undefined);
  try {
    // Whoever has it open has nothing of it in memory, so that nobody is to be told.
    const store = { tables, nowMs, feed: { tell: () => undefined } };
    for (const scope of await listHeldScopes(store)) if (isCare(scope)) await dropScope(store, scope);
  } finally {
    tables.close();
  }
}
