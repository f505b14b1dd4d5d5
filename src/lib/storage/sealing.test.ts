import { describe, expect, it } from 'vitest';
import { newKey } from '#tests/fixtures/memory-store.ts';
import { aesGcmCipher, sealJson, unsealJson } from './sealing.ts';

const place = { table: 'documents', scope: 'grid-1', id: 'resident:A', rev: '1-a' } as const;

describe('a sealed record', () => {
  it('opens in its own place and in no other', async () => {
    const cipher = aesGcmCipher(await newKey());
    const sealed = await sealJson(cipher, place, { name: '王桂兰' });
    expect(await unsealJson(cipher, place, sealed)).toEqual({ name: '王桂兰' });
    for (const other of [
      { table: 'edits' },
      { scope: 'grid-2' },
      { id: 'resident:B' },
      { rev: '2-a' },
    ] as const) {
      await expect(unsealJson(cipher, { ...place, ...other }, sealed)).rejects.toMatchObject({
        kind: 'tampered',
      });
    }
  });

  it('is refused where a bit of it was turned, or another key sealed it', async () => {
    const cipher = aesGcmCipher(await newKey());
    const sealed = await sealJson(cipher, place, { name: '王桂兰' });
    for (const at of [0, 12, sealed.length - 1]) {
      const turned = sealed.slice();
      turned[at]! ^= 1;
      await expect(unsealJson(cipher, place, turned)).rejects.toMatchObject({ kind: 'tampered' });
    }
    await expect(unsealJson(aesGcmCipher(await newKey()), place, sealed)).rejects.toMatchObject({
      kind: 'tampered',
    });
  });

  it('never looks the same twice', async () => {
    const cipher = aesGcmCipher(await newKey());
    const [a, b] = [await sealJson(cipher, place, 'x'), await sealJson(cipher, place, 'x')];
    expect([...a.slice(0, 12)]).not.toEqual([...b.slice(0, 12)]);
    expect([...a]).not.toEqual([...b]);
  });
});
