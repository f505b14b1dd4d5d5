import { expect, it } from 'vitest';
import { listClashes } from './clashes.ts';
import { emptyFieldModel, putIntoModel } from './field-model.ts';
import { householdView } from './household-card.ts';
import { matrixView } from './matrix.ts';
import { buildSearchIndex, searchPeople } from './search-people.ts';
import { todayView } from './today.ts';
import type { Visit } from './visit.ts';

const SCOPE = 'grid-999999001001001';
const NOW = '2026-11-22T08:00:00.000Z';
const today = '2026-11-22';
const head = {
  ...{ schema: 1, createdAt: NOW, createdBy: 'li', updatedAt: NOW, updatedBy: 'li', device: 't' },
};
const ID_NUMBER = '999999194802290027';
const PASSPORT = 'E12345678';
const PHONES = ['13812341234', '053180297299', '13900001111', '13777778888', '13666667777'] as const;
const numbers = [ID_NUMBER, PASSPORT, ...PHONES, '80297299'];

const documents: [string, Record<string, unknown>][] = [
  [
    'directory',
    {
      ...head,
      ...{ _id: 'building:1', type: 'building', grid: '999999001001001', number: '3' },
      units: [{ number: '1', floors: 6 }],
      head: { name: '何伟', phone: PHONES[2] },
    },
  ],
  [
    SCOPE,
    {
      ...head,
      ...{ _id: 'room:1', type: 'room', building: 'building:1', buildingNumber: '3', unitNumber: '1' },
      ...{ roomNumber: '501', floor: 5, state: 'owner' },
    },
  ],
  [
    SCOPE,
    {
      ...head,
      ...{ _id: 'household:1', type: 'household', room: 'room:1', kind: 'family', head: 'resident:1' },
      notes: [`女儿电话 ${PHONES[3]}`],
    },
  ],
  [
    SCOPE,
    {
      ...head,
      ...{ _id: 'resident:1', type: 'resident', name: '王桂兰', pinyin: 'wang gui lan', idNumber: ID_NUMBER },
      phones: [PHONES[0], '0531-80297299'],
      clashes: [{ field: 'phones', value: [PHONES[4]], by: 'zhao', at: NOW }],
    },
  ],
  [
    SCOPE,
    { ...head, _id: 'resident:2', type: 'resident', name: '马丁', idType: '414', documentNumber: PASSPORT },
  ],
  [
    SCOPE,
    {
      ...head,
      ...{ _id: 'tag:1', type: 'tag', code: 'communityCorrection', household: 'household:1' },
      resident: 'resident:1',
    },
  ],
  ...[1, 2].map((n): [string, Record<string, unknown>] => [
    SCOPE,
    {
      ...head,
      ...{ _id: `membership:${n}`, type: 'membership', household: 'household:1' },
      ...{ resident: `resident:${n}`, relation: n === 1 ? '02' : '99' },
    },
  ]),
];
const visit = {
  ...head,
  ...{ _id: 'visit:1', type: 'visit', form: 'f1', formVersion: '1', household: 'household:1' },
  ...{ room: 'room:1', result: 'met', occurredAt: NOW, occurredOn: today, startedAt: NOW, endedAt: NOW },
  answers: { phoneOk: false, phone: PHONES[1], remark: `身份证 ${ID_NUMBER}，电话 ${PHONES[0]}` },
  changes: [],
} as Visit;

it('in what a screen is given to show no number of anybody stands whole', () => {
  const model = emptyFieldModel();
  for (const [scope, document] of documents)
    expect(putIntoModel(model, scope, document), String(document._id)).toBe(true);
  const index = buildSearchIndex(model);
  const views = {
    card: householdView(model, 'household:1', { today, visits: [{ visit, waiting: false }] }),
    matrix: matrixView(model, { building: 'building:1', unit: '1' }, today),
    today: todayView(model, today),
    search: searchPeople(model, index, { text: '王', limit: 9, today }),
    clashes: listClashes(model),
  };
  expect(views.card?.members).toHaveLength(2);
  expect(views.search.hits).toHaveLength(1);
  expect(views.clashes).toHaveLength(1);
  const shown = JSON.stringify(views);
  expect(numbers.filter((number) => shown.includes(number))).toEqual([]);
  // A restricted tag that came to stand in the roster by mistake shows nowhere, nor asks for a visit.
  expect(shown).not.toContain('communityCorrection');
  expect(views.card?.due[0]?.reason.kind).toBe('ordinary');
  for (const mask of ['999999********0027', 'E1*****78', '138****1234', '0531-****7299', '139****1111'])
    expect(shown).toContain(mask);
});
