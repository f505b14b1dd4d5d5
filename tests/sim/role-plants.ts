// Bugs planted in what is done when a role has ended.
import type { Scope } from '#lib/protocol/document.ts';
import type { Tables } from '#lib/storage/tables.ts';
import type { Planting, SimDevice } from './sim-device.ts';

const tablesOf = new WeakMap<SimDevice, Tables>();

async function dropUnsent(device: SimDevice, scope: Scope): Promise<void> {
  const how = { mode: 'strict' as const, tables: ['edits' as const] };
  await tablesOf.get(device)!.transaction(how, async ({ edits }) => {
    const keys = await edits.where('[scope+id]').between([scope, ''], [scope, '\uffff']).primaryKeys();
    await edits.bulkDelete(keys);
  });
}

export const ROLE_PLANTS = {
  'scope-kept': { replica: (replica) => ({ ...replica, dropScope: async () => undefined }) },
  'unsent-goes-with-the-scope': {
    tables(tables, device) {
      tablesOf.set(device, tables);
      return tables;
    },
    replica: (replica, device) => ({
      ...replica,
      async dropScope(scope) {
        await replica.dropScope(scope);
        await dropUnsent(device, scope);
      },
    }),
  },
} satisfies Record<string, Planting>;
