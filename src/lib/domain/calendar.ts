// 工作日历: the holidays and make-up days (调休) of one year, as the State Council's notice names them, in the directory.
// Invariant: a year without such a document is known to be unknown; nobody guesses its holidays.
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';
import { isoDateSchema } from './time-schemas.ts';

export const calendarSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('calendar'),
  year: z.number().check(z.int(), z.minimum(2000), z.maximum(2999)),
  /** Days off, first and last included; Saturdays and Sundays among them or not. */
  holidays: z.array(z.looseObject({ name: z.string(), from: isoDateSchema, to: isoDateSchema })),
  /** Saturdays and Sundays on which the offices are open. */
  makeUpDays: z.array(isoDateSchema),
  /** The notice, and when it was published. */
  source: z.optional(z.string()),
  publishedOn: z.optional(isoDateSchema),
});
export type Calendar = z.infer<typeof calendarSchema>;
