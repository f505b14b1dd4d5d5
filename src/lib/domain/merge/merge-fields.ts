// The fields of several states of one document put together, whoever knows of whose changes (sync.md 6): the core of merging
// leaves and of rebasing an edit. Invariants: the outcome does not depend on the order of the states but for the first,
// which it grows from; a value that somebody changed without knowing the other stands in the outcome or in a clash,
// but for fields that follow from events.
import { sameJson } from '../same-json.ts';
import { settledPath } from './clash-entries.ts';
import { compareSeen, evidenceOf } from './evidence.ts';
import {
  below,
  canonicalText,
  elementPath,
  isPlainObject,
  isWorkField,
  mapOf,
  stampedBelow,
} from './field-paths.ts';
import type { Body, Seen } from './field-paths.ts';
import { togetherWith, type MergeRule } from './merge-rules.ts';

/** What is decided as one: a field, a part of one, fields that go together, or one element of a set. */
export interface Part {
  paths: readonly string[];
  /** With the name of its set. */
  element?: { of: string; value: unknown };
  /** Only whether it was put there or taken away as a whole, not what became of its parts. */
  asWhole?: true;
}

export interface Merging {
  rule: MergeRule;
  /** The first is the one the outcome grows from. */
  bodies: readonly Body[];
  /** Whether the state `who` was made knowing what `whose` says of this part. */
  knows(who: number, whose: number, part: Part): boolean;
}

/** A part that not all said alike; `isFirsts`: what the first says of it stands, and nothing else was said since. */
export interface Decision {
  paths: readonly string[];
  isFirsts: boolean;
  /** Of what leads, under which name. */
  seen: { path: string; said: Seen };
}

export interface MergedFields {
  fields: Record<string, unknown>;
  decisions: Decision[];
  /** Entries for `clashes`. */
  clashes: Body[];
}

interface State extends Merging, Pick<MergedFields, 'decisions' | 'clashes'> {
  /** Names of clashes that somebody has settled. */
  settled: ReadonlySet<string>;
}

/** All fields of the work; the head is not touched. */
export function mergeFields(merging: Merging): MergedFields {
  const { bodies, rule } = merging;
  const settled = new Set(bodies.flatMap((body) => Object.keys(mapOf(body.at))));
  const state: State = { ...merging, settled, decisions: [], clashes: [] };
  const names = [...new Set(bodies.flatMap((body) => [...Object.keys(body), ...stampedBelow(body, '')]))];
  const rows = new Map(
    names
      .filter(isWorkField)
      .sort()
      .map((name) => togetherWith(rule, name))
      .map((row) => [row[0]!, row]),
  );
  const fields: Record<string, unknown> = {};
  for (const [name, row] of rows) {
    if (row.length > 1) Object.assign(fields, mergeTogether(state, row));
    else {
      const value = mergePart(
        state,
        name,
        bodies.map((body) => body[name]),
      );
      if (value !== undefined) fields[name] = value;
    }
  }
  return { fields, decisions: state.decisions, clashes: state.clashes };
}

function mergePart(state: State, path: string, values: readonly unknown[]): unknown {
  const { rule } = state;
  const isSet = (value: unknown) => value === undefined || Array.isArray(value);
  if (rule.sets?.includes(path) && values.every(isSet)) return mergeSet(state, path, values);
  const isOne = rule.whole?.includes(path) || rule.leading?.[path];
  if (!isOne && values.every(isPlainObject) && isShared(state, { paths: [path], asWhole: true }))
    return mergeObject(state, path, values);
  return mergeWhole(state, { paths: [path] }, values);
}

function mergeObject(state: State, path: string, values: readonly unknown[]): unknown {
  const names = new Set([
    ...values.flatMap((value) => Object.keys(mapOf(value))),
    ...state.bodies.flatMap((body) => stampedBelow(body, path)),
  ]);
  const merged: Record<string, unknown> = {};
  for (const name of [...names].sort()) {
    const value = mergePart(
      state,
      below(path, name),
      values.map((each) => mapOf(each)[name]),
    );
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

function mergeTogether(state: State, row: readonly string[]): Body {
  const values = state.bodies.map((body) => {
    const said = row.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]);
    return said.length > 0 ? (Object.fromEntries(said) as Body) : undefined;
  });
  return mapOf(mergeWhole(state, { paths: row }, values));
}

