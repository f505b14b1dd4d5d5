// The stamps of an edit (sync.md 6): for each part of a document the revision generation at which it last changed, and
// who said so, when and how it was seen. Invariant: whatever differs has a stamp of this generation, removed parts included.
import { sameJson } from '../same-json.ts';
import { clashesOf, settledPath } from './clash-entries.ts';
import {
  below,
  elementPath,
  isPlainObject,
  isWorkField,
  mapOf,
  type Body,
  type Seen,
} from './field-paths.ts';
import { mergeRuleOf, type MergeRule } from './merge-rules.ts';
import { stampsOf } from './stamps-of.ts';

export interface Stamps {
  at: Record<string, number>;
  seen?: Record<string, Seen>;
}

interface Stamping extends Stamps {
  rule: MergeRule;
  generation: number;
  seenNow: Seen;
  seen: Record<string, Seen>;
}

/** `before` undefined: a new document, whose fields its head speaks for. */
export function stampChanges(
  { generation, seen }: { generation: number; seen: Seen },
  before: Body | undefined,
  after: Body,
): Stamps {
  const stamping: Stamping = {
    rule: mergeRuleOf(after.type) ?? {},
    generation,
    seenNow: seen,
    at: before ? stampsOf(before, generation - 1) : {},
    seen: { ...(mapOf(before?.seen) as Stamping['seen']) },
  };
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    if (isWorkField(field)) stampField(stamping, field, [before?.[field], after[field]]);
  }
  if (!before) return { at: stamping.at };
  stampSettled(stamping, before, after);
  // An edit that says nothing new is one of ours all the same: a merge takes a revision without stamps for a stranger's.
  if (!Object.values(stamping.at).includes(generation)) stamping.at.updatedAt = generation;
  const { at, seen: all } = stamping;
  return Object.keys(all).length === 0 ? { at } : { at, seen: all };
}

function stampField(stamping: Stamping, path: string, [before, after]: [unknown, unknown]): void {
  if (sameJson(before, after)) return;
  const { rule, generation, at } = stamping;
  if (rule.sets?.includes(path) && Array.isArray(before) && Array.isArray(after)) {
    const changed = [
      ...before.filter((element) => !after.some((other) => sameJson(other, element))),
      ...after.filter((element) => !before.some((other) => sameJson(other, element))),
    ];
    for (const element of changed) at[elementPath(path, element)] = generation;
    if (changed.length === 0) at[path] = generation;
    stamping.seen[path] = stamping.seenNow;
  } else if (!rule.whole?.includes(path) && isPlainObject(before) && isPlainObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      stampField(stamping, below(path, name), [before[name], after[name]]);
  } else stampWhole(stamping, path);
}

function stampWhole({ at, seen, seenNow, generation }: Stamping, path: string): void {
  at[path] = generation;
  seen[path] = seenNow;
}

/** A clash that is there no more was settled by this edit, whichever value it left standing. */
function stampSettled(stamping: Stamping, before: Body, after: Body): void {
  const left = new Set(clashesOf(after).map(settledPath));
  for (const entry of clashesOf(before)) {
    const path = settledPath(entry);
    if (left.has(path)) continue;
    stamping.at[path] = stamping.generation;
    if (typeof entry.field === 'string' && isWorkField(entry.field)) stampWhole(stamping, entry.field);
  }
}
