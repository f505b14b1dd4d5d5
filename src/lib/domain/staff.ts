// 工作人员: a card in the directory for everyone who signs in.
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';
import { isoDateSchema } from './time-schemas.ts';

export const STAFF_ROLES = ['worker', 'clerk', 'supervisor', 'head', 'administrator'] as const;

export const staffSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('staff'),
  /** The name she signs in with, which documents carry as author. */
  user: z.string(),
  name: z.string(),
  role: z.enum(STAFF_ROLES),
  grids: z.array(z.string()),
  community: z.optional(z.string()),
  phone: z.optional(z.string()),
  /** What of grids and posts she has for a while, as roles (`grid:…`), with the last day of each. */
  until: z.optional(z.record(z.string(), isoDateSchema)),
  /** The day she left: she has no account, and what she wrote stays. */
  left: z.optional(isoDateSchema),
});
export type Staff = z.infer<typeof staffSchema>;
