// 工作人员: a card in the directory for everyone who signs in.
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';

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
});
export type Staff = z.infer<typeof staffSchema>;
