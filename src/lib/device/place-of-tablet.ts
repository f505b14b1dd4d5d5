// Where this tablet stands, as the door knows it before anybody is in. Invariant: said once it changes with a password alone;
// while nobody has said it, nothing restricted comes to this tablet.
import type { Tablet } from '#lib/storage/tablet.ts';
import type { TabletPlace } from '#lib/storage/tablet-place.ts';

export type PlaceChanged = { outcome: 'changed' | 'wrong' | 'failed' };

export class PlaceOfTablet {
  #current: TabletPlace | undefined;
  #tablet: Tablet | undefined;

  /** Once, before the door is shown. Throws StorageFaults. */
  async load(tablet: Tablet): Promise<Tablet> {
    this.#tablet = tablet;
    this.#current = await tablet.readPlace();
    return tablet;
  }

  /** Of the screen on which it can be said first. */
  get asked(): { asksPlace?: true } {
    return this.#current === undefined ? { asksPlace: true } : {};
  }

  get current(): TabletPlace | undefined {
    return this.#current;
  }

  /** By whoever signed in with her password just now; where it is said already, nothing changes. */
  async say(place: TabletPlace): Promise<void> {
    if (this.#current === undefined) await this.#put(place);
  }

  async change(place: TabletPlace, by: { user: string; password: string }): Promise<PlaceChanged> {
    if (!this.#tablet) return { outcome: 'failed' };
    const opened = await this.#tablet.unlockByPassword(by.user, by.password);
    if (opened.outcome !== 'open') return { outcome: 'wrong' };
    await this.#put(place);
    return { outcome: 'changed' };
  }

  /** At once, so that a round under way brings nothing more than it has begun; then what lies here goes. */
  async #put(place: TabletPlace): Promise<void> {
    this.#current = place;
    await this.#tablet?.putPlace(place);
  }
}
