// Answers of a CouchDB-compatible server that a device relies on, parsed at the edge.
// Unknown fields are let through; a missing or mistyped one means that no CouchDB answered (a captive portal, say).
import * as z from 'zod/mini';
import { documentBodySchema, type DocumentBody } from './document.ts';

/** A sequence is opaque: CouchDB's string, PouchDB's number, BigCouch's array; stored and sent back as it came. */
export const sequenceSchema = z.union([z.string(), z.number(), z.array(z.unknown())]);
export type Sequence = z.infer<typeof sequenceSchema>;

/** Whatever it is, it fails its own row alone: see `isFitRow`. Not copied: a first download has twelve thousand. */
const givenDocument = z.optional(z.nullable(z.custom<DocumentBody>((value) => typeof value === 'object')));

export const changesRowSchema = z.looseObject({
  seq: sequenceSchema,
  id: z.string(),
  changes: z.array(z.looseObject({ rev: z.string() })).check(z.minLength(1)),
  deleted: z.optional(z.boolean()),
  doc: givenDocument,
});
export type ChangesRow = z.infer<typeof changesRowSchema>;

/** GET/POST /{db}/_changes, feed=normal or longpoll. */
export const changesSchema = z.looseObject({
  results: z.array(changesRowSchema),
  last_seq: sequenceSchema,
  pending: z.optional(z.number()),
});
export type Changes = z.infer<typeof changesSchema>;

/** POST /{db}/_bulk_docs: one row a document; with new_edits:false only the refused ones have a row. */
export const bulkDocsSchema = z.array(
  z.looseObject({
    id: z.optional(z.string()),
    ok: z.optional(z.boolean()),
    rev: z.optional(z.string()),
    error: z.optional(z.string()),
    reason: z.optional(z.unknown()),
  }),
);
export type BulkDocsRows = z.infer<typeof bulkDocsSchema>;

/** POST /{db}/_revs_diff: only ids with something missing have an entry. */
export const revsDiffSchema = z.record(
  z.string(),
  z.looseObject({ missing: z.array(z.string()), possible_ancestors: z.optional(z.array(z.string())) }),
);
export type RevsDiff = z.infer<typeof revsDiffSchema>;

/** POST /{db}/_bulk_get?revs=true. */
export const bulkGetSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      docs: z.array(
        z.looseObject({ ok: z.optional(documentBodySchema), error: z.optional(z.looseObject({})) }),
      ),
    }),
  ),
});
export type BulkGet = z.infer<typeof bulkGetSchema>;

/** GET or POST /{db}/_all_docs. With `keys`, one row for each in their order; `error` where there is none. */
export const allDocsSchema = z.looseObject({
  /** Documents of the database, tombstones not counted. */
  total_rows: z.optional(z.nullable(z.number())),
  rows: z.array(
    z.looseObject({
      id: z.optional(z.string()),
      value: z.optional(z.nullable(z.looseObject({ rev: z.string(), deleted: z.optional(z.boolean()) }))),
      doc: givenDocument,
      error: z.optional(z.string()),
    }),
  ),
});
export type AllDocs = z.infer<typeof allDocsSchema>;

/** PUT /{db}/_local/{id}. */
export const localWrittenSchema = z.looseObject({ ok: z.literal(true), rev: z.string() });
export type LocalWritten = z.infer<typeof localWrittenSchema>;

export const revisionPathSchema = z.looseObject({ start: z.number(), ids: z.array(z.string()) });

/** GET /_session. `name` is null where nobody is signed in. */
export const sessionSchema = z.looseObject({
  ok: z.literal(true),
  userCtx: z.looseObject({ name: z.nullable(z.string()), roles: z.array(z.string()) }),
});

/** POST /_session. CouchDB answers `name: null` for an administrator of the configuration file. */
export const signedInSchema = z.looseObject({
  ok: z.literal(true),
  name: z.nullable(z.string()),
  roles: z.array(z.string()),
});
