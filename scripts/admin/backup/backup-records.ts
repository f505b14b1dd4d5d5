// What stands in a backup, line by line: each database begins, its revisions follow, it ends with what must have been
// there; the last line is the manifest. Invariant: counts and digests are of the lines as they were written.
import * as z from 'zod';

/** CouchDB's own, and no part of a backup. */
export const NOT_OURS: ReadonlySet<string> = new Set(['_replicator', '_global_changes']);

const count = z.number().int().min(0);
const revision = z.string().regex(/^[1-9]\d{0,8}-[0-9A-Za-z]{1,64}$/);

export const securitySchema = z.looseObject({});

const attachmentSchema = z.looseObject({ content_type: z.string(), digest: z.string(), data: z.string() });

/** One leaf with its body, its path and its attachments, as `_bulk_docs` takes it back with `new_edits:false`. */
export const leafSchema = z.looseObject({
  _id: z.string().min(1),
  _rev: revision,
  _deleted: z.boolean().optional(),
  _revisions: z.looseObject({ start: z.number().int().min(1), ids: z.array(z.string()).min(1) }),
  _attachments: z.record(z.string(), attachmentSchema).optional(),
});
export type BackedUpLeaf = z.infer<typeof leafSchema>;

const tallySchema = z.object({
  name: z.string().min(1),
  /** Leaves, losing and deleted ones included; one that changed meanwhile may be in twice, older and newer. */
  revisions: count,
  deleted: count,
  attachments: count,
  attachmentBytes: count,
  /** SHA-256, hexadecimal, of the lines of its revisions. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
/** What one database amounts to. */
export type Tally = z.infer<typeof tallySchema>;

export const recordSchema = z.discriminatedUnion('record', [
  z.object({
    record: z.literal('database'),
    name: z.string().min(1),
    security: securitySchema,
    /** All that was there at this sequence is in, or what became of it since. */
    since: z.unknown(),
    beganAt: z.string(),
  }),
  z.object({ record: z.literal('leaf'), doc: leafSchema }),
  z.object({ record: z.literal('database-end'), ...tallySchema.shape }),
  z.object({ record: z.literal('manifest'), endedAt: z.string(), databases: z.array(tallySchema) }),
]);
export type BackupRecord = z.infer<typeof recordSchema>;
