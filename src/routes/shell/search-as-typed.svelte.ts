// Looks for people while one types. Invariants: what is shown belongs to the newest text that was answered, and an answer
// that comes late for an older text is thrown away; after a key, the hits in sight are drawn first and the others in the
// frame after, so that the next key waits for neither.
import type { Device } from '#lib/device/device.ts';
import type { SearchHit, SearchView } from '#lib/domain/field-views.ts';

/** What stays of a search while one looks at a household and comes back. */
export interface SearchText {
  text: string;
}

/** More than fit on a phone or a tablet held upright. */
const IN_SIGHT = 12;
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
      let frame = 0;
      void device.search(text, MOST).then((view) => {
        if (outdated) return;
        this.#drawn = returning ? MOST : IN_SIGHT;
        returning = false;
        this.found = { text, view };
        frame = requestAnimationFrame(() => setTimeout(() => !outdated && (this.#drawn = MOST)));
      });
      return () => {
        outdated = true;
        cancelAnimationFrame(frame);
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
