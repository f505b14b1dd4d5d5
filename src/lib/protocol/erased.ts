// An erased document: what a person's right to be forgotten leaves of it (docs/adr/0010). Its tombstone says so and nothing
// else; it ends the document for good, in every branch, on every device. Invariant: nothing of what it said stands in it.

/** What is said in a row of `_bulk_docs` to whoever sends a revision of an erased document. */
export const ERASED_REASON = 'erased: it was deleted at the request of the person it was about';

/** The fields a tombstone of this product may have beside CouchDB's own. */
const BARE = new Set(['type', 'updatedBy', 'mergedInto', 'erased']);

/** `by`: the administrator who carried it out. */
export const erasedTombstone = ({ id, type, by }: { id: string; type: string; by: string }) => ({
  _id: id,
  _deleted: true as const,
  type,
  updatedBy: by,
  erased: true as const,
});

export const isErased = (body: Readonly<Record<string, unknown>>): boolean =>
  body._deleted === true && body.erased === true;

/** Whether a tombstone tells nothing of what it ended. */
export const isBareTombstone = (body: Readonly<Record<string, unknown>>): boolean =>
  body._deleted === true && Object.keys(body).every((name) => name.startsWith('_') || BARE.has(name));
