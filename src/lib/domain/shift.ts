// 交班: one person has handed in what she did on one tablet. An event: written once, after the server had confirmed every
// document it counts, and itself confirmed (sync.md 7). Invariant: it names nobody but its author, and holds numbers only.
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';
import { isoDateSchema, isoInstantSchema } from './time-schemas.ts';

const count = z.number().check(z.int(), z.minimum(0));

export const shiftSchema = z.looseObject({
  ...documentHead,
  type: z.literal('shift'),
  /** Who handed in: the name she signs in with. */
  person: z.string(),
  /** 12 digits; the scope it stands in. */
  community: z.string(),
  grids: z.array(z.string()),
  /** Beijing calendar day of `handedInAt`. */
  on: isoDateSchema,
  handedInAt: isoInstantSchema,
  /** What she did since, by this tablet's clock; absent: since it was first hers. */
  since: z.optional(isoInstantSchema),
  /** Number of the last save on this tablet that it counts: where it ends, whatever the clock said. Absent: older builds. */
  upTo: z.optional(count),
  /** Things done, all confirmed by the server, by kind (shift-work.ts). */
  records: z.record(z.string(), count),
  /** Documents confirmed, one by one: a visit and what it changed are several. */
  documents: count,
  /** Photos are receipted apart: those missing go up by themselves. */
  photos: z.optional(z.looseObject({ confirmed: count, total: count })),
  /** What the server had refused and she handed to the administrator as a file. */
  setAside: count,
  /** How far this tablet had counted its audit events: of those that never came, the last are missed by this alone. */
  audited: z.optional(count),
  /** Documents of others that came to this tablet meanwhile. */
  received: count,
});
export type Shift = z.infer<typeof shiftSchema>;

export const recordCount = ({ records }: Pick<Shift, 'records'>): number =>
  Object.values(records).reduce((sum, each) => sum + each, 0);

/**
 * Six digits to be read out, from the revision of the shift's document: `407 118`. The same on her tablet and wherever
 * the document is read, and another one if a single number in it were another. `rev` is CouchDB's, `1-<32 hex digits>`.
 */
export function receiptNumber(rev: string): string {
  const digest = Number.parseInt(rev.slice(rev.indexOf('-') + 1).slice(0, 12), 16);
  const digits = String(digest % 1_000_000).padStart(6, '0');
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}
