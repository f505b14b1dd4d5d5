// 事项: what a resident may ask for at the desk, with the papers it takes and the working days it is promised in, in the
// directory. Policy gives no numbers: each is what this community promises, and is edited there (domain.md 1, open points).
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';

export const matterSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('matter'),
  /** Never used for another matter; it stands in the document's id. */
  code: z.string().check(z.regex(/^[a-z-]+$/)),
  name: z.string(),
  /** Promised, counted from the day after the papers are complete; 0: at once, 即办件. */
  workingDays: z.number().check(z.int(), z.minimum(0), z.maximum(365)),
  /** 材料: what to bring. */
  papers: z.array(z.string()),
  /** Its place in the list. */
  order: z.number(),
  /** No longer taken; what was taken goes on. */
  closed: z.optional(z.boolean()),
});
export type Matter = z.infer<typeof matterSchema>;

/** Those that are taken, in the order of the list. */
export const openMatters = (matters: readonly Matter[]): Matter[] =>
  matters
    .filter(({ closed }) => closed !== true)
    .sort((a, b) => a.order - b.order || (a.code < b.code ? -1 : 1));
