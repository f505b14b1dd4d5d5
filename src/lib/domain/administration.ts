// What the head of a community asks of the server about her people, and what it answers: `POST /administration`. Invariant:
// people here are staff; nothing of a resident is asked or told.
import * as z from 'zod/mini';
import { isoDateSchema } from './time-schemas.ts';

const user = z.string().check(z.regex(/^[a-z][a-z0-9]{1,31}$/));
const grid = z.string().check(z.regex(/^\d{15}$/));
const community = z.string().check(z.regex(/^\d{12}$/));

export const administrationCallSchema = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('list') }),
  z.strictObject({
    call: z.literal('add'),
    user,
    name: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
    post: z.enum(['worker', 'clerk']),
    community,
    grids: z.array(grid).check(z.maxLength(50)),
    until: z.optional(isoDateSchema),
  }),
  z.strictObject({
    call: z.literal('grids'),
    user,
    give: z.array(grid).check(z.maxLength(50)),
    take: z.array(grid).check(z.maxLength(50)),
    until: z.optional(isoDateSchema),
  }),
  z.strictObject({ call: z.literal('cover'), user, of: user, until: isoDateSchema }),
  z.strictObject({ call: z.literal('reset'), user }),
  z.strictObject({ call: z.literal('remove'), user }),
]);
export type AdministrationCall = z.infer<typeof administrationCallSchema>;

const personSchema = z.object({
  user: z.string(),
  name: z.string(),
  post: z.string(),
  /** With the last day, where there is one. */
  grids: z.array(z.object({ code: z.string(), until: z.optional(isoDateSchema) })),
  account: z.boolean(),
  /** Hers to change; her password can be made anew by her, too. */
  yours: z.boolean(),
  resettable: z.boolean(),
});
export type AdministeredPerson = z.infer<typeof personSchema>;

export const administrationAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('listed'),
    communities: z.array(z.object({ code: z.string(), name: z.string() })),
    grids: z.array(z.object({ code: z.string(), name: z.string() })),
    people: z.array(personSchema),
  }),
  /** The password is told this once. */
  z.object({ outcome: z.literal('password'), user: z.string(), password: z.string() }),
  z.object({ outcome: z.literal('done') }),
  z.object({ outcome: z.literal('refused'), why: z.string(), of: z.string() }),
]);
export type AdministrationAnswer = z.infer<typeof administrationAnswerSchema>;
