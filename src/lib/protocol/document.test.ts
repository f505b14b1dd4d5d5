import { expect, it } from 'vitest';
import { bodyWithoutRevision, documentBodySchema, isDocumentBody } from './document.ts';

it.each([
  [{}],
  [{ _id: 'visit:1', _rev: '1-a', type: 'visit' }],
  [{ _id: '' }],
  [{ _id: 'x'.repeat(201) }],
  [{ _id: 7 }],
  [{ _rev: 7 }],
  [{ _deleted: 'yes' }],
  [{ _deleted: true }],
  [{ _conflicts: ['2-b'] }],
  [{ _conflicts: [2] }],
  [{ _attachments: { 'a.jpg': { stub: true } } }],
  [{ _attachments: 'none' }],
  [null],
  [[]],
  ['text'],
  [undefined],
])('the quick look and the schema agree about %j', (value) => {
  expect(isDocumentBody(value)).toBe(documentBodySchema.safeParse(value).success);
});

it('a body is kept without what says of which revision it is', () => {
  const body = { _id: 'visit:1', _deleted: true, note: 'x' };
  expect(bodyWithoutRevision({ ...body, _rev: '1-a' })).toEqual(body);
  expect(
    bodyWithoutRevision({ ...body, _rev: '1-a', _conflicts: ['1-b'], _revisions: { start: 1, ids: ['a'] } }),
  ).toEqual(body);
});
