// 删除记录: which documents were erased at a person's request, in the directory, so that a restored backup and a rescued
// envelope do not bring them back. Written by administrators alone, never taken away. Invariant: ids and nothing else of her.
import * as z from 'zod/mini';
import { documentHead } from '../document-head.ts';
import { isoInstantSchema } from '../time-schemas.ts';

export const erasureSchema = z.looseObject({
  ...documentHead,
  type: z.literal('erasure'),
  at: isoInstantSchema,
  /** The administrator. */
  by: z.string(),
  /** Of documents that are no more. */
  ids: z.array(z.string().check(z.maxLength(200))),
});
