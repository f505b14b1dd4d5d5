// What a merge could not decide stands on the document itself (sync.md 6): the value that does not lead, with who said it,
// when and how it was seen. Invariant: an entry goes only by being settled, and one that was settled never comes back.
import * as z from 'zod/mini';
import { sameJson } from '../same-json.ts';
import { compareSeen } from './evidence.ts';
import { below, canonicalText, HOW_SEEN, mapOf, type Body, type How } from './field-paths.ts';
import { readAt } from './nested-values.ts';

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
  /** The fields that go with this one (merge-rules.ts), as they stood beside `value`; null: absent. */
  with: z.optional(z.record(z.string(), z.unknown())),
});

/** The name under which `at` says that an entry was settled. */
export const settledPath = (entry: Body): string => below('clashes', canonicalText(entry));

export const clashesOf = (body: Body): Body[] =>
  Array.isArray(body.clashes) ? body.clashes.filter((entry): entry is Body => typeof entry === 'object') : [];

/**
 * All entries of these documents and `fresh`, without what was settled on one of them and what says the same as the field
 * does now; of several that say the same, the one that counts most. Always in the same order.
 */
export function mergeClashes(bodies: readonly Body[], fresh: readonly Body[], now: Body): Body[] {
  const settled = new Set(bodies.flatMap((body) => Object.keys(mapOf(body.at))));
  const open = [...bodies.flatMap(clashesOf), ...fresh].filter((entry) => !settled.has(settledPath(entry)));
  const bySaying = new Map<string, Body>();
  for (const entry of open.filter((each) => !isSaidNow(each, now))) {
    const { field, value, with: beside } = entry;
    const saying = canonicalText([field, value ?? null, value === undefined, beside ?? null]);
    const known = bySaying.get(saying);
    if (!known || compareSeen(seenIn(entry), seenIn(known)) > 0) bySaying.set(saying, entry);
  }
  return [...bySaying].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function isSaidNow({ field, value, with: beside }: Body, now: Body): boolean {
  if (typeof field !== 'string' || field.startsWith('_')) return false;
  const alike = (name: string, said: unknown) => sameJson(readAt(now, name) ?? null, said ?? null);
  return alike(field, value) && Object.entries(mapOf(beside)).every(([name, said]) => alike(name, said));
}

const seenIn = ({ by, at, how }: Body) => ({ by: String(by), at: String(at), how: how as How | undefined });
