// The name under which a store keeps what belongs to an unfinished form: opaque ids and the form's own name.
import type { DraftKey } from './draft-key.ts';

export const draftName = ({ form, household, resident = '', mend }: DraftKey): string =>
  [form, household, resident, ...(mend === undefined ? [] : [mend])].join('|');
