// 平板: what the server keeps of each tablet, in a database of administrators alone (`tablets`): which people use it, on which
// days, whether it is to be wiped and whether it was. Invariant: the card knows a tablet by its opaque id and no more.
import * as z from 'zod/mini';
import { tabletCardId } from './tablet-name.ts';
import { isoDateSchema, isoInstantSchema } from './time-schemas.ts';
import { beijingDate, type IsoInstant } from './time.ts';

/** The database of the cards. */
export const TABLETS = 'tablets';

const orderSchema = z.object({
  what: z.literal('wipe'),
  nonce: z.string().check(z.regex(/^[0-9a-f]{16,64}$/)),
  at: isoInstantSchema,
  by: z.string(),
  reason: z.string(),
  /** It was found before it was wiped. */
  withdrawnAt: z.optional(isoInstantSchema),
});
export type WipeOrder = z.infer<typeof orderSchema>;

export const tabletCardSchema = z.looseObject({
  _id: z.string(),
  type: z.literal('tablet'),
  schema: z.number(),
  tablet: z.string(),
  /** By the name each signs in with: the first and the last day (Beijing) the server heard her on it. */
  people: z.record(z.string(), z.object({ since: isoDateSchema, last: isoDateSchema })),
  order: z.optional(orderSchema),
  wipedAt: z.optional(isoInstantSchema),
});
export type TabletCard = z.infer<typeof tabletCardSchema>;

export function parseTabletCard(value: unknown): TabletCard | undefined {
  const read = tabletCardSchema.safeParse(value);
  return read.success ? read.data : undefined;
}

/** What is to be done by the tablet; undefined for one in use. A wiped one stays shut out. */
export const standingOrder = ({ order }: TabletCard): WipeOrder | undefined =>
  order && order.withdrawnAt === undefined ? order : undefined;

/** Undefined where the card says so already: it is written once a day for each person, not at every request. */
export function cardUsedBy(
  card: TabletCard | undefined,
  { tablet, user, now }: { tablet: string; user: string; now: IsoInstant },
): TabletCard | undefined {
  const today = beijingDate(now);
  const known = card?.people[user];
  if (known && known.last >= today) return undefined;
  const used = { since: known?.since ?? today, last: today };
  const before = card ?? { _id: tabletCardId(tablet), type: 'tablet', schema: 1, tablet, people: {} };
  return { ...before, people: { ...before.people, [user]: used } };
}

/** `unknown`: no order had this nonce. Reported twice, the first time stands. */
export function cardWiped(
  card: TabletCard | undefined,
  { nonce, now }: { nonce: string; now: IsoInstant },
): TabletCard | 'unknown' {
  if (!card?.order || card.order.nonce !== nonce) return 'unknown';
  return card.wipedAt === undefined ? { ...card, wipedAt: now } : card;
}
