import { describe, expect, it } from 'vitest';
import { documentHead, fieldStamps } from '#lib/domain/document-head.ts';
import {
  householdSchema,
  membershipSchema,
  residentSchema,
  tagSchema,
  visitTaskSchema,
} from '#lib/domain/people.ts';
import { roomSchema } from '#lib/domain/place.ts';
import { clashValueText } from './clash-words.ts';
import { fieldWord } from './type-words.ts';

const NO_WORK = new Set(['type', ...Object.keys(documentHead), ...Object.keys(fieldStamps)]);
const schemas = { roomSchema, householdSchema, residentSchema, membershipSchema, tagSchema, visitTaskSchema };

it.each(Object.entries(schemas))(
  'every field of %s that two may see differently has a word',
  (_name, { shape }) => {
    const fields = Object.keys(shape).filter((field) => !NO_WORK.has(field));
    expect(fields.length).toBeGreaterThan(3);
    expect(fields.filter((field) => fieldWord(field).includes(field))).toEqual([]);
  },
);

describe('what somebody said of a field', () => {
  it.each([
    ['residence', '02', '人户不一致'],
    ['reason', 'moveOut', '迁出'],
    ['separation', 'nominal', '空挂'],
    ['politics', '01', '中共党员'],
    ['ethnicity', '01', '汉族'],
    ['residenceKind', 'floating', '流动人口'],
    ['status', 'done', '做完了'],
    ['form', 'f2', '敲门'],
    ['state', 'shared', '群租'],
  ])('of %s, %s, is said in words: %s', (field, value, words) => {
    expect(clashValueText({ field, value }, '2026-11-22', new Map())).toBe(words);
  });
});
