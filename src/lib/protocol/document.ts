// What a document is on the wire, whatever it says: fields of CouchDB begin with `_`, all others are the author's.
import * as z from 'zod/mini';

/** A scope is the name of one database, the unit of access (sync.md 1): `grid-110101001001001`. */
export type Scope = string;

/** JSON of one document without any promise about its fields but the id's form. */
export const documentBodySchema = z.looseObject({
  _id: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  _rev: z.optional(z.string()),
  _deleted: z.optional(z.boolean()),
  _attachments: z.optional(z.record(z.string(), z.looseObject({}))),
  _conflicts: z.optional(z.array(z.string())),
});
export type DocumentBody = z.infer<typeof documentBodySchema>;

/** What `documentBodySchema` takes, found out without making a copy. */
export function isDocumentBody(value: unknown): value is DocumentBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { _id, _rev, _deleted, _attachments, _conflicts } = value as Record<string, unknown>;
  if (_rev !== undefined && typeof _rev !== 'string') return false;
  if (_deleted !== undefined && typeof _deleted !== 'boolean') return false;
  if (_id !== undefined && (typeof _id !== 'string' || _id.length < 1 || _id.length > 200)) return false;
  if (_attachments === undefined && _conflicts === undefined) return true;
  return documentBodySchema.safeParse(value).success;
}

const OTHERS = ['_conflicts', '_deleted_conflicts', '_revisions', '_revs_info', '_local_seq'];

/** A body as it is kept and hashed: without the fields that say of which revision it is. `_id` and `_deleted` stay. */
export function bodyWithoutRevision(document: DocumentBody): DocumentBody {
  const { _rev, ...body } = document;
  if (!OTHERS.some((name) => name in body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !OTHERS.includes(name)));
}
