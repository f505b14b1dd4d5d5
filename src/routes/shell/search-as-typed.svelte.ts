// Looks for people while one types. Invariants: what is shown belongs to the newest text that was answered, and an answer
// that comes late for an older text is thrown away; after a key, the hits in sight are drawn at once and the others when
// the typing rests, so that no key waits for what nobody sees.
import type { Device } from '#lib/device/device.ts';
import type { SearchHit, SearchView } from '#lib/domain/field-views.ts';

/** What stays of a search while one looks at a household and comes back. */
export interface SearchText {
  text: string;
}

const RESTS_MS = 150;
/** A row is 80 px high and more, and the rows have not the whole screen. */
const inSight = () => Math.ceil(innerHeight / 90);
/** As many as one reads; more are told in a sentence. */
const MOST = 60;

export class SearchAsTyped {
  #kept: SearchText;
  #text = $state('');
  found = $state.raw<{ text: string; view: SearchView } | undefined>();
  #drawn = $state(MOST);

  /** Call during component initialisation. */
  constructor(device: Device, kept: SearchText) {
    this.#kept = kept;
    this.#text = kept.text;
    // All at once then, or the place it was scrolled to would not be there.
    let returning = kept.text.trim() !== '';
    $effect(() => {
      const text = this.#text.trim();
      if (text === '') {
        this.found = undefined;
        return;
      }
      let outdated = false;
      let resting: ReturnType<typeof setTimeout> | undefined;
      void device.search(text, MOST).then((view) => {
        if (outdated) return;
        this.#drawn = returning ? MOST : inSight();
        returning = false;
        this.found = { text, view };
        resting = setTimeout(() => (this.#drawn = MOST), RESTS_MS);
      });
      return () => {
        outdated = true;
        clearTimeout(resting);
      };
    });
  }

  /** Those to draw now. */
  get hits(): SearchHit[] {
    return this.found?.view.hits.slice(0, this.#drawn) ?? [];
  }

  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    this.#kept.text = text;
  }
}
