// The stamps of a document put together: what came from elsewhere counts as changed in the revision that took it in.
// Invariant: who said what leads stays known, whoever put it together.
import { sameJson } from '../same-json.ts';
import { clashesOf, mergeClashes } from './clash-entries.ts';
import { compareInstants, compareSeen } from './evidence.ts';
import { mapOf, type Body, type Seen } from './field-paths.ts';
import type { MergedFields } from './merge-fields.ts';

/** So many merges are remembered on a document: a leaf older than that is taken for news. */
const MERGED_KEPT = 40;

export interface Joining {
  /** The state the outcome grows from, first; then the others. */
  bodies: readonly Body[];
  /** Of the outcome. */
  generation: number;
  /** Revisions taken in. */
  taken: readonly string[];
  /** Clashes beyond those of the fields. */
  clashes: readonly Body[];
}

/** `at`, `seen`, `clashes`, `merged`, those that there are. `at`: the first's stamps, where it has them all. */
export function joinedStamps(
  { bodies, generation, taken, clashes }: Joining,
  merged: MergedFields,
  firstsAt: Body,
): Record<string, unknown> {
  const [first, ...others] = bodies as [Body, ...Body[]];
  const at: Record<string, unknown> = { ...firstsAt };
  const seen = new Map<string, unknown>(Object.entries(mapOf(first.seen)));
  for (const { paths, isFirsts, seen: told } of merged.decisions) {
    for (const path of paths) {
      if (!isFirsts) at[path] = generation;
      seen.delete(path);
    }
    const said = lastSaid(merged, told.path);
    if (said && (said.by !== '' || said.at !== '')) seen.set(told.path, said);
  }
  for (const path of others.flatMap((body) => Object.keys(mapOf(body.at))))
    if (path.startsWith('clashes/')) at[path] ??= generation;
  const left = mergeClashes(bodies, [...merged.clashes, ...clashes], merged.fields);
  if (!sameJson(left, clashesOf(first))) at.clashes = generation;
  const known = mergedRevisions({ bodies, generation, taken });
  const isThere = (value: object) => Object.keys(value).length > 0;
  return {
    ...(isThere(at) && { at }),
    ...(seen.size > 0 && { seen: Object.fromEntries(seen) }),
    ...(isThere(left) && { clashes: left }),
    ...(isThere(known) && { merged: known }),
  };
}

/** The elements of a set have one evidence together: what was said last. */
function lastSaid({ decisions }: MergedFields, path: string): Seen | undefined {
  const said = decisions.flatMap(({ seen }) => (seen.path === path ? [seen.said] : []));
  return said.sort((a, b) => compareInstants(a.at, b.at) || compareSeen(a, b)).at(-1);
}

function mergedRevisions({ bodies, generation, taken }: Omit<Joining, 'clashes'>): Record<string, number> {
  const [first, ...others] = bodies.map((body) => mapOf(body.merged) as Record<string, number>);
  const known = { ...first };
  for (const rev of [...others.flatMap((each) => Object.keys(each)), ...taken]) known[rev] ??= generation;
  const newest = Object.entries(known).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return Object.fromEntries(newest.slice(0, MERGED_KEPT));
}
