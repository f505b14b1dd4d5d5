// What a state of a document says of when its parts changed, whoever wrote it (sync.md 6). Invariant: what somebody wrote who
// does not know of stamps counts as changed in that very revision, and goes on counting so when we write over it.
import { isWorkField, mapOf, type Body } from './field-paths.ts';

/** Every edit of ours stamps what it changes; where the newest has none, somebody wrote who does not know of stamps. */
export function isStamped({ at, merged }: Body, generation: number): boolean {
  const stamps = [...Object.values(mapOf(at)), ...Object.values(mapOf(merged))].map(Number);
  return Math.max(1, ...stamps) >= generation;
}

/**
 * By path the generation in which it last changed, of a state whose revision has this generation. Of one without stamps of
 * its own all that it holds changed in it; what such a writer took away leaves no trace.
 */
export function stampsOf(body: Body, generation: number): Record<string, number> {
  const at = { ...(mapOf(body.at) as Record<string, number>) };
  if (isStamped(body, generation)) return at;
  const held = Object.keys(body).filter(isWorkField);
  return { ...at, ...Object.fromEntries(held.map((field) => [field, generation])) };
}
