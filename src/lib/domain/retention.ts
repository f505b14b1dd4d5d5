// 保存期限表: how long what is kept by the year is kept, and by which law or rule. One document of the directory. Invariants:
// administrators alone write it; what has no row is kept; what tablets still hold, this year's and last year's, is never past.
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';
import { isPastYears } from './scopes.ts';
import { beijingDate, type IsoDate } from './time.ts';

export const RETENTION = 'retention:current';

/** What goes by age: databases of a year, and the photos of a grid or a desk. */
export const RETAINED = ['events', 'desk', 'photos'] as const;
export type Retained = (typeof RETAINED)[number];

/** A year is on the tablets until the next one has ended. */
export const LEAST_MONTHS = 12;
const MOST_MONTHS = 1_200;

const retentionRowSchema = z.object({
  kind: z.enum(RETAINED),
  /** Whole months, counted from the end of the year something is of. */
  months: z.number().check(z.int(), z.minimum(LEAST_MONTHS), z.maximum(MOST_MONTHS)),
  /** The law or rule the months are from, as a person wrote it. */
  basis: z.string().check(z.minLength(2), z.maxLength(200)),
});
export type RetentionRow = z.infer<typeof retentionRowSchema>;

export const retentionSchema = z.looseObject({
  ...documentHead,
  type: z.literal('retention'),
  rows: z.array(retentionRowSchema),
});

/** The first day on which nothing of this year need be kept any more. */
function pastOn(year: number, months: number): IsoDate {
  return beijingDate(new Date(Date.UTC(year + 1, months, 1)).toISOString());
}

/** Whether what is of this year has outlived its months. */
export const isPast = (year: number, months: number, today: IsoDate): boolean =>
  pastOn(year, months) <= today && isPastYears(`events-0-${String(year)}`, today);
