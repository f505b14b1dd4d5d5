import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from './packed.ts';

/** As it comes back from the medium. */
const throughJson = <T>(value: T) => JSON.parse(JSON.stringify(value)) as T;
const back = (objects: Record<string, unknown>[]) => unpack(throughJson(pack(objects)));

it('brings back whatever JSON would, field for field in their order', () => {
  const name = fc.oneof(fc.constantFrom('_id', 'type', 'room', '1', '__proto__', 'constructor'), fc.string());
  const value = fc.oneof(fc.constantFrom('limin', 1, null, true), fc.jsonValue(), fc.constant(undefined));
  const object = fc.array(fc.tuple(name, value), { maxLength: 8 }).map((fields) => {
    const made: Record<string, unknown> = {};
    for (const [key, held] of fields)
      Object.defineProperty(made, key, {
        value: held,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return made;
  });
  fc.assert(
    fc.property(fc.array(object, { maxLength: 12 }), (objects) => {
      expect(back(objects).map((each) => JSON.stringify(each))).toEqual(
        objects.map((each) => JSON.stringify(each)),
      );
    }),
    { numRuns: 500 },
  );
});

it('gives no two objects a part in common that can be changed', () => {
  const [one, other] = back([{ notes: ['家里有狗'] }, { notes: ['家里有狗'] }]) as { notes: string[] }[];
  one!.notes.push('听力不好');
  expect(other!.notes).toEqual(['家里有狗']);
});

it('leaves an object what it was made of, whatever its fields are called', () => {
  const [one] = back([JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>]);
  expect((one as { admin?: boolean }).admin).toBeUndefined();
  expect(Object.getPrototypeOf(one)).toBe(Object.prototype);
});

it('takes less than half the room for what is much alike', () => {
  const memberships = Array.from({ length: 50 }, (_, n) => ({
    _id: `membership:01J7T50AF02S48VVBWMR51XR${n + 10}`,
    schema: 1,
    createdAt: '2024-09-15T06:13:00.000Z',
    createdBy: 'limin',
    updatedAt: '2024-09-15T06:13:00.000Z',
    updatedBy: 'limin',
    device: 'demo',
    type: 'membership',
    household: `household:01J7T50AF0WV3T89Z4F40700${n + 10}`,
    resident: `resident:01J7T50AF04GYSCWSDBEM7RM${n + 10}`,
    relation: '02',
  }));
  const room = (value: unknown) => JSON.stringify(value).length;
  expect(room(pack(memberships))).toBeLessThan(room(memberships) / 2);
});
