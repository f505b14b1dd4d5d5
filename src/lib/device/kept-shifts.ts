// The shifts of a community as this tablet holds them, opened once and again only when one of them changed: a year of
// twenty workers is five thousand, and 出发前检查 and 交班板 ask with every change of anything.
// Invariant: what the store has told is in the next answer; what it has not told yet is told, and asked for again then
// (by a page, whose question comes after all who listen here have heard).
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { readShifts, type OwnShift } from './own-work.ts';

export class KeptShifts {
  readonly #store: Pick<DeviceStore, 'listByType'>;
  readonly #stopListening: () => void;
  /** By the scopes asked for. */
  readonly #read = new Map<string, Promise<OwnShift[]>>();

  constructor(store: Pick<DeviceStore, 'listByType' | 'onChange'>) {
    this.#store = store;
    this.#stopListening = store.onChange(({ types }) => {
      if (types.includes('shift')) this.forget();
    });
  }

  /** Whoever has just written one is answered with it before the store tells. */
  forget(): void {
    this.#read.clear();
  }

  /** As `readShifts`. Throws StorageFaults; the next asking reads anew. */
  of(scopes: readonly string[]): Promise<OwnShift[]> {
    const asked = [...scopes].sort().join();
    const known = this.#read.get(asked);
    if (known) return known;
    const reading = readShifts(this.#store, scopes);
    this.#read.set(asked, reading);
    reading.catch(() => {
      if (this.#read.get(asked) === reading) this.#read.delete(asked);
    });
    return reading;
  }

  close(): void {
    this.#stopListening();
    this.forget();
  }
}
