import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { keepSame } from './keep-same.ts';

const row = (id: string, n = 0) => ({ id, facts: { n } });

describe('an answer that came again', () => {
  it('is the one before where nothing changed', () => {
    const before = { rows: [row('a'), row('b')], counts: { due: 2, late: 0 } };
    expect(keepSame(before, structuredClone(before))).toBe(before);
  });

  it('has the rows before that did not change, wherever they now stand', () => {
    const before = { rows: [row('a'), row('b'), row('c')] };
    const after = keepSame(before, { rows: [row('new'), row('b', 1), row('a'), row('c')] });
    expect(after).toEqual({ rows: [row('new'), row('b', 1), row('a'), row('c')] });
    expect(after.rows[2]).toBe(before.rows[0]);
    expect(after.rows[3]).toBe(before.rows[2]);
    expect(after.rows[1]).not.toBe(before.rows[1]);
  });

  it('tells a field that went from one that is empty', () => {
    const before: { a: number; b?: undefined } = { a: 1, b: undefined };
    expect(Object.keys(keepSame(before, { a: 1 }))).toEqual(['a']);
    expect(keepSame<{ a: number } | null>(before, null)).toBeNull();
  });

  it('says what came, whatever was there before', () => {
    const data = fc.jsonValue();
    fc.assert(
      fc.property(data, data, (before, after) => {
        expect(keepSame(before, after)).toEqual(after);
      }),
    );
  });
});
