// 封件: a sealed envelope on the server, in the community's scope, for the administrator to open (sync.md 4.4). An event:
// written once, never changed. Invariant: id and body follow from the envelope alone, so that whoever hands it in, and
// however often, it is one document.
import * as z from 'zod/mini';
import { documentHead, SCHEMA } from './document-head.ts';
import { communityOfGrid, communityScope } from './scopes.ts';

/** The one attachment of a photo's envelope: its bytes, sealed. */
export const ENVELOPE_ATTACHMENT = 'sealed.bin';
export const ENVELOPE_BYTES_TYPE = 'application/octet-stream';
/** What "sent by" says where nobody here knows whose it was. */
const UNKNOWN = 'unknown';

export const envelopeSchema = z.looseObject({
  ...documentHead,
  type: z.literal('envelope'),
  kind: z.enum(['document', 'photo']),
  /** Where the document inside belongs, which it is, and its revision. */
  scope: z.string(),
  document: z.string(),
  revision: z.string(),
  /** The organisation's key it opens with. */
  keyId: z.string(),
  ephemeral: z.string(),
  sealed: z.string(),
});

/** As it travels (protocol/rescue-file.ts), all bytes in base64. */
interface Envelope {
  kind: 'document' | 'photo';
  scope: string;
  id: string;
  rev: string;
  keyId: string;
  ephemeral: string;
  sealed: string;
}

/** `digest`: of the envelope's ciphertext, in hexadecimal. `author`: user name of whose work it is, where known. */
export function envelopeDocument(
  { kind, scope, id, rev, keyId, ephemeral, sealed }: Envelope,
  { digest, author = UNKNOWN, savedAtMs }: { digest: string; author?: string | undefined; savedAtMs: number },
) {
  const at = new Date(savedAtMs).toISOString();
  return {
    ...{ _id: `envelope:${digest}`, type: 'envelope' as const, schema: SCHEMA },
    ...{ createdAt: at, createdBy: author, updatedAt: at, updatedBy: author, device: 'rescue' },
    ...{ kind, scope, document: id, revision: rev, keyId, ephemeral, sealed },
  };
}

/** Where it is handed in: in the community it is from, else in one where the sender works; undefined where she has none. */
export function scopeForEnvelope(scope: string, writable: readonly string[]): string | undefined {
  const code = /^[a-z]+-(\d{12,15})(?:-|$)/.exec(scope)?.[1];
  const own = code === undefined ? undefined : communityScope(communityOfGrid(code));
  return own !== undefined && writable.includes(own) ? own : writable[0];
}