/** Those whose word nobody made theirs over, knowing it. */
function standing({ bodies, knows }: Merging, part: Part): number[] {
  const all = bodies.map((_body, n) => n);
  const overruled = (n: number) => all.some((by) => knows(by, n, part) && !knows(n, by, part));
  const left = all.filter((n) => !overruled(n));
  return left.length > 0 ? left : all;
}

const isShared = ({ bodies, knows }: Merging, part: Part) =>
  bodies.every((_one, who) => bodies.every((_other, whose) => who === whose || knows(who, whose, part)));

interface Candidate {
  value: unknown;
  text: string;
  said: Seen;
}

function mergeWhole(state: State, part: Part, values: readonly unknown[]): unknown {
  if (isShared(state, part) && values.every((value) => sameJson(value, values[0]))) return values[0];
  const left = standing(state, part);
  const candidates = candidatesOf(
    state,
    part,
    left.map((n) => ({ n, value: values[n] })),
  );
  const [lead, ...others] = candidates;
  const isFirsts = sameJson(lead!.value, values[0]) && left.every((n) => n === 0 || state.knows(0, n, part));
  state.decisions.push({ paths: part.paths, isFirsts, seen: { path: part.paths[0]!, said: lead!.said } });
  if (!state.rule.leading?.[part.paths[0]!])
    state.clashes.push(...others.map((other) => entryOf(part, other)));
  return lead!.value;
}

/** Different values, the one that leads first. */
function candidatesOf(state: State, part: Part, said: readonly { n: number; value: unknown }[]): Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const { n, value } of said) {
    const text = value === undefined ? '' : canonicalText(value);
    const candidate = { value, text, said: evidenceOf(state.bodies[n]!, part.paths) };
    const known = byText.get(text);
    if (!known || compareSeen(candidate.said, known.said) > 0) byText.set(text, candidate);
  }
  const all = [...byText.values()];
  const open = all.filter((each) => !state.settled.has(settledPath(entryOf(part, each))));
  return (open.length > 0 ? open : all).sort((a, b) => -leads(state.rule, part, [a, b]));
}

/** Positive where the first leads. The last word has the values themselves: revisions differ by who merged before. */
function leads(rule: MergeRule, { paths }: Part, [a, b]: [Candidate, Candidate]): number {
  const first = paths[0]!;
  const asFields = ({ value }: Candidate) => (paths.length > 1 ? mapOf(value) : { [first]: value });
  const known = rule.leading?.[first]?.(asFields(a), asFields(b)) ?? 0;
  return known || compareSeen(a.said, b.said) || (a.text < b.text ? -1 : 1);
}

function entryOf({ paths }: Part, { value, said }: Candidate): Body {
  const [field, ...others] = paths;
  if (others.length === 0) return { field, ...(value !== undefined && { value }), ...said };
  const all = mapOf(value);
  const own = all[field!];
  const beside = Object.fromEntries(others.map((name) => [name, all[name] ?? null]));
  return { field, ...(own !== undefined && { value: own }), with: beside, ...said };
}

/** The element of a set that `at` names; none where it is no name of an element. */
function elementNamed(name: string): unknown[] {
  try {
    return [JSON.parse(name)];
  } catch {
    return [];
  }
}

/** What one adds and another takes away, neither knowing, is there. */
function mergeSet(state: State, path: string, values: readonly unknown[]): unknown {
  const sets = values.map((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  const gone = state.bodies.flatMap((body) => stampedBelow(body, path)).flatMap(elementNamed);
  const elements = new Map([...gone, ...sets.flat()].map((value) => [canonicalText(value), value]));
  const has = sets.map((set) => new Set(set.map(canonicalText)));
  const kept = new Set<string>();
  for (const [text, value] of elements) {
    const part = { paths: [elementPath(path, value)], element: { of: path, value } };
    const left = standing(state, part);
    const isThere = left.some((n) => has[n]!.has(text));
    if (isThere) kept.add(text);
    if (isShared(state, part) && has.every((one) => one.has(text) === isThere)) continue;
    const isFirsts = has[0]!.has(text) === isThere && left.every((n) => n === 0 || state.knows(0, n, part));
    const said = left.map((n) => evidenceOf(state.bodies[n]!, [path])).sort((a, b) => compareSeen(b, a))[0]!;
    state.decisions.push({ paths: part.paths, isFirsts, seen: { path, said } });
  }
  if (kept.size === 0 && !values.every(Array.isArray)) return undefined;
  const added = [...kept].filter((text) => !has[0]!.has(text)).sort();
  const own = [...has[0]!].filter((text) => kept.has(text));
  return [...own, ...added].map((text) => elements.get(text));
}
