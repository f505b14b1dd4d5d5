// Live data for a component: asked once, and again whenever its inputs or the store change. The newest answer wins,
// whatever the order in which answers come; the last one stays on the screen while the next is on its way, and of that one
// whatever the next repeats.
import { untrack } from 'svelte';
import { keepSame } from './keep-same.ts';
import type { Live } from './live-data.ts';

/** `ask` reads its reactive inputs before its first await. Call during component initialisation. */
export function live<T>(isOpen: () => boolean, version: () => number, ask: () => Promise<T>): Live<T> {
  let current = $state.raw<T | undefined>();
  let failed = $state(false);
  $effect(() => {
    version();
    if (!isOpen()) return;
    let outdated = false;
    ask().then(
      (answer) => {
        if (outdated) return;
        current = keepSame(
          untrack(() => current),
          answer,
        );
        failed = false;
      },
      () => {
        if (!outdated) failed = true;
      },
    );
    return () => {
      outdated = true;
    };
  });
  return {
    get current() {
      return current;
    },
    get failed() {
      return failed;
    },
  };
}
