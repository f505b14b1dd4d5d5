// A new document with the next number of this store. The number is sealed in the document, and sealing cannot be done inside
// a transaction: it is read, sealed, and in the transaction that writes it taken, if it is still the next (numbers-given.ts).
import { lastNumber } from './numbers-given.ts';
import { saveAction, type Put, type SaveOutcome } from './save-action.ts';
import type { StoreContext } from './store-context.ts';

/** Of so many that want one at once, all get one. */
const ATTEMPTS = 50;

/** Strict; answers after the transaction completed. Throws StorageFaults other than `full`. */
export async function saveNumbered(store: StoreContext, make: (number: number) => Put): Promise<SaveOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const number = (await lastNumber(store)) + 1;
    const saved = await saveAction(store, [make(number)], { number });
    if (saved.outcome !== 'moved') return saved;
  }
  throw new Error('the numbers of this store would not keep still');
}
