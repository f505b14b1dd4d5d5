// Who revealed, handed out, unlocked what, when and where (security.md 2). An event: written once, before what it tells of
// happens; kept in `audit-<12>`, where everyone signed in may append and an auditor alone reads. Invariants: it names people
// and things by their ids and has no name or number of a resident in it; events of one tablet bear consecutive numbers.
import * as z from 'zod/mini';
import { documentHead, headOf, type Author } from './document-head.ts';
import { newDocumentId, type IdSource } from './document-id.ts';
import { isoDateSchema } from './time-schemas.ts';
import { beijingDate } from './time.ts';
import { withoutNumbers } from './without-numbers.ts';

const AUDITED = [
  'revealed',
  'dialled',
  'exported',
  'signedIn',
  'unlocked',
  'locked',
  'lastLook',
  'administered',
] as const;

/** What was administered. */
export const ADMINISTERED = [
  'personAdded',
  'rolesChanged',
  'covered',
  'passwordReset',
  'personRemoved',
  'gridAdded',
  'retentionSet',
  'pastYearsDeleted',
  'personShown',
  'personErased',
] as const;

/** What was seen whole: a number, or what is kept of somebody in `care-…`. */
export const AUDITED_FIELDS = ['idNumber', 'documentNumber', 'phone', 'care'] as const;

const count = z.number().check(z.int(), z.minimum(1));

/** Who, when and on which tablet stand in the head: `createdBy`, `createdAt`, `device`. */
export const auditEventSchema = z.looseObject({
  ...documentHead,
  type: z.literal('audit'),
  /** 1, 2, 3 … of this `device`. */
  number: count,
  what: z.enum(AUDITED),
  /** Beijing calendar day. */
  on: isoDateSchema,
  /** Id of the resident, building or document it is about. */
  about: z.optional(z.string().check(z.regex(/^[a-z-]+:[A-Za-z0-9_-]+$/), z.maxLength(200))),
  field: z.optional(z.enum(AUDITED_FIELDS)),
  /** 15 digits: where that is. */
  grid: z.optional(z.string().check(z.regex(/^\d{15}$/))),
  /** Of an export, how many documents; of a way in, how many wrong tries went before it. */
  count: z.optional(count),
  /** Of what was administered: what was done, and to whom, by user name. */
  did: z.optional(z.enum(ADMINISTERED)),
  whom: z.optional(z.string().check(z.regex(/^[a-z][a-z0-9]{0,31}$/))),
  /** Where a reason was asked for. */
  why: z.optional(z.string().check(z.maxLength(200))),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** What is to be written down. */
export type Audited = Pick<
  AuditEvent,
  'what' | 'about' | 'field' | 'grid' | 'count' | 'did' | 'whom' | 'why'
>;

/** The event with this number; of its reason numbers are left out. */
export function auditEvent(
  { what, about, field, grid, count: many, did, whom, why }: Audited,
  { author, ids, number }: { author: Author; ids: IdSource; number: number },
): AuditEvent {
  return {
    ...headOf(author, ids),
    _id: newDocumentId('audit', ids),
    type: 'audit',
    number,
    what,
    on: beijingDate(author.now),
    ...(about !== undefined && { about }),
    ...(field && { field }),
    ...(grid !== undefined && { grid }),
    ...(many !== undefined && many > 0 && { count: many }),
    ...(did && { did }),
    ...(whom !== undefined && { whom }),
    ...(why !== undefined && { why: withoutNumbers(why).slice(0, 200) }),
  };
}
