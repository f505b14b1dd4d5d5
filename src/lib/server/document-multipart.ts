// Documents with their attachments beside them instead of inside: how CouchDB's own replicator takes and gives them.
// Source: Apache CouchDB 3.5, couch_httpd_multipart and chttpd_db (send_docs_multipart, doc_from_multi_part_stream).
// Invariants: attachments follow in the order in which the JSON names them; a document without any is plain JSON, as
// CouchDB sends it; bytes are read one attachment at a time.
import { contentTypeOf } from './attachment-type.ts';
import { attachmentsToSend, renderRevision, type ReadOptions, type Revision } from './document-reads.ts';
import { renderStub, type DocumentJson } from './document-render.ts';
import { type DocumentStore } from './document-store.ts';
import { quotedName } from './multipart.ts';
import { type StoredAttachment } from './pouch-layout.ts';

/** A revision ready to be sent. */
export interface RelatedDocument {
  json: string;
  following: { name: string; stored: StoredAttachment }[];
}

export type WritePiece = (piece: string | Buffer) => Promise<void>;

/** Attachments follow, but for those the reader has (`atts_since`): they are stubs. */
export async function renderRelated(
  store: DocumentStore,
  revision: Revision,
  options: ReadOptions,
): Promise<RelatedDocument> {
  const document: DocumentJson = await renderRevision(store, revision, { ...options, attachments: false });
  const attachments = attachmentsToSend(revision, options.attsSince);
  if (attachments.length > 0) {
    document._attachments = Object.fromEntries(
      attachments.map(({ name, stored, isKnown }) => {
        const { stub, ...described } = renderStub(stored);
        return [name, isKnown ? { ...described, stub } : { ...described, follows: true }];
      }),
    ) as unknown;
  }
  const following = attachments.filter(({ isKnown }) => !isKnown);
  return { json: JSON.stringify(document), following };
}

export function relatedType({ following }: RelatedDocument, boundary: string): string {
  return following.length === 0 ? 'application/json' : `multipart/related; boundary="${boundary}"`;
}

export async function writeRelated(
  write: WritePiece,
  { json, following }: RelatedDocument,
  { store, boundary }: { store: DocumentStore; boundary: string },
): Promise<void> {
  if (following.length === 0) return write(json);
  await write(`--${boundary}\r\nContent-Type: application/json\r\n\r\n${json}\r\n--${boundary}`);
  for (const { name, stored } of following) {
    const bytes = await store.bytes(stored.digest);
    await write(
      `\r\nContent-Disposition: attachment; filename="${quotedName(name)}"` +
        `\r\nContent-Type: ${contentTypeOf(stored)}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    await write(bytes);
    await write(`\r\n--${boundary}`);
  }
  await write('--');
}
