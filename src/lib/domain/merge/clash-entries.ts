// What a merge could not decide stands on the document itself (sync.md 6): the value that does not lead, with who said it,
// when and how it was seen. Invariant: an entry goes only by being settled, and one that was settled never comes back.
import * as z from 'zod/mini';
import { below, canonicalText, HOW_SEEN, mapOf, type Body } from './field-paths.ts';

export const seenSchema = z.looseObject({
  by: z.string(),
  at: z.string(),
  how: z.optional(z.enum(HOW_SEEN)),
});

export const clashSchema = z.looseObject({
  ...seenSchema.shape,
  /** Its name as in `at`; `_deleted`: somebody deleted the document. */
  field: z.string(),
  /** What does not lead; absent: it was taken away. */
  value: z.optional(z.unknown()),
  /** The fields that go with this one (merge-rules.ts), as they stood beside `value`. */
  with: z.optional(z.record(z.string(), z.unknown())),
});
export type ClashEntry = z.infer<typeof clashSchema>;

/** The name under which `at` says that an entry was settled. */
export const settledPath = (entry: Body): string => below('clashes', canonicalText(entry));

export const clashesOf = (body: Body): Body[] =>
  Array.isArray(body.clashes) ? body.clashes.filter((entry): entry is Body => typeof entry === 'object') : [];

/** All entries of these and `fresh`, each once, without what was settled on one of them; always in the same order. */
export function mergeClashes(bodies: readonly Body[], fresh: readonly Body[]): Body[] {
  const settled = new Set(bodies.flatMap((body) => Object.keys(mapOf(body.at))));
  const all = new Map([...bodies.flatMap(clashesOf), ...fresh].map((entry) => [settledPath(entry), entry]));
  return [...all]
    .filter(([path]) => !settled.has(path))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry);
}
