// A revision that has passed all checks, as a storage takes it: its own fields as text, all else beside them.
import { type RevisionPath } from './document-parse.ts';
import { type DocumentMetadata, type StoredAttachment } from './pouch-layout.ts';

export interface RevisionToStore {
  id: string;
  /** The new revision, and as many of its ancestors as are needed to find its place; newest first. */
  path: RevisionPath;
  deleted: boolean;
  /** JSON of an object without fields of CouchDB's. */
  fieldsJson: string;
  attachments: Record<string, StoredAttachment>;
  /** By digest: the bytes of attachments that came with this revision. */
  bytes: ReadonlyMap<string, Buffer>;
}

export interface RevisionWrite {
  revision: RevisionToStore;
  /** The document's metadata as read in the same exclusive turn; undefined for a new document. */
  known: DocumentMetadata | undefined;
  /** The database's `_revs_limit`, where it has one of its own. */
  revsLimit?: number | undefined;
}

/** The body as PouchDB's adapter stores it: fields of the document's own first, then `_attachments`, `_id`, `_rev`. */
export function bodyText({ id, path, deleted, fieldsJson, attachments }: RevisionToStore): string {
  const own = fieldsJson === '{}' ? '{' : `${fieldsJson.slice(0, -1)},`;
  const attached =
    Object.keys(attachments).length > 0 ? `"_attachments":${JSON.stringify(attachments)},` : '';
  const rev = JSON.stringify(`${path.start}-${path.ids[0] ?? ''}`);
  return `${own}${attached}"_id":${JSON.stringify(id)},"_rev":${rev}${deleted ? ',"_deleted":true' : ''}}`;
}
