import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesTree } from './selector-match.ts';
import { parseSelector } from './selector-tree.ts';

const matches = (selector: unknown, document: unknown) => matchesTree(parseSelector(selector), document);
const visit = {
  _id: 'visit:1',
  type: 'visit',
  n: 3,
  nothing: null,
  empty: '',
  zero: 0,
  tags: ['x', 'y'],
  rooms: [{ floor: 1 }, { floor: 2, lift: true }],
  at: { door: { number: '3-2-501' } },
  'with.dot': 1,
};

describe('a selector', () => {
  it.each([
    [{}, true],
    [{ type: 'visit' }, true],
    [{ type: 'visit', n: 4 }, false],
    [{ n: { $gt: 1, $lte: 3 } }, true],
    [{ n: { $gt: 3 } }, false],
    [{ n: { $in: [1, 3] } }, true],
    [{ tags: { $in: ['z', 'y'] } }, true],
    [{ n: { $nin: [3] } }, false],
    [{ tags: { $all: ['y', 'x'] } }, true],
    [{ tags: { $all: [] } }, false],
    [{ tags: { $all: [['x', 'y']] } }, true],
    [{ tags: { $size: 2 } }, true],
    [{ tags: ['x', 'y'] }, true],
    [{ tags: ['y', 'x'] }, false],
    [{ 'tags.1': 'y' }, true],
    [{ 'tags.7': { $exists: false } }, true],
    [{ tags: { $elemMatch: { $eq: 'x' } } }, true],
    [{ rooms: { $elemMatch: { floor: 2, lift: true } } }, true],
    [{ rooms: { $allMatch: { floor: { $gte: 1 } } } }, true],
    [{ rooms: { $allMatch: { lift: true } } }, false],
    [{ at: { $keyMapMatch: { $eq: 'door' } } }, true],
    [{ 'at.door.number': '3-2-501' }, true],
    [{ at: { door: { number: { $beginsWith: '3-' } } } }, true],
    [{ at: { door: { $exists: true } } }, true],
    [{ 'with\\.dot': 1 }, true],
    [{ 'with.dot': 1 }, false],
    [{ nothing: null }, true],
    [{ nothing: { $type: 'null' } }, true],
    [{ zero: 0, empty: '' }, true],
    [{ n: { $mod: [2, 1] } }, true],
    [{ type: { $regex: '^vi' } }, true],
    [{ $or: [{ n: 1 }, { n: 3 }] }, true],
    [{ $nor: [{ n: 1 }, { n: 2 }] }, true],
    [{ $not: { n: 3 } }, false],
    [{ n: { $not: { $gt: 5 } } }, true],
    [{ n: { $or: [{ $lt: 1 }, { $gt: 2 }] } }, true],
  ])('%j says %s', (selector, expected) => {
    expect(matches(selector, visit)).toBe(expected);
  });

  it('asks all of its parts, those beside $and too, and those that contradict each other', () => {
    expect(matches({ $and: [{ n: 3 }], type: 'household' }, visit)).toBe(false);
    expect(matches({ $and: [{ n: 3 }, { n: 4 }] }, visit)).toBe(false);
    expect(matches({ type: 'visit', $or: [] }, visit)).toBe(true);
  });

  it('holds of a field that is not there only where it says so', () => {
    for (const condition of [
      { $ne: 1 },
      { $nin: [1] },
      { $not: { $eq: 1 } },
      { $lt: 1 },
      { $exists: true },
    ]) {
      expect(matches({ nowhere: condition }, visit)).toBe(false);
    }
    expect(matches({ nowhere: { $exists: false } }, visit)).toBe(true);
    expect(matches({ $not: { nowhere: { $exists: true } } }, visit)).toBe(true);
    expect(matches({ 'type.deeper': { $exists: false } }, visit)).toBe(false);
    expect(matches({ constructor: { $exists: true } }, visit)).toBe(false);
  });

  it.each([
    [7],
    [[]],
    [{ a: { $odd: 1 } }, 'invalid_operator'],
    [{ a: { $in: 'x' } }],
    [{ $and: 7 }],
    [{ $or: [7] }],
  ])('%j is refused', (selector, error = expect.any(String)) => {
    expect(() => parseSelector(selector)).toThrowError(expect.objectContaining({ status: 400, error }));
  });

  it.each([
    ['conditions', { $and: Array.from({ length: 10_000 }, () => ({ a: 1 })) }],
    ['values in its lists', { a: { $in: Array.from({ length: 10_000 }, (_, at) => at) } }],
    ['values in what it compares with', { a: { b: Array.from({ length: 10_000 }, (_, at) => [at]) } }],
    ['characters in a pattern', { a: { $regex: 'a'.repeat(1001) } }],
    ['levels in the name of a field', { [Array.from({ length: 101 }, () => 'a').join('.')]: 1 }],
  ])('with too many %s is refused', (_what, selector) => {
    expect(() => parseSelector(selector)).toThrowError(
      expect.objectContaining({ status: 400, error: 'selector_too_large' }),
    );
  });

  it('never throws once it is taken, and says of the opposite the opposite where the field is there', () => {
    const operators = fc.constantFrom('$eq', '$ne', '$lt', '$lte', '$gt', '$gte');
    fc.assert(
      fc.property(
        operators,
        fc.jsonValue({ maxDepth: 2 }),
        fc.jsonValue({ maxDepth: 2 }),
        (name, argument, value) => {
          const condition = { [name]: argument };
          const document = { a: value };
          expect(matches({ $not: { a: condition } }, document)).toBe(!matches({ a: condition }, document));
          expect(typeof matches({ a: { b: condition, $elemMatch: condition } }, document)).toBe('boolean');
        },
      ),
    );
  });
});
