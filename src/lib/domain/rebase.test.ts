import { describe, expect, it } from 'vitest';
import { rebase } from './rebase.ts';
import { sameJson } from './same-json.ts';

const NOON = '2026-11-22T04:00:00.000Z';
const EVENING = '2026-11-22T10:00:00.000Z';
const base = {
  _id: 'household:A',
  type: 'household',
  phone: '1',
  notes: ['dog'],
  floor: 3,
  landlord: { name: 'Chen', phones: ['7'] },
  updatedBy: 'seed',
  updatedAt: '2026-11-01T00:00:00.000Z',
  at: { phone: 1, notes: 1, landlord: 1 },
};
const by = (
  person: string,
  now: string,
  fields: Record<string, unknown>,
  at: Record<string, number> = {},
) => ({
  ...base,
  ...fields,
  updatedBy: person,
  updatedAt: now,
  at: { ...base.at, ...at },
});
const put = (mine: Record<string, unknown>, theirs: Record<string, unknown>, generation = 5) =>
  rebase<Record<string, unknown>>({ base, mine, theirs, generation });

describe('an unseen edit put onto a newer state', () => {
  it('keeps what she changed and takes what he changed, and who said what', () => {
    const mine = by('li', NOON, { phone: '2' }, { phone: 2 });
    const theirs = by('wang', EVENING, { floor: 7 }, { floor: 4 });
    expect(put(mine, theirs)).toEqual({
      ...base,
      phone: '2',
      floor: 7,
      updatedBy: 'li',
      updatedAt: NOON,
      at: { phone: 5, notes: 1, landlord: 1, floor: 4 },
      seen: { phone: { by: 'li', at: NOON }, floor: { by: 'wang', at: EVENING } },
    });
  });

  it('where both changed one field, what was said later leads and the other is kept as a clash', () => {
    const mine = by('li', NOON, { phone: '2' }, { phone: 2 });
    const theirs = by('wang', EVENING, { phone: '9' }, { phone: 4 });
    expect(put(mine, theirs)).toMatchObject({
      phone: '9',
      clashes: [{ field: 'phone', value: '2', by: 'li', at: NOON }],
      at: { phone: 5, clashes: 5 },
    });
  });

  it('where both changed it to the same, there is no clash', () => {
    const both = { phone: '2' };
    expect(put(by('li', NOON, both), by('wang', EVENING, both))).not.toHaveProperty('clashes');
  });

  it('puts sets together by element, and objects by field', () => {
    const mine = by('li', NOON, { notes: ['deaf', 'dog'], landlord: { name: 'Chen', phones: ['8'] } });
    const theirs = by('wang', EVENING, { notes: [], landlord: { name: 'Chen Hua', phones: ['7'] } });
    expect(put(mine, theirs)).toMatchObject({
      notes: ['deaf'],
      landlord: { name: 'Chen Hua', phones: ['8'] },
      at: { 'notes/"deaf"': 5, 'landlord/phones': 5 },
    });
  });

  it('removes what she removed, and lets go what he removed and she left alone', () => {
    const { floor: _floor, ...mine } = base;
    const { phone: _phone, ...theirs } = base;
    const result = put(mine, theirs, 2);
    expect('floor' in result).toBe(false);
    expect('phone' in result).toBe(false);
  });

  it('never drops a field that neither of them knows', () => {
    const theirs = { ...base, ofALaterApp: { x: 1 } };
    expect(put({ ...base, phone: '2' }, theirs)).toMatchObject({ phone: '2', ofALaterApp: { x: 1 } });
  });

  it('settles a clash that came in meanwhile as she settled it, and no other', () => {
    const one = { field: 'phone', value: '0', by: 'wang', at: NOON };
    const other = { field: 'floor', value: 8, by: 'wang', at: NOON };
    const key = 'clashes/{"at":"2026-11-22T04:00:00.000Z","by":"wang","field":"phone","value":"0"}';
    const mine = by('li', EVENING, {}, { [key]: 3, phone: 3 });
    expect(put(mine, by('wang', NOON, { clashes: [one, other] })).clashes).toEqual([other]);
  });

  it('changes nothing where she changed nothing', () => {
    const theirs = by('wang', EVENING, { phone: '9' }, { phone: 7 });
    expect(put(base, theirs, 8)).toEqual(theirs);
  });
});

it('two values are the same JSON whatever the order of their fields', () => {
  expect(sameJson({ a: 1, b: [1, { c: 2, d: undefined }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(sameJson(null, {})).toBe(false);
  expect(sameJson([], {})).toBe(false);
});
