// One person's store as this device opens it, with its channel to the other tabs.
import { opaqueReferenceOf } from '#lib/domain/opaque-reference.ts';
import type { Loss } from '#lib/storage/connections.ts';
import { webEnvelopes } from '#lib/storage/envelope-sealer.ts';
import { openStore, type DeviceStore } from '#lib/storage/open-store.ts';
import { aesGcmCipher } from '#lib/storage/sealing.ts';
import type { Unlocked } from '#lib/storage/tablet.ts';
import type { DevicePlatform } from './device-platform.ts';

/** Throws StorageFaults. `lost`: the database was taken from under us. */
export function openHerStore(
  { ids }: DevicePlatform,
  unlocked: Pick<Unlocked, 'storeName' | 'key'>,
  lost: (loss: Loss) => void,
): Promise<DeviceStore> {
  return openStore({
    name: unlocked.storeName,
    cipher: aesGcmCipher(unlocked.key),
    envelopes: webEnvelopes(),
    referenceOf: opaqueReferenceOf,
    nowMs: ids.nowMs,
    randomBytes: ids.randomBytes,
    channel: new BroadcastChannel(unlocked.storeName),
    onClosed: lost,
  });
}
