// Filters by selector, for `_changes` and `_find`.
// Invariant: a selector is checked whole before the first document, so that a bad one is refused and never ends an
// answer half way; a pattern that backtracks without end is stopped after its time and matches nothing, since a
// member could else stand the whole server still.
import { createContext, Script } from 'node:vm';
import { matchesTree } from './selector-match.ts';
import { parseSelector, type Condition, type SelectorTree } from './selector-tree.ts';

export type SelectorFilter = (document: object) => boolean;

/** By the clock on the wall: what a busy machine interrupted gets a second, longer try, and is not left out. */
const FIRST_MATCH_MS = 100;
const SECOND_MATCH_MS = 400;
/** For all documents of one request: a pattern that is slow for each of ten thousand is as bad as an endless one. */
const ALL_MATCHES_MS = 2000;

export function compileSelector(selector: unknown): SelectorFilter {
  return filterOf(parseSelector(selector));
}

export function filterOf(tree: SelectorTree): SelectorFilter {
  const matches: SelectorFilter = (document) => matchesTree(tree, document);
  return hasPattern(tree) ? withinTime(matches) : matches;
}

function hasPattern(tree: SelectorTree): boolean {
  if ('all' in tree) return tree.all.some(hasPattern);
  if ('any' in tree) return tree.any.some(hasPattern);
  const condition: Condition = tree.holds;
  return 'pattern' in condition || ('of' in condition && hasPattern(condition.tree));
}

/** V8 stops a script, patterns included, when its time is up; the context is a clock here, not a boundary. */
function withinTime(matches: SelectorFilter): SelectorFilter {
  const place: { matches: SelectorFilter; document?: object } = { matches };
  const script = new Script('matches(document)');
  const context = createContext(place);
  let leftMs = ALL_MATCHES_MS;
  /** Undefined where the time was up; nothing else can go wrong in there. */
  const runWithin = (timeout: number): boolean | undefined => {
    try {
      return Boolean(script.runInContext(context, { timeout }));
    } catch {
      return undefined;
    }
  };
  return (document) => {
    if (leftMs <= 0) throw new Error('the patterns of a selector took too long: the answer is broken off');
    const started = performance.now();
    place.document = document;
    try {
      return runWithin(FIRST_MATCH_MS) ?? runWithin(SECOND_MATCH_MS) ?? false;
    } finally {
      leftMs -= performance.now() - started;
    }
  };
}
