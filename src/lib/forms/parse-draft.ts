// A draft as it comes back from storage. Invariant: what is not a draft of this form is not taken, and never throws; one
// of an older version is taken for the questions that are still asked.
import { answersSchema } from '#lib/domain/visit.ts';
import * as z from 'zod/mini';
import type { FormDraft, FormName } from './form-port.ts';

const draftSchema = z.object({
  definition: z.enum(['f1', 'f2']),
  version: z.string(),
  page: z.string(),
  values: answersSchema,
});

export function parseDraft(stored: unknown, definition: FormName): FormDraft | undefined {
  const parsed = draftSchema.safeParse(stored);
  return parsed.success && parsed.data.definition === definition ? parsed.data : undefined;
}
