// Attachments as a server keeps them: the bytes apart, in the document a stub with the digest of what came.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import { PHOTOS } from './photo-plan.ts';

type Attachment = Record<string, unknown>;

const attachmentsOf = (body: DocumentBody) => Object.entries<Attachment>(body._attachments ?? {});

export function withStubs(body: DocumentBody): DocumentBody {
  if (!body._attachments) return body;
  const stubs = attachmentsOf(body).map(([name, { data, ...rest }]): [string, Attachment] => {
    if (typeof data !== 'string') return [name, rest];
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
    const stub = { ...rest, revpos: 1, digest: attachmentDigest(bytes), length: bytes.length, stub: true };
    return [name, stub];
  });
  return { ...body, _attachments: Object.fromEntries(stubs) };
}

/** A photo on its way up. */
export const isUpload = (database: Scope, path: string) => database === PHOTOS && path === '/_bulk_docs';

/** The same documents with other bytes in their attachments, as a line that meddles would deliver them. */
export function damagedUpload(body: unknown): { docs: RevisionedDocument[] } {
  const { docs } = body as { docs: RevisionedDocument[] };
  const damaged = docs.map((document) => {
    const spoilt = attachmentsOf(document).map(([name, each]): [string, Attachment] => [
      name,
      { ...each, data: Buffer.from(`damaged ${String(each.data)}`).toString('base64') },
    ]);
    return { ...document, _attachments: Object.fromEntries(spoilt) };
  });
  return { docs: damaged };
}
