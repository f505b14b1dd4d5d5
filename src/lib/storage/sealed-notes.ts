// Small things the device keeps beside the documents, sealed, by name: who is signed in with which roles, when contact
// was last confirmed. And the canary, a known note that tells at opening whether the key is the right one.
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Sealed } from './rows.ts';
import { sealJson, unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';

const placeOf = (name: string) => ({ table: 'meta' as const, id: `note:${name}` });

export async function putNote(store: StoreContext, name: string, value: unknown): Promise<void> {
  const sealed = await sealJson(store.cipher, placeOf(name), value);
  await store.tables.transaction({ mode: 'strict', tables: ['meta'] }, (rows) =>
    rows.meta.put({ key: placeOf(name).id, value: sealed }),
  );
  store.feed.tell('meta');
}

/** What was put under this name; the caller names its type and parses what must be trusted. */
export async function readNote(store: StoreContext, name: string): Promise<unknown> {
  const row = await store.tables.transaction({ mode: 'read', tables: ['meta'] }, (rows) =>
    rows.meta.get(placeOf(name).id),
  );
  return row && unsealJson<unknown>(store.cipher, placeOf(name), row.value as Sealed);
}

const CANARY = 'canary';

/** Throws `wrong-key` where the canary does not open. */
export async function checkCanary(store: StoreContext): Promise<void> {
  const known = await readNote(store, CANARY).catch((error: unknown) => {
    throw new StorageFault('wrong-key', 'this key does not open the store', error);
  });
  if (known === undefined) await putNote(store, CANARY, CANARY);
}
