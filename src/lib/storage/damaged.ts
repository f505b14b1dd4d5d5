// Records that are not what was sealed in their place: swapped, altered, decayed. Invariant: only such a record is passed
// over, one by one, so that it holds up nothing else; every other fault is thrown.
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';

/** The reason kept of, and given for, what cannot be sent for that (domain/refusal.ts knows it). */
export const DAMAGED = 'damaged on this tablet';

/** What was opened; undefined where the record is damaged. */
export async function unlessDamaged<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (storageFaultKind(error) !== 'tampered') throw error;
    return undefined;
  }
}
