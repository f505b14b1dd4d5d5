import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { aHousehold, aMembership, aResident, aRoom, aTag, aVisit } from '#tests/fixtures/field-documents.ts';
import { parseDocument } from './parse-document.ts';
import { householdSchema, membershipSchema, residentSchema, tagSchema } from './people.ts';
import { roomSchema } from './place.ts';
import { quickCheckOf } from './quick-check.ts';
import { visitSchema } from './visit.ts';

const NOW = '2026-11-22T01:00:00.000Z';
const stamps = {
  at: { name: 3 },
  seen: { name: { by: 'limin', at: NOW, how: 'document' as const } },
  clashes: [{ field: 'name', by: 'limin', at: NOW, value: ['x'], with: { sex: null } }],
  merged: { '3-a': 4 },
};
const whole: { name: string; schema: z.core.$ZodType; document: Record<string, unknown> }[] = [
  { name: 'room', schema: roomSchema, document: aRoom({ landlord: { name: '曹', phones: ['1'] } }) },
  {
    name: 'household',
    schema: householdSchema,
    document: aHousehold({
      ...stamps,
      notes: ['狗'],
      rosterVerifiedOn: '2026-01-31',
      lastVisit: { visit: 'visit:1', on: '2026-10-25', form: 'f1', result: 'met', by: 'limin' },
    }),
  },
  { name: 'resident', schema: residentSchema, document: aResident({ ...stamps, later: 'field' }) },
  { name: 'membership', schema: membershipSchema, document: aMembership({ residence: '02' }) },
  { name: 'tag', schema: tagSchema, document: aTag({ since: '2026-10-25' }) },
];

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', 'f3', '02', 2, 0, -1, 1.5, 2 ** 60, NOW, `${NOW} `, '2026-13-01', 'met', null, [], {}),
);
/** The document with one thing in it, however deep, taken away or replaced. */
function spoilt(document: unknown, places: readonly number[], by: { value: unknown } | undefined): unknown {
  if (typeof document !== 'object' || document === null) return by?.value;
  const [at, ...deeper] = places;
  const names = Object.keys(document);
  const name = names[(at ?? 0) % Math.max(1, names.length)];
  if (at === undefined || name === undefined) return by?.value;
  const inner = (document as Record<string, unknown>)[name];
  const isGone = deeper.length === 0 && !by;
  const put = isGone ? [] : [[name, deeper.length === 0 ? by?.value : spoilt(inner, deeper, by)]];
  const kept = Object.entries(document).filter(([other]) => other !== name);
  const copy = Object.fromEntries([...kept, ...put]) as Record<string, unknown>;
  return Array.isArray(document) ? Object.values(copy) : copy;
}
const places = fc.array(fc.nat(40), { minLength: 1, maxLength: 3 });
const spoiling = fc.option(fc.record({ value: odd }), { nil: undefined });

describe('a quick check', () => {
  it.each(whole)(
    'of a $name says what its schema says, whatever is wrong with it',
    ({ schema, document }) => {
      const isRight = quickCheckOf(schema);
      expect(isRight(document)).toBe(true);
      fc.assert(
        fc.property(places, spoiling, (where, by) => {
          const body = spoilt(document, where, by);
          const said = z.safeParse(schema, body);
          expect(isRight(body)).toBe(said.success);
          if (said.success) expect(said.data).toEqual(body);
        }),
        { numRuns: 400 },
      );
    },
  );

  it('of a visit, whose answers it does not know, leaves it to the schema', () => {
    expect(quickCheckOf(visitSchema)(aVisit({ answers: { mood: 'good' } }))).toBe(false);
    expect(parseDocument('visit', aVisit({ answers: { mood: 'good' } })).outcome).toBe('read');
  });

  it('never says yes to what it would have to look at more closely', () => {
    const closer = [
      z.email(),
      z.string().check(z.trim()),
      z.string().check(z.regex(/a/g)),
      z.number().check(z.multipleOf(2)),
      z.strictObject({}),
      z.object({}),
      z.nullable(z.string()),
      z.union([z.string(), z.number()]),
      z.coerce.string(),
      z.base64(),
      z.ipv6(),
    ];
    const values = ['a', 'a@b.cn', 2, {}, null];
    for (const schema of closer) expect(values.filter(quickCheckOf(schema))).toEqual([]);
    const fields = z.looseObject({ known: z.record(z.enum(['a', 'b']), z.string()) });
    expect(quickCheckOf(fields)({ known: { a: 'x' } })).toBe(false);
    expect(quickCheckOf(z.looseObject({ some: z.exactOptional(z.string()) }))({ some: undefined })).toBe(
      false,
    );
    expect(quickCheckOf(z.looseObject({ some: z.unknown() }))({})).toBe(false);
    expect(quickCheckOf(z.looseObject({ some: z.optional(z.unknown()) }))({})).toBe(true);
  });
});
