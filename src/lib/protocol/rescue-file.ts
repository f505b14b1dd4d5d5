// Sealed envelopes as they leave a tablet: all of it in one file, or each as a document of the server. Invariant: nothing in
// either can be read without the organisation's private key; in the clear stand random ids, revisions and codes of scopes.
import { base64Of } from './attachment.ts';
import type { EnvelopePlace, RowEnvelope } from './envelope.ts';

export const RESCUE_FILE = 'qiaomen rescue';

/** An envelope with what lies beside it: bytes are a photo's, sealed. */
export interface LyingEnvelope extends EnvelopePlace, RowEnvelope {
  bytes?: Uint8Array<ArrayBuffer>;
}

/** All bytes in base64. */
export interface WireEnvelope extends EnvelopePlace {
  keyId: string;
  ephemeral: string;
  sealed: string;
  bytes?: string;
}

export interface RescueFile {
  what: typeof RESCUE_FILE;
  version: 1;
  /** An instant, by the tablet's clock. */
  madeAt: string;
  envelopes: WireEnvelope[];
}

export function wireEnvelope({ kind, scope, id, rev, bytes, ...lying }: LyingEnvelope): WireEnvelope {
  return {
    ...{ kind, scope, id, rev, keyId: lying.keyId },
    ephemeral: base64Of(lying.ephemeral),
    sealed: base64Of(lying.sealed),
    ...(bytes && { bytes: base64Of(bytes) }),
  };
}
