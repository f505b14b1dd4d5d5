// Looks for people while one types. Invariants: what is shown belongs to the newest text that was answered, and an answer
// that comes late for an older text is thrown away; after a key, the hits in sight are asked for and drawn at once, the
// others when the typing rests, so that no key waits for what nobody sees.
import type { Device } from '#lib/device/device.ts';
import type { ThisMinute } from '#lib/device/this-minute.ts';
import type { SearchHit, SearchView } from '#lib/domain/field-views.ts';
import { beijingDate } from '#lib/domain/time.ts';

/** What stays of a search while one looks at a household and comes back. */
export interface SearchText {
  text: string;
}

const RESTS_MS = 600;
/** A row is 80 px high and more; above the rows are the bar and the field. */
const inSight = () => Math.ceil((innerHeight - 200) / 80);
/** In many doors and phones. */
const OFTEN = '1';
const NOBODY: SearchHit = { resident: '', household: '', name: '', door: '', grid: '', tags: [] };
/** As many as one reads; more are told in a sentence. */
export const MOST = 60;

export class SearchAsTyped {
  #kept: SearchText;
  #text = $state('');
  found = $state.raw<{ text: string; view: SearchView } | undefined>();
  /** As many as were ever drawn, the newest hits first: a row that is there already is written anew much sooner than a new
      one is made, so those in sight are made before the first key. */
  rows = $state.raw<SearchHit[]>(Array.from({ length: inSight() }, () => NOBODY));

  /** Call during component initialisation. */
  constructor(device: Device, kept: SearchText, minute: ThisMinute) {
    this.#kept = kept;
    this.#text = kept.text;
    // What is searched in is made with the first question, and the rows in sight are written once, unseen: both before the
    // first key, so that it waits for nothing.
    void device.search(OFTEN, inSight()).then(({ hits }) => {
      if (this.found === undefined) this.rows = [...hits, ...this.rows.slice(hits.length)];
    });
    // All at once then, or the place it was scrolled to would not be there.
    let returning = kept.text.trim() !== '';
    // Ages and tags are of a day.
    const day = $derived(beijingDate(minute.now));
    $effect(() => {
      void day;
      const text = this.#text.trim();
      if (text === '') {
        this.found = undefined;
        return;
      }
      let outdated = false;
      let resting: ReturnType<typeof setTimeout> | undefined;
      const ask = async (limit: number) => {
        const view = await device.search(text, limit);
        if (outdated) return;
        this.found = { text, view };
        this.rows = [...view.hits, ...this.rows.slice(view.hits.length)];
        if (view.hits.length === limit && limit < MOST) resting = setTimeout(() => void ask(MOST), RESTS_MS);
      };
      void ask(returning ? MOST : inSight());
      returning = false;
      return () => {
        outdated = true;
        clearTimeout(resting);
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
