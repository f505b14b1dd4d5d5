// What every document of the field carries (sync.md 2), and how a head document's stamps move with its fields.
import * as z from 'zod/mini';
import { newSalt, type IdSource } from './document-id.ts';
import { clashSchema, seenSchema } from './merge/clash-entries.ts';
import type { How } from './merge/field-paths.ts';
import { stampChanges } from './merge/stamp-changes.ts';
import { isoInstantSchema } from './time-schemas.ts';

/** The newest schema of documents this build writes and fully reads. */
export const SCHEMA = 1;

export const documentHead = {
  _id: z.string().check(z.regex(/^[a-z-]+:[A-Za-z0-9_-]+$/), z.maxLength(200)),
  schema: z.number().check(z.int(), z.minimum(1), z.maximum(SCHEMA)),
  createdAt: isoInstantSchema,
  createdBy: z.string(),
  updatedAt: isoInstantSchema,
  /** The author; who sent it may be somebody else. */
  updatedBy: z.string(),
  /** Opaque id of the tablet, or the command that wrote it. */
  device: z.string(),
  /**
   * Chance from when it was made. A revision is a digest of what a document says, and stands in the clear: with this in it
   * nobody can try what it says. Edits keep it. Older documents have none.
   */
  salt: z.optional(z.string()),
};

/** Of mutable heads only: what merging works with (sync.md 6). Paths are those of merge/field-paths.ts. */
export const fieldStamps = {
  /** The revision generation at which each field last changed. */
  at: z.optional(z.record(z.string(), z.number())),
  /** Who said what a field says; of fields never changed since the document was made, the head tells it. */
  seen: z.optional(z.record(z.string(), seenSchema)),
  /** Values that do not lead, until a person settles them. */
  clashes: z.optional(z.array(clashSchema)),
  /** Revisions merged into this line of the document, with the generation of the merge. */
  merged: z.optional(z.record(z.string(), z.number())),
};

/** Who writes, when and where; ids and time come from outside. */
export interface Author {
  person: string;
  device: string;
  now: string;
}

/** The head of a new document; its salt is drawn from `chance`. */
export function headOf(author: Author, chance: Pick<IdSource, 'randomBytes'>) {
  return {
    schema: SCHEMA,
    createdAt: author.now,
    createdBy: author.person,
    updatedAt: author.now,
    updatedBy: author.person,
    device: author.device,
    salt: newSalt(chance),
  };
}

/**
 * `after` with `updatedAt`, `updatedBy`, `device` of the author and in `at` the generation for each part that differs from
 * `before`, removed ones included, with who says so in `seen` (sync.md 6). `how`: how she came to know.
 */
export function changedBy<T extends Record<string, unknown>>(
  change: Author & { generation: number; how?: How | undefined },
  before: T | undefined,
  after: T,
): T {
  const { person, device, now, generation, how } = change;
  const seen = { by: person, at: now, ...(how && { how }) };
  const stamps = stampChanges({ generation, seen }, before, after);
  return { ...after, updatedAt: now, updatedBy: person, device, ...stamps };
}
