// How large a selector may be. CouchDB has no such limit, but matches outside the process that serves the others.
// Invariant: what matching one document costs is bounded by the document and these numbers.
import { badSelector } from './refusal.ts';

/** Conditions, and the values they hold: a list of all households of a district passes. */
const VALUES_AT_MOST = 10_000;
const PATTERN_CHARACTERS_AT_MOST = 1000;
/** No stored document is deeper. */
const STEPS_AT_MOST = 100;

/** Refuses with 400 what holds too much. `selector` is JSON, no deeper than bodies of requests may be. */
export function requireSmallSelector(selector: unknown): void {
  if (countValues(selector, VALUES_AT_MOST) >= 0) return;
  const reason = `A selector may hold ${VALUES_AT_MOST} conditions and values, and this one holds more.`;
  throw badSelector('selector_too_large', reason);
}

/** How many are left of `left`; below zero where there are more. */
function countValues(value: unknown, left: number): number {
  let rest = left - 1;
  if (typeof value !== 'object' || value === null) return rest;
  for (const item of Object.values(value) as unknown[]) {
    if (rest < 0) return rest;
    rest = countValues(item, rest);
  }
  return rest;
}

export function requireShortPattern(pattern: string): void {
  if (pattern.length <= PATTERN_CHARACTERS_AT_MOST) return;
  const reason = `A pattern may have ${PATTERN_CHARACTERS_AT_MOST} characters, and this one has more.`;
  throw badSelector('selector_too_large', reason);
}

export function requireShortPath(path: readonly string[]): void {
  if (path.length <= STEPS_AT_MOST) return;
  const reason = `A field may lie ${STEPS_AT_MOST} levels deep, and this one lies deeper.`;
  throw badSelector('selector_too_large', reason);
}
