// Why a store cannot be used, in the words screens have sentences for.
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { Loss } from '#lib/storage/connections.ts';
import type { BrokenReason } from './device-state.ts';

export const LOST: Record<Loss, BrokenReason> = {
  upgraded: 'newerDatabase',
  closed: 'storageBroken',
  wiped: 'storageWiped',
};

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
