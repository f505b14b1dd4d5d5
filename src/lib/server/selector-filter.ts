// Filters by selector, for `_changes` and `_find`.
// Invariants: a selector is checked whole before the first document, so that a bad one is refused and never ends an
// answer half way; matching gives way to others every `TURN_MS`; a document that is matched without end, and documents
// that take too long together, end the answer, since a member could else stand the whole server still; no document is
// left out for want of time.
import { createContext, Script } from 'node:vm';
import { giveWay, TURN_MS, type DocumentFilter } from './document-filter.ts';
import { tookTooLong } from './refusal.ts';
import { isObject } from './request-body.ts';
import { matchesTree } from './selector-match.ts';
import { parseSelector, type SelectorTree } from './selector-tree.ts';

/** How long matching may take, by the clock on the wall. */
export interface MatchingTimes {
  /** One document; what a busy machine interrupted gets a second try. */
  documentMs: number;
  /** All documents of one request: what is slow for each of ten thousand is as bad as what is endless. */
  allMs: number;
}

const TIMES: MatchingTimes = { documentMs: 500, allMs: 10_000 };
const TRIES = 2;

export function compileSelector(selector: unknown): DocumentFilter {
  return filterOf(parseSelector(selector));
}

export function filterOf(tree: SelectorTree, { documentMs, allMs } = TIMES): DocumentFilter {
  let leftMs = allMs;
  const runWithin = createClock();
  return async (documents) => {
    const passed: boolean[] = [];
    const matchForATurn = (): void => {
      const until = performance.now() + TURN_MS;
      while (passed.length < documents.length && performance.now() < until) {
        passed.push(matchesTree(tree, documents[passed.length]));
      }
    };
    for (let tries = 0; passed.length < documents.length;) {
      if (leftMs <= 0 || tries === TRIES) throw tookTooLong();
      const before = passed.length;
      const started = performance.now();
      runWithin(documentMs, matchForATurn);
      leftMs -= performance.now() - started;
      tries = passed.length > before ? 0 : tries + 1;
      await giveWay();
    }
    return passed;
  };
}

/** Runs a task until it is over or its time is up: V8 stops it then, in the middle of a pattern too. */
function createClock(): (timeoutMs: number, task: () => void) => void {
  const place: { task?: () => void } = {};
  const script = new Script('task()');
  // A clock, no boundary: the task is of this very program.
  const context = createContext(place);
  return (timeout, task) => {
    place.task = task;
    try {
      script.runInContext(context, { timeout });
    } catch (failure) {
      if (!isTimeout(failure)) throw failure;
    }
  };
}

/** The error is of the context, and no `Error` of this program's. */
function isTimeout(failure: unknown): boolean {
  return isObject(failure) && failure.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
