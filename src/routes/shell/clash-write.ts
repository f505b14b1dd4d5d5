// A third value of a clashed field, from what somebody typed: which fields can be typed here, and as what they are kept.
import { readPhones } from '#lib/domain/phone.ts';

/** How it is asked for; undefined: of the two, one is taken. */
export function writtenAs(type: string, field: string): 'text' | 'date' | undefined {
  if (type === 'resident' && ['birth', 'diedOn'].includes(field)) return 'date';
  if (type === 'resident' && ['name', 'phones', 'employer', 'hukou'].includes(field)) return 'text';
  if (type === 'membership' && ['from', 'to'].includes(field)) return 'date';
  return type === 'household' && ['notes', 'number'].includes(field) ? 'text' : undefined;
}

/** Undefined where it is nothing that the field could hold. */
export function writtenValue(field: string, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return undefined;
  if (field === 'phones') {
    const { phones } = readPhones(text);
    return phones.length > 0 ? phones : undefined;
  }
  return field === 'notes' ? text.split(/[;；\n]+/).map((each) => each.trim()) : text;
}
