import { describe, expect, it } from 'vitest';
import { rebase } from './rebase.ts';
import { sameJson } from './same-json.ts';

const base = {
  _id: 'household:A',
  phone: '1',
  needs: ['meals'],
  floor: 3,
  updatedBy: 'seed',
  at: { phone: 1, needs: 1 },
};

describe('an unseen edit put onto a newer state', () => {
  it('keeps what she changed and takes what he changed', () => {
    const mine = { ...base, phone: '2', updatedBy: 'li', at: { phone: 2, needs: 1 } };
    const theirs = { ...base, needs: ['meals', 'bath'], updatedBy: 'wang', at: { phone: 1, needs: 4 } };
    expect(rebase({ base, mine, theirs, generation: 5 })).toEqual({
      _id: 'household:A',
      phone: '2',
      needs: ['meals', 'bath'],
      floor: 3,
      updatedBy: 'li',
      at: { phone: 5, needs: 4 },
    });
  });

  it('where both changed one field, hers stays', () => {
    const result = rebase({
      base,
      mine: { ...base, phone: '2' },
      theirs: { ...base, phone: '9' },
      generation: 2,
    });
    expect(result.phone).toBe('2');
  });

  it('removes what she removed, and lets go what he removed and she left alone', () => {
    const { floor: _floor, ...mine } = base;
    const { phone: _phone, ...theirs } = base;
    const result = rebase<Record<string, unknown>>({ base, mine, theirs, generation: 2 });
    expect('floor' in result).toBe(false);
    expect('phone' in result).toBe(false);
  });

  it('never drops a field that neither of them knows', () => {
    const theirs = { ...base, ofALaterApp: { x: 1 } };
    expect(
      rebase<Record<string, unknown>>({ base, mine: { ...base, phone: '2' }, theirs, generation: 2 }),
    ).toMatchObject({
      phone: '2',
      ofALaterApp: { x: 1 },
    });
  });

  it('changes nothing where she changed nothing', () => {
    const theirs = { ...base, phone: '9', at: { phone: 7, needs: 1 } };
    expect(rebase({ base, mine: base, theirs, generation: 8 })).toEqual(theirs);
  });
});

it('two values are the same JSON whatever the order of their fields', () => {
  expect(sameJson({ a: 1, b: [1, { c: 2, d: undefined }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(sameJson(null, {})).toBe(false);
  expect(sameJson([], {})).toBe(false);
});
