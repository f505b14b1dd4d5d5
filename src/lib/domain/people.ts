// Who lives where: household, resident, membership (all heads in their grid's roster), and tags upon them.
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';
import { isoDateSchema, isoInstantSchema } from './time-schemas.ts';

export const VISIT_RESULTS = [
  'met',
  'phone',
  'family',
  'nobody',
  'refused',
  'vacant',
  'movedOut',
  'notFound',
] as const;
export type VisitResult = (typeof VISIT_RESULTS)[number];

/** 户. */
export const householdSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('household'),
  /** Id of the room of residence. */
  room: z.string(),
  /** 户号, where the household register has one. */
  number: z.optional(z.string()),
  /** 家庭户, 集体户, 空挂户, 居住户 (no local 户口). */
  kind: z.enum(['family', 'collective', 'registeredOnly', 'residing']),
  /** Id of the resident at its head. */
  head: z.optional(z.string()),
  /** 人户一致, GB/T 31000: 01 yes, 02 no. */
  residence: z.optional(z.enum(['01', '02'])),
  /** Access notes people need at the door: 家里有狗, 听力不好. */
  notes: z.optional(z.array(z.string())),
  rosterVerifiedOn: z.optional(isoDateSchema),
  /** The newest visit, whatever came of it. */
  lastVisit: z.optional(
    z.looseObject({
      visit: z.string(),
      on: isoDateSchema,
      form: z.string(),
      result: z.enum(VISIT_RESULTS),
      by: z.string(),
    }),
  ),
  /** The day somebody of the household was last met or spoken to. */
  lastContactOn: z.optional(isoDateSchema),
  closedOn: z.optional(isoDateSchema),
  closedReason: z.optional(z.string()),
});
export type Household = z.infer<typeof householdSchema>;

/** 居民. Codes are of the standards in code-sets.json. */
export const residentSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('resident'),
  name: z.string(),
  /** Computed when written: full pinyin without tones, syllables joined by a space (`wang gui lan`). */
  pinyin: z.optional(z.string()),
  idType: z.optional(z.string()),
  /** 18 characters, checked by GB 11643; absent where unknown. Never guessed. */
  idNumber: z.optional(z.string()),
  /** Of another document than the identity card, as written; `idType` says which. */
  documentNumber: z.optional(z.string()),
  sex: z.optional(z.enum(['0', '1', '2', '9'])),
  birth: z.optional(isoDateSchema),
  ethnicity: z.optional(z.string()),
  education: z.optional(z.string()),
  politics: z.optional(z.string()),
  marriage: z.optional(z.string()),
  work: z.optional(z.string()),
  employer: z.optional(z.string()),
  phones: z.optional(z.array(z.string())),
  /** 户籍地, as text where no code is known. */
  hukou: z.optional(z.string()),
  /** 户籍人口, 流动人口, 寄住, 未落户, 境外. */
  residenceKind: z.optional(z.enum(['registered', 'floating', 'lodging', 'unregistered', 'foreign'])),
  diedOn: z.optional(isoDateSchema),
});
export type Resident = z.infer<typeof residentSchema>;

/** 家庭关系: one person's stay in one household. Open while `to` is absent. */
export const membershipSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('membership'),
  household: z.string(),
  resident: z.string(),
  /** 与户主关系, GB/T 4761-2008. */
  relation: z.string(),
  /** 人户一致 of this person, GB/T 31000. */
  residence: z.optional(z.enum(['01', '02'])),
  /** Of 02: 户在人不在 (registered here, lives elsewhere), 人在户不在, 空挂 (registered here in name only). */
  separation: z.optional(z.enum(['personElsewhere', 'registrationElsewhere', 'nominal'])),
  from: z.optional(isoDateSchema),
  to: z.optional(isoDateSchema),
  /** Why it ended, as a code of the forms (`moveOut`); what was said of it stands in `reasonText`. */
  reason: z.optional(z.string()),
  reasonText: z.optional(z.string()),
});
export type Membership = z.infer<typeof membershipSchema>;

/** 重点人群标签: ordinary ones in the roster, restricted ones in `care-…` and never there. */
export const tagSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('tag'),
  /** A code of tag-kinds.json. */
  code: z.string(),
  household: z.string(),
  resident: z.optional(z.string()),
  since: z.optional(isoDateSchema),
  until: z.optional(isoDateSchema),
  source: z.optional(z.string()),
  /** What it was put on by: a paper, a notice. */
  evidence: z.optional(z.string()),
  /** Why it was taken off. */
  reasonText: z.optional(z.string()),
});
export type Tag = z.infer<typeof tagSchema>;

/** 走访任务: somebody must be visited by a certain time, beyond what tags and intervals say. */
export const visitTaskSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('task'),
  household: z.string(),
  resident: z.optional(z.string()),
  form: z.enum(['f1', 'f2']),
  /** recheck: nobody answered, or it could not be settled at the door; planned: of a plan; followUp: promised. */
  reason: z.enum(['recheck', 'planned', 'followUp']),
  dueFrom: z.optional(isoInstantSchema),
  dueAt: isoInstantSchema,
  assignee: z.optional(z.string()),
  status: z.enum(['open', 'done', 'dropped']),
  /** The visit that made it, and the one that settled it. */
  madeBy: z.optional(z.string()),
  doneBy: z.optional(z.string()),
});
export type VisitTask = z.infer<typeof visitTaskSchema>;
