// Looks for people while one types. Invariant: what is shown belongs to the newest text that was answered; an answer
// that comes late for an older text is thrown away.
import type { Device } from '#lib/device/device.ts';
import type { SearchView } from '#lib/domain/field-views.ts';

/** What stays of a search while one looks at a household and comes back. */
export interface SearchText {
  text: string;
}

const AFTER_MS = 40;
/** As many as one reads; more are told in a sentence. */
const MOST = 60;

export class SearchAsTyped {
  #kept: SearchText;
  #text = $state('');
  found = $state.raw<{ text: string; view: SearchView } | undefined>();

  /** Call during component initialisation. */
  constructor(device: Device, kept: SearchText) {
    this.#kept = kept;
    this.#text = kept.text;
    $effect(() => {
      const text = this.#text.trim();
      if (text === '') {
        this.found = undefined;
        return;
      }
      let outdated = false;
      const timer = setTimeout(() => {
        void device.search(text, MOST).then((view) => {
          if (!outdated) this.found = { text, view };
        });
      }, AFTER_MS);
      return () => {
        outdated = true;
        clearTimeout(timer);
      };
    });
  }

  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    this.#kept.text = text;
  }
}
