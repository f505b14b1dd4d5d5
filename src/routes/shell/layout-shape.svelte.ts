// How the screen is divided, by the room there is in letters, not in pixels: 大字 on a tablet gets what a phone gets,
// rather than two columns too narrow to read.
import { innerHeight, innerWidth } from 'svelte/reactivity/window';
import type { Preferences } from '#lib/device/preferences.svelte.ts';

const SIDE_NAV_FROM = 600;
const SIDE_NAV_TAKES = 112;
const TWO_COLUMNS_FROM = 680;

export class LayoutShape {
  #preferences: Preferences;

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
  }

  /** Width as it would be with text of the normal size. */
  get #width(): number {
    return (innerWidth.current ?? 0) / this.#preferences.scale;
  }

  /** The main screens stand at the side, not below. */
  get sideNav(): boolean {
    return (innerWidth.current ?? 0) > (innerHeight.current ?? 0) && this.#width >= SIDE_NAV_FROM;
  }

  /** List and detail side by side. */
  get twoColumns(): boolean {
    return this.#width - (this.sideNav ? SIDE_NAV_TAKES : 0) >= TWO_COLUMNS_FROM;
  }
}
