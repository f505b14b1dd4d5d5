// A sheet whose script comes with the tap that opens it. Invariant: it is open once its script is here, never before; where
// that does not come it is told, and the next tap asks again.
import { m } from '#messages';
import type { Notice } from './notice.svelte.ts';

export class SheetOnTap<Sheet> {
  /** What to draw; undefined while it is closed. */
  Sheet = $state.raw<Sheet | undefined>();
  #wanted = false;
  readonly #load: () => Promise<{ default: Sheet }>;
  readonly #notice: Pick<Notice, 'say'>;

  constructor(notice: Pick<Notice, 'say'>, load: () => Promise<{ default: Sheet }>) {
    this.#notice = notice;
    this.#load = load;
  }

  async open(): Promise<void> {
    this.#wanted = true;
    try {
      const { default: sheet } = await this.#load();
      if (this.#wanted) this.Sheet = sheet;
    } catch {
      if (this.#wanted) this.#notice.say(m.failed_data());
    }
  }

  close(): void {
    this.#wanted = false;
    this.Sheet = undefined;
  }
}
