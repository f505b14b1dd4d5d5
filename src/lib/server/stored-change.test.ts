import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOfStoredBody } from './stored-change.ts';

/** As PouchDB's adapter stores a body. */
const stored = (fields: object, id: string, deleted = false) =>
  JSON.stringify({ ...fields, _id: id, _rev: '2-abc', ...(deleted ? { _deleted: true } : {}) });

describe('a row of changes from stored text', () => {
  it('is what parsing it would give, whatever the document says', () => {
    const nasty = fc.constantFrom('"_id":"x","_rev":"1-y"}', ',"_rev":"', '\\', '"}', '_attachments', '敲门');
    const text = fc.oneof(fc.string(), nasty);
    const fields = fc.dictionary(
      fc.string().filter((name) => !name.startsWith('_') && name !== '__proto__'),
      fc.oneof(text, fc.record({ _id: text, _rev: text }), fc.array(text)),
    );
    fc.assert(
      fc.property(
        fields,
        text.filter((id) => id !== ''),
        fc.boolean(),
        (body, id, deleted) => {
          const row = rowOfStoredBody(stored(body, id, deleted), '"7-x"', true);
          expect(JSON.parse(row ?? '{}')).toEqual({
            seq: '7-x',
            id,
            changes: [{ rev: '2-abc' }],
            ...(deleted ? { deleted: true } : {}),
            doc: { ...body, _id: id, _rev: '2-abc', ...(deleted ? { _deleted: true } : {}) },
          });
        },
      ),
    );
  });

  it('is left to the parser where there are attachments or the text looks otherwise', () => {
    const attached = JSON.stringify({ _attachments: {}, _id: 'a', _rev: '1-a' });
    expect(rowOfStoredBody(attached, '1', true)).toBeUndefined();
    expect(JSON.parse(rowOfStoredBody(attached, '1', false) ?? '')).toEqual({
      seq: 1,
      id: 'a',
      changes: [{ rev: '1-a' }],
    });
    expect(
      rowOfStoredBody('{"_id":"a","_rev":"1-a","z":{"_id":"b","_rev":"1-b"}}', '1', true),
    ).toBeUndefined();
    expect(rowOfStoredBody('{"a":1}', '1', true)).toBeUndefined();
  });
});
