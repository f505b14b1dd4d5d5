// A selector of Mango taken apart: into conditions on single fields, joined by and / or, with every negation pushed
// down to them. Source: Apache CouchDB 3.5, mango_selector (normalize, norm_ops, norm_fields, norm_negations).
// Invariant: what comes out can be matched against any document without an error, and is no larger than it may be.
import { badSelector } from './refusal.ts';
import { isObject } from './request-body.ts';
import { requireShortPath, requireShortPattern, requireSmallSelector } from './selector-size.ts';

export type SelectorTree =
  | { all: SelectorTree[] }
  | { any: SelectorTree[] }
  /** Of one field that is there; of one that is not only `exists: false` holds. */
  | { field: FieldPath; holds: Condition };

export type FieldPath = readonly string[];

export type Condition =
  | { compare: '$eq' | '$ne' | '$lt' | '$lte' | '$gt' | '$gte'; with: unknown }
  | { exists: boolean }
  | { isIn: readonly unknown[]; not: boolean }
  | { has: readonly unknown[]; not: boolean }
  | { type: string; not: boolean }
  | { size: number; not: boolean }
  | { divisor: number; remainder: number; not: boolean }
  | { pattern: RegExp; not: boolean }
  | { begins: string; not: boolean }
  | { of: 'someItem' | 'everyItem' | 'someKey'; tree: SelectorTree; not: boolean };

type Comparison = Extract<Condition, { compare: string }>['compare'];

const OPPOSITES: Record<Comparison, Comparison> = {
  $eq: '$ne',
  $ne: '$eq',
  $lt: '$gte',
  $gte: '$lt',
  $gt: '$lte',
  $lte: '$gt',
};
const TYPES = new Set(['null', 'boolean', 'number', 'string', 'array', 'object']);
const ITEMS = { $elemMatch: 'someItem', $allMatch: 'everyItem', $keyMapMatch: 'someKey' } as const;

/** Refuses with 400 what is no selector. */
export function parseSelector(selector: unknown): SelectorTree {
  if (!isObject(selector)) {
    throw badSelector(
      'invalid_selector_json',
      `Selector must be a JSON object, not: ${JSON.stringify(selector)}`,
    );
  }
  requireSmallSelector(selector);
  return parsePart(selector, [], false);
}

/** `not` says that the opposite of the part is to hold. */
function parsePart(part: unknown, field: FieldPath, not: boolean): SelectorTree {
  if (!isObject(part)) return { field, holds: compareWith('$eq', part, not) };
  const entries = Object.entries(part);
  // `{"a": {}}` asks that there is such a field.
  if (entries.length === 0 && field.length > 0) return { field, holds: { exists: !not } };
  return join(
    entries.map(([name, argument]) => parseEntry({ name, argument, field, not })),
    not,
  );
}

function join(parts: SelectorTree[], not: boolean): SelectorTree {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return not && parts.length > 0 ? { any: parts } : { all: parts };
}

interface Entry {
  name: string;
  argument: unknown;
  field: FieldPath;
  not: boolean;
}

function parseEntry({ name, argument, field, not }: Entry): SelectorTree {
  if (!name.startsWith('$')) {
    const path = [...field, ...parseFieldName(name)];
    requireShortPath(path);
    return parsePart(argument, path, not);
  }
  const parts = (each: boolean): SelectorTree[] => {
    if (!Array.isArray(argument)) throw badArgument(name, argument);
    return argument.map((one: unknown) => {
      if (!isObject(one) && field.length === 0) throw badArgument(name, argument);
      return parsePart(one, field, each);
    });
  };
  switch (name) {
    case '$and':
      return joinWide(parts(not), not ? 'any' : 'all');
    case '$or':
      return joinWide(parts(not), not ? 'all' : 'any');
    case '$nor':
      return joinWide(parts(!not), not ? 'any' : 'all');
    case '$not':
      if (!isObject(argument)) throw badArgument(name, argument);
      return parsePart(argument, field, !not);
    default:
      return { field, holds: parseCondition(name, argument, not) };
  }
}

/** Of an empty list everything holds, `$or` too, as in CouchDB. */
function joinWide(parts: SelectorTree[], how: 'all' | 'any'): SelectorTree {
  return how === 'any' && parts.length > 0 ? { any: parts } : { all: parts };
}

function parseCondition(name: string, argument: unknown, not: boolean): Condition {
  if (Object.hasOwn(OPPOSITES, name)) return compareWith(name as Comparison, argument, not);
  if (Object.hasOwn(ITEMS, name)) {
    if (!isObject(argument)) throw badArgument(name, argument);
    return { of: ITEMS[name as keyof typeof ITEMS], tree: parsePart(argument, [], false), not };
  }
  const wrong = badArgument(name, argument);
  switch (name) {
    case '$exists':
      if (typeof argument !== 'boolean') throw wrong;
      return { exists: argument !== not };
    case '$in':
    case '$nin':
      if (!Array.isArray(argument)) throw wrong;
      return { isIn: argument, not: (name === '$nin') !== not };
    case '$all':
      if (!Array.isArray(argument)) throw wrong;
      return { has: argument, not };
    case '$type':
      if (typeof argument !== 'string' || !TYPES.has(argument)) throw wrong;
      return { type: argument, not };
    case '$size':
      if (!Number.isSafeInteger(argument) || Number(argument) < 0) throw wrong;
      return { size: Number(argument), not };
    case '$beginsWith':
      if (typeof argument !== 'string') throw wrong;
      return { begins: argument, not };
    case '$mod':
      return { ...parseMod(argument, wrong), not };
    case '$regex':
      return { pattern: parsePattern(argument, wrong), not };
    default:
      throw badSelector('invalid_operator', `Invalid operator: ${name}`);
  }
}

function compareWith(name: Comparison, argument: unknown, not: boolean): Condition {
  return { compare: not ? OPPOSITES[name] : name, with: argument };
}

function parseMod(argument: unknown, wrong: Error): { divisor: number; remainder: number } {
  const [divisor, remainder, ...others] = Array.isArray(argument) ? (argument as unknown[]) : [];
  if (!Number.isSafeInteger(divisor) || !Number.isSafeInteger(remainder)) throw wrong;
  if (divisor === 0 || others.length > 0) throw wrong;
  return { divisor: Number(divisor), remainder: Number(remainder) };
}

function parsePattern(argument: unknown, wrong: Error): RegExp {
  if (typeof argument !== 'string') throw wrong;
  requireShortPattern(argument);
  try {
    return new RegExp(argument);
  } catch {
    throw wrong;
  }
}

function badArgument(name: string, argument: unknown): Error {
  return badSelector('bad_arg', `Bad argument for operator ${name}: ${JSON.stringify(argument)}`);
}

/** `a.b` is the field `b` of `a`; a dot after a backslash belongs to the name. */
export function parseFieldName(name: string): string[] {
  return name
    .split(/(?<!\\)\./)
    .map((part) => part.replaceAll('\\.', '.').replaceAll('\\$', '$').replaceAll('\\\\', '\\'));
}
