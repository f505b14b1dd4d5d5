// A page that is left behind: its document is replaced by a new one, and with it goes everything it ever showed, whatever
// still held it in memory (security.md 2). Invariant: a page that might not come again is not given away.

/** Of this tab, from the page before. */
const AFTER = 'qiaomen-after';

/** False where the app shell is not kept on this tablet: without a network there would be no page. */
export function beginPageAnew(after?: 'shiftEnded'): boolean {
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
export function pageBegunAfter(): 'shiftEnded' | undefined {
  try {
    const after = sessionStorage.getItem(AFTER);
    sessionStorage.removeItem(AFTER);
    return after === 'shiftEnded' ? after : undefined;
  } catch {
    // A browser that keeps nothing says so elsewhere.
    return undefined;
  }
}
