import { describe, expect, it } from 'vitest';
import { changedBy, headOf } from './document-head.ts';

const author = { person: 'limin', device: 'tablet', now: '2026-11-22T01:00:00.000Z' };
const chance = { randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };

describe('the salt of a document', () => {
  it('is of 96 bits at least, and of no two documents the same', () => {
    const salts = Array.from({ length: 1000 }, () => headOf(author, chance).salt);
    expect(new Set(salts).size).toBe(1000);
    for (const salt of salts) expect(salt).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/);
    for (let place = 0; place < 20; place++)
      expect(new Set(salts.map((salt) => salt[place])).size, `character ${String(place)}`).toBe(32);
  });

  it('comes from the chance it is given alone', () => {
    const counted = { randomBytes: (length: number) => Uint8Array.from({ length }, (_, n) => n) };
    expect(headOf(author, counted).salt).toBe('0123456789ABCDEFGHJK');
  });

  it('is kept by an edit, and is no part of what changed', () => {
    const made = { _id: 'household:1', type: 'household', room: 'room:1', ...headOf(author, chance) };
    const edited = changedBy({ ...author, generation: 2 }, made, { ...made, room: 'room:2' });
    expect(edited.salt).toBe(made.salt);
    expect((edited as Record<string, unknown>).at).toEqual({ room: 2 });
  });
});
