// A tablet holds this year's events and last year's (sync.md 1): what is older goes from it, and stays at the server.
// Invariant: nothing goes that has not been sent, or that a server set back may want again.
import { isPastYears } from '#lib/domain/scopes.ts';
import type { IsoDate } from '#lib/domain/time.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';

/** Throws StorageFaults. */
export async function dropPastYears(
  store: Pick<DeviceStore, 'listHeldScopes' | 'dropScopeIfSent'>,
  today: IsoDate,
): Promise<void> {
  for (const scope of await store.listHeldScopes())
    if (isPastYears(scope, today)) await store.dropScopeIfSent(scope);
}
