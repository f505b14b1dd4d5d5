// The counts a person sees of her own work, one number for every screen: what waits, what was refused, how much of it
// went up. Invariants: all of them come from what the store lists, never from what a round says it sent; an older list is
// never taken after a newer one.
import { createSerial } from '#lib/protocol/serial.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { UnsentPhotos } from '#lib/storage/photo-counts.ts';
import type { UnsentActions } from '#lib/storage/unsent-actions.ts';

export class UnsentCounts {
  #waiting = new Set<number>();
  #refused = new Set<number>();
  #sent = 0;
  #photos = { waiting: 0, refused: 0 };
  readonly #inTurn = createSerial();
  /** A count that has not begun: whoever asks meanwhile is served by it. */
  #next: Promise<void> | undefined;
  /** Under former passwords; undefined where it could not be counted, or is not yet. */
  sealed: number | undefined;

  /** Answers once what stands in the store at this call is counted. Where it was closed meanwhile, the counts stand. */
  recount(store: Pick<DeviceStore, 'listUnsentActions' | 'photos'>): Promise<void> {
    this.#next ??= this.#inTurn(async () => {
      this.#next = undefined;
      const unsent = await store.listUnsentActions().catch(() => undefined);
      if (unsent) this.take(unsent);
      const photos = await store.photos.listUnsent().catch(() => undefined);
      if (photos) this.takePhotos(photos);
    });
    return this.#next;
  }

  takePhotos({ waiting, refused }: UnsentPhotos): void {
    this.#photos = { waiting: waiting.length, refused: refused.length };
  }

  /** Photos not confirmed, the refused among them. */
  get photos(): number {
    return this.#photos.waiting + this.#photos.refused;
  }

  get photosRefused(): number {
    return this.#photos.refused;
  }

  take({ waiting, refused }: UnsentActions): void {
    const now = new Set(waiting.map(({ savedAt }) => savedAt));
    const refusedNow = new Set(refused.map(({ savedAt }) => savedAt));
    const gone = [...this.#waiting].filter((moment) => !now.has(moment) && !refusedNow.has(moment));
    if (this.#waiting.size === 0 && now.size > 0) this.#sent = 0;
    this.#sent += gone.length;
    this.#waiting = now;
    this.#refused = refusedNow;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get refused(): number {
    return this.#refused.size;
  }

  /** Gone up since something last began to wait. */
  get sent(): number {
    return this.#sent;
  }
}
