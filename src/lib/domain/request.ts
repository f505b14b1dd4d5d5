// 服务件: a resident's request at the desk, and its steps (domain.md 2.6). The request says what does not change; what became
// of it follows from the steps, which are events, written once (request-state.ts).
// Invariant: number, first-asked and the time of reception are those of the reception, for ever.
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';
import { isoInstantSchema } from './time-schemas.ts';

/** 当面, 电话, 短信, 书面, 上门. */
export const INFORM_WAYS = ['inPerson', 'phone', 'message', 'writing', 'home'] as const;
export type InformWay = (typeof INFORM_WAYS)[number];

/** 同意, 不同意, 无法办理, 撤回. */
export const CONCLUSIONS = ['approved', 'refused', 'impossible', 'withdrawn'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export const requestSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('request'),
  /** 受理号, whole (request-number.ts). */
  number: z.string(),
  /** 12 digits. */
  community: z.string(),
  applicant: z.looseObject({
    name: z.string(),
    /** Ids of the roster, where she is on it. */
    resident: z.optional(z.string()),
    household: z.optional(z.string()),
    phone: z.optional(z.string()),
  }),
  /** Code of the matter; its name and promise as they were then. */
  matter: z.string(),
  matterName: z.string(),
  workingDays: z.number().check(z.int(), z.minimum(0)),
  note: z.optional(z.string()),
  /** 首问人: who took it, by the name she signs in with. */
  firstAsked: z.string(),
  receivedAt: isoInstantSchema,
  /** Closed only with a 告知; never opened again. */
  status: z.enum(['open', 'closed']),
});
export type ServiceRequest = z.infer<typeof requestSchema>;

export const STEP_KINDS = [
  /** 受理. */
  'accepted',
  /** 一次性告知: papers are missing; the clock stands. */
  'supplementAsked',
  /** 已补正: the papers are complete; the clock goes on. */
  'supplemented',
  /** 转办 to `to`, who takes it over or gives it back. */
  'handed',
  'taken',
  'returned',
  /** 备注. */
  'note',
  /** There is a result, and the applicant is to be told. */
  'decided',
  /** 告知: the applicant was told; it is closed. */
  'told',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const requestStepSchema = z.looseObject({
  ...documentHead,
  type: z.literal('request-step'),
  /** Id of the request. */
  request: z.string(),
  kind: z.enum(STEP_KINDS),
  /** One more than the largest of the steps that were known: later is larger, whatever clocks said. */
  order: z.number().check(z.int(), z.minimum(1)),
  text: z.optional(z.string()),
  /** supplementAsked: what is missing. */
  papers: z.optional(z.array(z.string())),
  /** handed: to whom. */
  to: z.optional(z.string()),
  /** decided. */
  conclusion: z.optional(z.enum(CONCLUSIONS)),
  /** told: how, who, when. */
  told: z.optional(z.looseObject({ how: z.enum(INFORM_WAYS), whom: z.string(), at: isoInstantSchema })),
});
export type RequestStep = z.infer<typeof requestStepSchema>;
