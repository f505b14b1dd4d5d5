import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attachmentDigest, base64Of } from './attachment.ts';

describe('an attachment', () => {
  it.each([0, 1, 55, 63, 64, 65_535, 200_001])(
    'of %i bytes has the digest and base64 of everybody',
    (size) => {
      const bytes = new Uint8Array(randomBytes(size));
      expect(attachmentDigest(bytes)).toBe(`md5-${createHash('md5').update(bytes).digest('base64')}`);
      expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    },
  );

  it('has the digest of its own bytes where they are part of a larger buffer', () => {
    const bytes = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
    expect(attachmentDigest(bytes)).toBe(attachmentDigest(new Uint8Array([1, 2, 3])));
  });
});
