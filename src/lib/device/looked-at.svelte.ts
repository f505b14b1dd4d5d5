// What is on the screen and is to be news at once: each component says so while it is drawn, and a screen that nobody sees
// asks for nothing. Made once for a page.
import { untrack } from 'svelte';
import type { Looked } from '#lib/domain/news-scopes.ts';

export class LookedAt {
  #visible = $state(document.visibilityState === 'visible');
  #drawn: Looked[] = [];
  readonly #isOpen: () => boolean;
  readonly #tell: (looked: readonly Looked[]) => void;

  /** `isOpen` is reactive. */
  constructor(isOpen: () => boolean, tell: (looked: readonly Looked[]) => void) {
    this.#isOpen = isOpen;
    this.#tell = tell;
    document.addEventListener('visibilitychange', () => {
      this.#visible = document.visibilityState === 'visible';
    });
  }

  /** Call during component initialisation. */
  while(looked: Looked): void {
    $effect(() => {
      if (!this.#visible || !this.#isOpen()) return;
      untrack(() => this.#change([...this.#drawn, looked]));
      return () => {
        const at = this.#drawn.indexOf(looked);
        this.#change(this.#drawn.filter((_, place) => place !== at));
      };
    });
  }

  #change(drawn: Looked[]): void {
    this.#drawn = drawn;
    this.#tell(drawn);
  }
}
