// 组织密钥: the public key to which every tablet seals its unsent work, for whoever keeps the private one to open. A document
// of the directory. Invariant: it is public, and only administrators write it (rules of the directory).
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';

/** There is one key in use; former ones live on in the envelopes that name them. */
export const ORGANISATION_KEY = 'organisation-key:current';

export const organisationKeySchema = z.looseObject({
  ...documentHead,
  type: z.literal('organisation-key'),
  /** First half of the SHA-256 of the key's bytes, in hexadecimal: by it envelopes and the private file name the key. */
  keyId: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  algorithm: z.literal('ECDH-P256'),
  /** The uncompressed point (SEC 1, 65 bytes) in base64. */
  key: z.string().check(z.regex(/^[A-Za-z0-9+/]{87}=$/)),
});
export type OrganisationKey = z.infer<typeof organisationKeySchema>;
