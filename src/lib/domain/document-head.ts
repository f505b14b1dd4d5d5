// What every document of the field carries (sync.md 2), and how a head document's stamps move with its fields.
import * as z from 'zod/mini';
import { sameJson } from './same-json.ts';
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
};

/** Of mutable heads only: the revision generation at which each field last changed. */
export const fieldStamps = { at: z.optional(z.record(z.string(), z.number())) };

/** Who writes, when and where; ids and time come from outside. */
export interface Author {
  person: string;
  device: string;
  now: string;
}

/** The head of a new document. */
export function headOf(author: Author) {
  return {
    schema: SCHEMA,
    createdAt: author.now,
    createdBy: author.person,
    updatedAt: author.now,
    updatedBy: author.person,
    device: author.device,
  };
}

const NOT_STAMPED = new Set([
  '_id',
  '_rev',
  'type',
  'schema',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'device',
  'at',
]);

/**
 * `after` with `updatedAt`, `updatedBy`, `device` of the author and `at[field] = generation` for each field that differs
 * from `before`, removed ones included (sync.md 6).
 */
export function changedBy<T extends Record<string, unknown>>(
  change: Author & { generation: number },
  before: T | undefined,
  after: T,
): T {
  const stamps: Record<string, number> = { ...(before?.at as Record<string, number> | undefined) };
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    if (NOT_STAMPED.has(field)) continue;
    if (!sameJson(before?.[field], after[field])) stamps[field] = change.generation;
  }
  return { ...after, updatedAt: change.now, updatedBy: change.person, device: change.device, at: stamps };
}
