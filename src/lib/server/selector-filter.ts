// Filters of `_changes` by selector, matched by pouchdb-find's matcher.
// Invariant: a selector is checked whole before the first document, so that a bad one is refused and never ends an
// answer half way; a pattern that backtracks without end is stopped after `MATCH_MS`, since a member could else stand
// the whole server still.
import { createContext, Script } from 'node:vm';
import { massageSelector, rowFilter } from 'pouchdb-selector-core';
import { badRequest } from './refusal.ts';
import { isObject } from './request-body.ts';

export type SelectorFilter = (document: object) => boolean;

const MATCH_MS = 100;
/** For all documents of one request: a pattern that is slow for each of ten thousand is as bad as an endless one. */
const ALL_MATCHES_MS = 2000;
const LISTS = new Set(['$and', '$or', '$nor', '$in', '$nin', '$all']);
const SELECTORS = new Set(['$and', '$or', '$nor']);
const PLAIN = new Set(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
const OBJECTS = new Set(['$not', '$elemMatch', '$allMatch']);

export function compileSelector(selector: Record<string, unknown>): SelectorFilter {
  const found = { pattern: false };
  checkSelector(selector, found);
  const ready = massageSelector(selector);
  const fields = Object.keys(ready);
  const matches: SelectorFilter = (document) => rowFilter(document, ready, fields);
  return found.pattern ? withinTime(matches) : matches;
}

function checkSelector(selector: Record<string, unknown>, found: { pattern: boolean }): void {
  for (const [name, value] of Object.entries(selector)) {
    if (!name.startsWith('$')) {
      if (isObject(value)) checkSelector(value, found);
    } else checkOperator(name, value, found);
  }
}

function checkOperator(name: string, value: unknown, found: { pattern: boolean }): void {
  const wrong = (): Error => badRequest(`Bad argument for operator ${name}: ${JSON.stringify(value)}`);
  if (LISTS.has(name)) {
    if (!Array.isArray(value)) throw wrong();
    if (!SELECTORS.has(name)) return;
    for (const part of value as unknown[]) {
      if (!isObject(part)) throw wrong();
      checkSelector(part, found);
    }
  } else if (OBJECTS.has(name)) {
    if (!isObject(value)) throw wrong();
    checkSelector(value, found);
  } else if (name === '$regex') {
    found.pattern = true;
    checkPattern(value, wrong);
  } else if (
    name === '$exists' ? typeof value !== 'boolean' : name === '$size' ? typeof value !== 'number' : false
  ) {
    throw wrong();
  } else if (name === '$mod') {
    if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isInteger) || value[0] === 0)
      throw wrong();
  } else if (name === '$type') {
    if (typeof value !== 'string') throw wrong();
  } else if (!PLAIN.has(name) && name !== '$exists' && name !== '$size') {
    throw badRequest(`Invalid operator: ${name}`);
  }
}

function checkPattern(value: unknown, wrong: () => Error): void {
  if (typeof value !== 'string') throw wrong();
  try {
    new RegExp(value);
  } catch {
    throw wrong();
  }
}

/** V8 stops a script, patterns included, when its time is up; the context is a clock here, not a boundary. */
function withinTime(matches: SelectorFilter): SelectorFilter {
  const place: { matches: SelectorFilter; document?: object } = { matches };
  const script = new Script('matches(document)');
  const context = createContext(place);
  let leftMs = ALL_MATCHES_MS;
  return (document) => {
    if (leftMs <= 0) throw new Error('the patterns of a selector took too long: the answer is broken off');
    const started = performance.now();
    place.document = document;
    try {
      return Boolean(script.runInContext(context, { timeout: MATCH_MS }));
    } catch {
      return false;
    } finally {
      leftMs -= performance.now() - started;
    }
  };
}
