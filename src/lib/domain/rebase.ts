// An edit nobody has seen yet, put onto a newer state of its document (sync.md 5.5): so that a worker does not clash
// with herself or with a colleague whose change came in before hers went out. Merged like leaves, but what either side
// changed is told by the base itself. Once a revision of the edit was attempted this must not be used: the server may
// hold it, and two leaves are merged by their stamps instead (sync.md 6). Nor where merging would not (`canBeMerged`): an
// event, or what this build cannot read.
import { sameJson } from './same-json.ts';
import { clashesOf } from './merge/clash-entries.ts';
import { isPlainObject, isWorkField, mapOf, type Body } from './merge/field-paths.ts';
import { mergeFields, type Part } from './merge/merge-fields.ts';
import { mergeRuleOf } from './merge/merge-rules.ts';
import { joinedStamps } from './merge/merge-stamps.ts';
import { readAt } from './merge/nested-values.ts';
import { stampsOf } from './merge/stamps-of.ts';

export interface Rebasing<T extends Body> {
  /** What the edit began from. */
  base: T;
  mine: T;
  /** What came in. */
  theirs: T;
  /** Generation of the revision the result becomes: one above what came in. */
  generation: number;
}

/**
 * What she changed, on what came in; of a field both changed, the value that leads, the other in `clashes`. What is hers is
 * stamped with `generation` and the edit stays hers. `theirs` itself where she changed nothing that it does not say.
 */
export function rebase<T extends Body>({ base, mine, theirs, generation }: Rebasing<T>): T {
  const bodies = [theirs, mine];
  const changed = bodies.map((body) => (part: Part) => !saysAlike(base, body, part));
  const merged = mergeFields({
    rule: mergeRuleOf(theirs.type) ?? {},
    bodies,
    knows: (_who, whose, part) => !changed[whose]!(part),
  });
  const theirStamps = stampsOf(theirs, generation - 1);
  const stamps = joinedStamps({ bodies, generation, taken: [], clashes: [] }, merged, theirStamps);
  const isTheirs =
    Object.keys({ ...merged.fields, ...theirs })
      .filter(isWorkField)
      .every((name) => sameJson(merged.fields[name], theirs[name])) &&
    sameJson(stamps.clashes ?? [], clashesOf(theirs)) &&
    sameJson(Object.keys(mapOf(stamps.merged)).sort(), Object.keys(mapOf(theirs.merged)).sort()) &&
    sameJson(settled(stamps.at), settled(theirs.at));
  if (isTheirs) return theirs;
  return { ...headOf({ base, mine, theirs }), ...merged.fields, ...stamps } as unknown as T;
}

const STAMPS = ['at', 'seen', 'clashes', 'merged'];

/** What is no field of the work: hers where her edit changed it. */
function headOf({ base, mine, theirs }: Omit<Rebasing<Body>, 'generation'>): Body {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const head = names.filter((name) => !isWorkField(name) && !STAMPS.includes(name));
  const said = head.map((name) => [name, sameJson(base[name], mine[name]) ? theirs[name] : mine[name]]);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

const settled = (at: unknown) =>
  Object.keys(mapOf(at))
    .filter((path) => path.startsWith('clashes/'))
    .sort();

/** Whether both say the same of this part. */
function saysAlike(a: Body, b: Body, { paths, element, asWhole }: Part): boolean {
  if (asWhole) return paths.every((path) => isPlainObject(readAt(a, path)) && isPlainObject(readAt(b, path)));
  if (element === undefined) return paths.every((path) => sameJson(readAt(a, path), readAt(b, path)));
  const has = (body: Body) => {
    const set = readAt(body, element.of);
    return Array.isArray(set) && set.some((value) => sameJson(value, element.value));
  };
  return has(a) === has(b);
}
