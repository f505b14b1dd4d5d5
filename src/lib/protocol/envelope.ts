// A sealed envelope: one unsent revision, sealed to the organisation's public key, so that it can leave a tablet whose owner
// cannot open it (security.md 2). Invariant: an envelope is bound to scope, document, revision and key; taken for another
// it does not open. In the clear stand random ids and codes of scopes, nothing a resident said.
import type { DocumentBody, Scope } from './document.ts';
import type { Revision } from './revision.ts';

/** Changes with what stands inside. */
const ENVELOPE_FORMAT = 1;

/** What an envelope holds: an edit, or the photo of one. */
export type EnvelopeKind = 'document' | 'photo';

export interface EnvelopePlace {
  kind: EnvelopeKind;
  scope: Scope;
  id: string;
  rev: Revision;
}

/** The associated data of an envelope, and what its key is derived for. */
export function envelopeBinding({ kind, scope, id, rev }: EnvelopePlace, keyId: string): string {
  return `${kind}|${scope}|${id}|${rev}|${keyId}|${ENVELOPE_FORMAT}`;
}

/** The associated data of a photo's bytes, which are sealed under a key of their own. */
export const photoBytesBinding = (id: string) => `photoBytes||${id}||1`;

/** What stands inside, as JSON. */
export interface EnvelopeContent {
  /** Newest first, to be sent with it: revisions made on the tablet, then what they grew from. */
  path: Revision[];
  /** Without `_rev` and `_attachments`. */
  body: DocumentBody;
  /** Milliseconds since 1970 by the tablet's clock. */
  savedAt: number;
  /** Of a photo: what its bytes are, and what opens them (AES-256, base64). */
  photo?: { digest: string; key: string };
}

/** As an envelope lies in a row. */
export interface RowEnvelope {
  /** The organisation's key it opens with. */
  keyId: string;
  /** The revision inside. */
  rev: Revision;
  /** The public half of a pair made for it and those sealed at the same time: an uncompressed point (SEC 1). */
  ephemeral: Uint8Array<ArrayBuffer>;
  /** Nonce (12 bytes), then AES-GCM's ciphertext with its tag. */
  sealed: Uint8Array<ArrayBuffer>;
}
