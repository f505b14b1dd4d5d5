// An edit nobody has seen yet, put onto a newer state of its document (sync.md 5.5): so that a worker does not clash
// with herself or with a colleague whose change came in before hers went out. Three-way by top-level field: what the
// edit changed stays as the edit has it, everything else is as it came. Once a revision of the edit was attempted this
// must not be used: the server may hold it, and two leaves are merged by their stamps instead (sync.md 6).
import { sameJson } from './same-json.ts';

type Body = Record<string, unknown>;

export interface Rebasing<T extends Body> {
  /** What the edit began from. */
  base: T;
  mine: T;
  /** What came in. */
  theirs: T;
  /** Generation of the revision the result becomes: one above what came in. */
  generation: number;
}

/** A field the edit removed is removed. Stamps (`at`) the edit set are set anew to `generation`, the others are theirs. */
export function rebase<T extends Body>({ base, mine, theirs, generation }: Rebasing<T>): T {
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine), ...Object.keys(base)]);
  const result: Body = {};
  for (const name of names) {
    if (name === 'at') continue;
    const value = sameJson(base[name], mine[name]) ? theirs[name] : mine[name];
    if (value !== undefined) result[name] = value;
  }
  const stamps = stampsOf(theirs);
  const before = stampsOf(base);
  for (const [field, stamp] of Object.entries(stampsOf(mine))) {
    if (before[field] !== stamp) stamps[field] = generation;
  }
  if (theirs.at !== undefined || mine.at !== undefined) result.at = stamps;
  return result as T;
}

function stampsOf(body: Body): Record<string, unknown> {
  return typeof body.at === 'object' && body.at !== null ? { ...body.at } : {};
}
