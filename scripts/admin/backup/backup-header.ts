// The first line of a backup file, in the clear: what it is, and what opens it. Invariant: it says nothing of what is inside;
// every chunk is bound to it.
import * as z from 'zod';

export const BACKUP = 'qiaomen backup';

export const backupHeaderSchema = z.object({
  what: z.literal(BACKUP),
  version: z.literal(1),
  /** 32 hexadecimal digits, of this backup alone. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.string(),
  sealedBy: z.discriminatedUnion('by', [
    z.object({
      by: z.literal('passphrase'),
      /** Of PBKDF2-SHA256. */
      rounds: z.number().int().min(100_000).max(10_000_000),
      /** 16 bytes, base64. */
      salt: z.base64().length(24),
    }),
    z.object({
      by: z.literal('organisation-key'),
      keyId: z.string().regex(/^[0-9a-f]{32}$/),
      /** An uncompressed point (SEC 1), base64. */
      ephemeral: z.base64().length(88),
    }),
    z.object({ by: z.literal('nothing') }),
  ]),
});
export type BackupHeader = z.infer<typeof backupHeaderSchema>;
