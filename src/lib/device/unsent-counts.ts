// The counts a person sees of her own work, one number for every screen: what waits, what was refused, how much of it
// went up. Invariant: all of them come from what the store lists, never from what a round says it sent.
import type { UnsentPhotos } from '#lib/storage/photo-counts.ts';
import type { UnsentActions } from '#lib/storage/unsent-actions.ts';

export class UnsentCounts {
  #waiting = new Set<number>();
  #refused = new Set<number>();
  #sent = 0;
  #photos = { waiting: 0, refused: 0 };
  /** Under former passwords; undefined where it could not be counted, or is not yet. */
  sealed: number | undefined;

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
