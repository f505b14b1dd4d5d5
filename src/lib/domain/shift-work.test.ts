import { expect, it } from 'vitest';
import { aHousehold, aTag, aVisit } from '#tests/fixtures/field-documents.ts';
import { countRecords, isHers, isOthers } from './shift-work.ts';

const at = (updatedAt: string) => ({ createdAt: updatedAt, updatedAt });
const NINE = '2026-11-22T01:00:00.000Z';
const TEN = '2026-11-22T02:00:00.000Z';
const ELEVEN = '2026-11-22T03:00:00.000Z';
const hers = { person: 'limin', tablet: 'tablet-a' };

it('counts a visit and what it changed as one, and nobody at home by itself', () => {
  const records = countRecords([
    aHousehold(at(NINE)),
    aVisit({ ...at(NINE), result: 'met' }),
    aVisit({ ...at(TEN), result: 'nobody' }),
    aHousehold(at(TEN)),
    aTag(at(ELEVEN)),
  ]);
  expect(records).toEqual({ visit: 1, nobody: 1, tag: 1 });
});

it('counts a visit that was mended once, with what it changed at first and later', () => {
  const mended = aVisit({ createdAt: NINE, updatedAt: TEN });
  expect(countRecords([mended, aHousehold(at(NINE)), aHousehold(at(TEN))])).toEqual({ visit: 1 });
});

it('takes what she wrote on this tablet since she last handed in, and nothing else', () => {
  const since = NINE;
  expect(isHers(aVisit(at(TEN)), { ...hers, since })).toBe(true);
  expect(isHers(aVisit(at(NINE)), { ...hers, since })).toBe(false);
  expect(isHers(aVisit(at(NINE)), hers)).toBe(true);
  expect(isHers(aVisit({ ...at(TEN), device: 'tablet-b' }), hers)).toBe(false);
  expect(isHers(aVisit({ ...at(TEN), updatedBy: 'zhangjianhua' }), hers)).toBe(false);
});

it('counts as come in what others changed since then', () => {
  const others = aHousehold({ ...at(TEN), updatedBy: 'zhaoxue', device: 'desk' });
  expect(isOthers(others, { ...hers, since: NINE })).toBe(true);
  expect(isOthers(others, { ...hers, since: ELEVEN })).toBe(false);
  expect(isOthers(aHousehold(at(TEN)), { ...hers, since: NINE })).toBe(false);
});
