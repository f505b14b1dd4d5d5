// 走访: what happened at a door. An event: written once, never edited; a correction is a new visit naming the old one.
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';
import { VISIT_RESULTS } from './people.ts';
import { photoNamedSchema } from './photo.ts';
import { isoDateSchema, isoInstantSchema } from './time-schemas.ts';

/** One answer as JSON: codes are strings, several choices an array, a repeat an array of records. Unanswered: absent. */
export type Answer =
  string | number | boolean | string[] | Record<string, string | number | boolean | string[]>[];
export type Answers = Record<string, Answer>;

const scalar = z.union([z.string().check(z.maxLength(4000)), z.number(), z.boolean(), z.array(z.string())]);
const answerSchema = z.union([scalar, z.array(z.record(z.string(), scalar))]);
export const answersSchema = z.record(z.string(), answerSchema);

export const visitSchema = z.looseObject({
  ...documentHead,
  type: z.literal('visit'),
  form: z.enum(['f1', 'f2']),
  formVersion: z.string(),
  household: z.string(),
  room: z.string(),
  /** The resident it was about, where it was about one (敲门). */
  resident: z.optional(z.string()),
  task: z.optional(z.string()),
  result: z.enum(VISIT_RESULTS),
  occurredAt: isoInstantSchema,
  /** Beijing calendar day of `occurredAt`. */
  occurredOn: isoDateSchema,
  startedAt: isoInstantSchema,
  endedAt: isoInstantSchema,
  /** 补记: written down on a later day than it happened. */
  lateEntry: z.optional(z.boolean()),
  answers: answersSchema,
  /** What this visit changed in the roster: document id, fields, before and after. */
  changes: z.array(
    z.looseObject({
      document: z.string(),
      field: z.string(),
      before: z.optional(z.unknown()),
      after: z.optional(z.unknown()),
    }),
  ),
  /** The photos taken at it, each a document of its own; absent where there are none. */
  photos: z.optional(z.array(photoNamedSchema)),
  corrects: z.optional(z.string()),
});
export type Visit = z.infer<typeof visitSchema>;
