import { expect, it } from 'vitest';
import { parseDocument, type DocumentType } from '#lib/domain/parse-document.ts';
import { clashChoices } from './clash-choices.ts';
import { clashValueText } from './clash-words.ts';

const NOBODY = new Map<string, string>();
const HEAD = {
  schema: 1,
  createdAt: '2026-11-22T01:00:00.000Z',
  createdBy: 'limin',
  updatedAt: '2026-11-22T01:00:00.000Z',
  updatedBy: 'limin',
  device: 'tablet',
};
const BODIES: Record<string, Record<string, unknown>> = {
  room: {
    building: 'building:A',
    buildingNumber: '1',
    unitNumber: '1',
    floor: 1,
    roomNumber: '101',
    state: 'owner',
  },
  household: { room: 'room:A', kind: 'family' },
  resident: { name: '王桂兰' },
  membership: { household: 'household:A', resident: 'resident:A', relation: '02' },
};

it.each([
  ['room', 'state', '出租'],
  ['household', 'kind', '家庭户'],
  ['household', 'residence', '人户一致'],
  ['resident', 'sex', '女'],
  ['resident', 'education', '本科'],
  ['resident', 'ethnicity', '回族'],
  ['resident', 'residenceKind', '流动人口'],
  ['membership', 'relation', '配偶'],
  ['membership', 'separation', '空挂'],
])('%s, %s: every value is offered by its word, and the document takes it', (type, field, word) => {
  const choices = clashChoices(type, field, NOBODY)!;
  expect(choices.map((choice) => choice.word)).toContain(word);
  for (const { value, word: said } of choices) {
    const document = { ...HEAD, ...BODIES[type], _id: `${type}:A`, type, [field]: value };
    expect(parseDocument(type as DocumentType, document).outcome).toBe('read');
    expect(clashValueText({ field, value }, '2026-11-22', NOBODY)).toBe(said);
  }
});

it('the head of a household is chosen among who lives there', () => {
  const names = new Map([['resident:A', '王桂兰']]);
  expect(clashChoices('household', 'head', names)).toEqual([{ value: 'resident:A', word: '王桂兰' }]);
});

it('a text is no choice', () => {
  expect(clashChoices('resident', 'name', NOBODY)).toBeUndefined();
});
