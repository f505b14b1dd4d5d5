// A page that is left behind: its document is replaced by a new one, and with it goes everything it ever showed, whatever
// still held it in memory (security.md 2). Invariant: a page that might not come again is not given away.

/** Of this tab, from the page before. */
const AFTER = 'qiaomen-after';

/** Why a page was left behind, where the next one has to say so. */
export const LEFT_BEHIND = ['shiftEnded', 'leaseEnded', 'personEnded'] as const;
export type LeftBehind = (typeof LEFT_BEHIND)[number];

/** False where the app shell is not kept on this tablet: without a network there would be no page. */
export function beginPageAnew(after?: LeftBehind): boolean {
  if (!navigator.serviceWorker?.controller) return false;
  try {
    if (after) sessionStorage.setItem(AFTER, after);
  } catch {
    // Then this page goes on, with a worker that knows nothing: better than none.
    return false;
  }
  location.reload();
  return true;
}

/** What the page before this one ended with; told once. */
export function pageBegunAfter(): LeftBehind | undefined {
  try {
    const after = sessionStorage.getItem(AFTER);
    sessionStorage.removeItem(AFTER);
    return LEFT_BEHIND.find((known) => known === after);
  } catch {
    // A browser that keeps nothing says so elsewhere.
    return undefined;
  }
}
