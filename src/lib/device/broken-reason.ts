// Why a store cannot be used, in the words screens have sentences for.
import { StorageFault, storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { Loss } from '#lib/storage/connections.ts';
import type { BrokenReason } from './device-state.ts';

export const LOST: Record<Loss, BrokenReason> = {
  upgraded: 'newerDatabase',
  closed: 'storageBroken',
  wiped: 'storageWiped',
};

/** The same of a store that went while it was being opened. */
export const lossAsFault = (loss: Loss): StorageFault =>
  new StorageFault(loss === 'upgraded' ? 'newer-schema' : loss, 'the database went while it was opened');

export function signInFault(error: unknown): 'storageFull' | 'storageRefused' | 'storageBroken' {
  const kind = storageFaultKind(error);
  if (kind === 'full') return 'storageFull';
  return kind === 'unavailable' ? 'storageRefused' : 'storageBroken';
}

export function brokenReason(error: unknown): BrokenReason {
  switch (storageFaultKind(error)) {
    case 'newer-schema':
      return 'newerDatabase';
    case 'unavailable':
      return 'storageRefused';
    case 'blocked':
      return 'storageBlocked';
    case 'wiped':
      return 'storageWiped';
    default:
      return 'storageBroken';
  }
}
