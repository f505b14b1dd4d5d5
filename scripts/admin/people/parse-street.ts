// A street's description as a file gives it. Throws an `AdminError` that names the first place that is wrong.
import * as z from 'zod';
import { STAFF_ROLES } from '#lib/domain/staff.ts';
import { USER_NAME } from '../../provision/staff-account.ts';
import type { StreetDescription } from '../../provision/street-description.ts';
import { AdminError } from '../admin-command.ts';
import { peopleWords as words } from './people-words.ts';

const digits = (count: number) => z.string().regex(new RegExp(`^\\d{${count}}$`));
const name = z.string().trim().min(1).max(60);

const building = z.strictObject({
  compound: z.string().optional(),
  number: z.string().min(1),
  units: z.array(z.strictObject({ number: z.string(), floors: z.number().int() })),
  lift: z.boolean().optional(),
  head: z.strictObject({ name: z.string(), phone: z.string().optional() }).optional(),
});
const grid = z.strictObject({
  code: digits(15),
  name,
  kind: z.enum(['residential', 'unit']),
  registeredHouseholds: z.number().int().optional(),
  buildings: z.array(building).default([]),
});
const person = z.strictObject({
  user: z.string().regex(USER_NAME),
  name,
  role: z.enum(STAFF_ROLES),
  password: z.string().optional(),
  grids: z.array(digits(15)).default([]),
  community: digits(12).optional(),
  phone: z.string().optional(),
  care: z.array(digits(15)).optional(),
  duties: z.array(z.enum(['editor', 'auditor'])).optional(),
});
const streetSchema = z.strictObject({
  code: digits(9),
  name,
  communities: z.array(z.strictObject({ code: digits(12), name, grids: z.array(grid) })),
  staff: z.array(person).default([]),
});

export function parseStreet(file: string, text: string): StreetDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (fault) {
    throw new AdminError(words.badDescription(file, 'JSON', fault instanceof Error ? fault.message : ''));
  }
  const read = streetSchema.safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new AdminError(words.badDescription(file, issue?.path.join('.') ?? '', issue?.message ?? ''));
  }
  const street = read.data;
  const codes = street.communities.flatMap(({ code, grids }) => [
    ...(code.startsWith(street.code) ? [] : [code]),
    ...grids.flatMap((one) => (one.code.startsWith(code) ? [] : [one.code])),
  ]);
  if (codes[0] !== undefined) throw new AdminError(words.badDescription(file, codes[0], 'code'));
  return JSON.parse(JSON.stringify(street)) as StreetDescription;
}
