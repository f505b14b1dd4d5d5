// Which scopes a screen is about: while somebody looks at it, news of these comes at once (sync.md 7). Invariant: never more
// than a few, since each is a request that stands open, and a browser has six for all of them together.
import { yearOf, type IsoDate } from './time.ts';

/** What a person looks at. */
export type Looked = 'today' | 'board' | 'desk';

const MOST = 3;

/** `scopes`: what this tablet replicates, in the order it is wanted. */
export function newsScopes(looked: readonly Looked[], scopes: readonly string[], today: IsoDate): string[] {
  const year = String(yearOf(today));
  const isOf: Record<Looked, (scope: string) => boolean> = {
    today: (scope) =>
      scope.startsWith('grid-') || (scope.startsWith('events-') && scope.endsWith(`-${year}`)),
    board: (scope) => scope.startsWith('community-'),
    desk: (scope) => scope.startsWith('desk-') && scope.endsWith(`-${year}`),
  };
  return scopes.filter((scope) => looked.some((each) => isOf[each](scope))).slice(0, MOST);
}
