// 查看理由: before which facts of a person a reason is asked, as the office sets it in the directory. Invariant: where nothing is
// set it is asked before what is restricted, and before no number; only administrators change it (rules of the directory).
import * as z from 'zod/mini';
import { type AUDITED_FIELDS } from './audit-event.ts';
import { documentHead } from './document-head.ts';

export const REASONS_SETTING = 'setting:reasons';

export type ReasonField = (typeof AUDITED_FIELDS)[number];

const REASONS_AS_DELIVERED: readonly ReasonField[] = ['care'];

export const settingSchema = z.looseObject({
  ...documentHead,
  type: z.literal('setting'),
  /** Of `setting:reasons`. A field of a newer build is no matter here. */
  asked: z.optional(z.array(z.string())),
});
export type Setting = z.infer<typeof settingSchema>;

export const asksReason = (setting: Pick<Setting, 'asked'> | undefined, field: ReasonField): boolean =>
  (setting?.asked ?? REASONS_AS_DELIVERED).includes(field);
