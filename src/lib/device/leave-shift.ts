// The end of a shift on this tablet: her code goes, what waits goes up where it can, the server is told goodbye.
// Invariants: the code goes first, so that whatever becomes of the rest it no longer opens; neither a full disk nor a line
// that hangs keeps anybody in.
import { sleep, type Clock } from '#lib/protocol/clock.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';

/** How long it waits for a last upload, and for the server's goodbye. */
const UPLOAD_MS = 10_000;
const SIGN_OUT_MS = 3_000;

export interface LeavingShift {
  dropPin(): Promise<void>;
  upload(): Promise<void>;
  signOut(): Promise<unknown>;
  clock: Clock;
}

/** Throws the StorageFault for which her code is there still, after everything else was done. */
export async function leaveShift({ dropPin, upload, signOut, clock }: LeavingShift): Promise<void> {
  const isDropped = await hasWorked(dropPin());
  await Promise.race([hasWorked(upload()), sleep(clock, UPLOAD_MS)]);
  await Promise.race([signOut(), sleep(clock, SIGN_OUT_MS)]);
  if (!isDropped) await dropPin();
}

/** What waits is not lost by an upload the storage gave way in: the next one finds it. */
async function hasWorked(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (storageFaultKind(error) === undefined) throw error;
    return false;
  }
}
