import { describe, expect, it } from 'vitest';
import { changedBy } from '../document-head.ts';
import { hasTakenIn, merge, mergedTombstone, type Merge, type MergeLeaf } from './merge.ts';

const CREATED = { schema: 1, createdAt: '2026-11-01T00:00:00.000Z', createdBy: 'seed', device: 'tablet-a' };
const T = (hour: number) => `2026-11-22T${String(hour).padStart(2, '0')}:00:00.000Z`;
const household = (fields: Record<string, unknown>) => ({
  _id: 'household:A',
  type: 'household',
  ...CREATED,
  ...fields,
});
const leaf = (rev: string, body: Record<string, unknown>, ...below: string[]): MergeLeaf => ({
  rev,
  path: [rev, ...below],
  deleted: body._deleted === true,
  body,
});
const common = (a: MergeLeaf, b: MergeLeaf) =>
  Number.parseInt(a.path.find((rev) => b.path.includes(rev)) ?? '0', 10);
const merged = (...leaves: MergeLeaf[]): Record<string, unknown> => {
  const outcome = merge(leaves, common);
  if (outcome.outcome !== 'merged') throw new Error(outcome.outcome);
  return outcome.body;
};
/** Edits of the second generation on one first. */
const li = (fields: Record<string, unknown>, at: Record<string, number>, more = {}) =>
  leaf('2-b', household({ kind: 'family', ...fields, at, updatedBy: 'li', updatedAt: T(9), ...more }), '1-r');
const wang = (fields: Record<string, unknown>, at: Record<string, number>, more = {}) =>
  leaf(
    '2-a',
    household({ kind: 'family', ...fields, at, updatedBy: 'wang', updatedAt: T(10), ...more }),
    '1-r',
  );

describe('two leaves of one household', () => {
  it('in different fields keep both, and say who merged and when the last word was', () => {
    expect(merged(li({ number: '7' }, { number: 2 }), wang({ residence: '02' }, { residence: 2 }))).toEqual(
      household({
        kind: 'family',
        number: '7',
        residence: '02',
        updatedBy: 'merge',
        updatedAt: T(10),
        at: { number: 2, residence: 3 },
        seen: { number: { by: 'li', at: T(9) }, residence: { by: 'wang', at: T(10) } },
        merged: { '2-a': 3 },
      }),
    );
  });

  it('in one field keep both: what was said last leads, the other is a clash', () => {
    expect(merged(li({ number: '7' }, { number: 2 }), wang({ number: '8' }, { number: 2 }))).toMatchObject({
      number: '8',
      clashes: [{ field: 'number', value: '7', by: 'li', at: T(9) }],
    });
  });

  it('in one field, what was seen in a document leads whatever was said later', () => {
    const seen = { seen: { number: { by: 'li', at: T(9), how: 'document' } } };
    expect(
      merged(li({ number: '7' }, { number: 2 }, seen), wang({ number: '8' }, { number: 2 })),
    ).toMatchObject({
      number: '7',
      clashes: [{ field: 'number', value: '8', by: 'wang', at: T(10) }],
    });
  });

  it('in one field to the same value do not clash', () => {
    const body = merged(li({ number: '7' }, { number: 2 }), wang({ number: '7' }, { number: 2 }));
    expect(body).not.toHaveProperty('clashes');
  });

  it('with a set changed on both sides keep what each added and took away', () => {
    const before = { notes: ['dog', 'deaf'] };
    const mine = li(
      { ...before, notes: ['deaf', 'bell'] },
      { notes: 1, 'notes/"dog"': 2, 'notes/"bell"': 2 },
    );
    const theirs = wang({ notes: ['dog', 'deaf', 'late'] }, { notes: 1, 'notes/"late"': 2 });
    expect(merged(mine, theirs).notes).toEqual(['deaf', 'bell', 'late']);
  });

  it('with two visits show the newer one, and ask nobody', () => {
    const visit = (id: string, on: string) => ({
      lastVisit: { visit: id, on, result: 'met' },
      lastContactOn: on,
    });
    const at = { lastVisit: 2, lastContactOn: 2 };
    const body = merged(li(visit('visit:2', '2026-11-21'), at), wang(visit('visit:1', '2026-11-20'), at));
    expect(body).toMatchObject(visit('visit:2', '2026-11-21'));
    expect(body).not.toHaveProperty('clashes');
  });

  it('closed on both take day and reason from one of them', () => {
    const at = { closedOn: 2, closedReason: 2 };
    const body = merged(
      li({ closedOn: '2026-11-20', closedReason: 'moved' }, at),
      wang({ closedOn: '2026-11-21' }, { closedOn: 2 }),
    );
    expect(body).toMatchObject({
      closedOn: '2026-11-21',
      clashes: [{ field: 'closedOn', value: '2026-11-20', with: { closedReason: 'moved' }, by: 'li' }],
    });
    expect(body).not.toHaveProperty('closedReason');
  });

  it('without a common ancestor keep every value', () => {
    const a = leaf('1-a', household({ number: '7', updatedBy: 'li', updatedAt: T(9) }));
    const b = leaf('1-b', household({ residence: '02', number: '8', updatedBy: 'wang', updatedAt: T(10) }));
    expect(merged(a, b)).toMatchObject({
      number: '8',
      residence: '02',
      clashes: [{ field: 'number', value: '7', by: 'li' }],
    });
  });

  it('one of them written without stamps: nothing it says is passed over', () => {
    const stock = leaf('2-z', household({ kind: 'family', number: '9', at: { number: 1 } }), '1-r');
    expect(merged(li({ number: '7' }, { number: 2 }), stock)).toMatchObject({
      number: '7',
      clashes: [{ field: 'number', value: '9' }],
    });
    const untouched = li({ number: '1', residence: '02' }, { number: 1, residence: 2 });
    expect(merged(untouched, stock)).toMatchObject({ number: '9', residence: '02' });
  });
});

it('what somebody said without stamps is a clash, though one of ours has written over it since', () => {
  const strangers: Record<string, unknown> = household({
    kind: 'family',
    number: 'B',
    updatedBy: 'wang',
    updatedAt: T(9),
  });
  const author = { person: 'li', device: 'tablet-b', now: T(10), generation: 3 };
  const noted = changedBy(author, strangers, { ...strangers, notes: ['家里有狗'] });
  const ours = leaf('3-b', noted, '2-s', '1-r');
  const others = leaf(
    '2-c',
    household({ kind: 'family', number: 'C', at: { number: 2 }, updatedBy: 'zhao', updatedAt: T(11) }),
    '1-r',
  );
  expect(merged(ours, others)).toMatchObject({
    number: 'C',
    notes: ['家里有狗'],
    clashes: [{ field: 'number', value: 'B' }],
  });
});

describe('a nested object', () => {
  it('is merged by its fields', () => {
    const room = (landlord: unknown, at: Record<string, number>, rev: string, hour: number) =>
      leaf(rev, { _id: 'room:A', type: 'room', landlord, at, updatedBy: 'li', updatedAt: T(hour) }, '1-r');
    const body = merged(
      room({ name: 'Chen', phones: ['8'] }, { landlord: 1, 'landlord/phones': 2 }, '2-b', 9),
      room({ name: 'Chen Hua', phones: ['7'] }, { landlord: 1, 'landlord/name': 2 }, '2-a', 10),
    );
    expect(body).toMatchObject({
      landlord: { name: 'Chen Hua', phones: ['8'] },
      at: { landlord: 1, 'landlord/phones': 2, 'landlord/name': 3 },
    });
  });
});

describe('a clash', () => {
  const both = [li({ number: '7' }, { number: 2 }), wang({ number: '8' }, { number: 2 })];
  const first = leaf('3-m', merged(...both), '2-b', '1-r');
  const settledPath = 'clashes/{"at":"2026-11-22T09:00:00.000Z","by":"li","field":"number","value":"7"}';
  const settled = (() => {
    const { clashes: _settled, ...body } = first.body;
    const at = { ...(body.at as object), [settledPath]: 4, number: 4 };
    return leaf('4-s', { ...body, at, updatedBy: 'chen' }, '3-m', '2-b', '1-r');
  })();

  it('that was settled does not come back with somebody who went on from the other leaf', () => {
    const onward = leaf(
      '3-z',
      household({
        kind: 'family',
        number: '7',
        residence: '02',
        at: { number: 2, residence: 3 },
        seen: { number: { by: 'li', at: T(9) } },
        updatedBy: 'zhao',
        updatedAt: T(11),
      }),
      '2-b',
      '1-r',
    );
    const late = merged(settled, onward);
    expect(late).toMatchObject({ number: '8', residence: '02' });
    expect(late).not.toHaveProperty('clashes');
  });

  it('that nobody settled stays through the next merge', () => {
    const other = leaf(
      '3-z',
      { ...first.body, residence: '02', at: { number: 2, residence: 3 } },
      '2-b',
      '1-r',
    );
    expect(merged(first, other).clashes).toEqual(first.body.clashes);
  });
});

describe('somebody who goes on from a leaf that was merged', () => {
  it('does not bring back what was taken in from it and changed since', () => {
    const losing = wang({ residence: '02' }, { residence: 2 });
    const body = merged(li({ number: '7' }, { number: 2 }), losing);
    const at = { ...(body.at as object), residence: 4 };
    const since = leaf('4-e', { ...body, residence: '01', at, updatedBy: 'chen' }, '3-m', '2-b', '1-r');
    const onward = leaf(
      '3-z',
      { ...losing.body, closedReason: 'moved', at: { residence: 2, closedReason: 3 } },
      '2-a',
      '1-r',
    );
    const late = merged(since, onward);
    expect(late).toMatchObject({ number: '7', residence: '01', closedReason: 'moved' });
    expect(late).not.toHaveProperty('clashes');
  });
});

describe('an edit against a deletion', () => {
  const gone = (more: object) =>
    leaf('2-d', { _id: 'household:A', _deleted: true, type: 'household', ...more }, '1-r');

  it('lives on, and says so to everybody', () => {
    expect(
      merged(li({ number: '7' }, { number: 2 }), gone({ updatedBy: 'chen', updatedAt: T(12) })),
    ).toMatchObject({
      number: '7',
      clashes: [{ field: '_deleted', value: true, by: 'chen', at: T(12) }],
      merged: { '2-d': 3 },
    });
  });

  it('even where the tombstone says nothing', () => {
    expect(merged(li({ number: '7' }, { number: 2 }), gone({})).clashes).toHaveLength(1);
  });

  it('is none where the tombstone only ended a leaf that was merged', () => {
    const ended = gone({ updatedBy: 'merge', mergedInto: '3-m' });
    expect(merge([li({ number: '7' }, { number: 2 }), ended], common).outcome).toBe('contained');
  });
});

describe('what is never merged', () => {
  const event = (rev: string, n: number) => leaf(rev, { _id: 'visit:1', type: 'visit', n }, '1-r');
  it('is an event, a newer schema, an unknown type, a document that is gone', () => {
    const kept = (...leaves: MergeLeaf[]): Merge => merge(leaves, common);
    expect(kept(event('2-a', 1), event('2-b', 2))).toEqual({ outcome: 'kept', why: 'event' });
    const newer = [li({ schema: 99 }, {}), wang({}, {})];
    expect(kept(...newer)).toEqual({ outcome: 'kept', why: 'unknown' });
    const unknown = (rev: string) => leaf(rev, { _id: 'x:1', type: 'ofALaterApp', rev }, '1-r');
    expect(kept(unknown('2-a'), unknown('2-b'))).toEqual({ outcome: 'kept', why: 'unknown' });
    expect(kept(leaf('2-d', { _id: 'x:1', _deleted: true }, '1-r'))).toEqual({
      outcome: 'kept',
      why: 'deleted',
    });
  });
});

describe('what was merged', () => {
  const losing = wang({ residence: '02' }, { residence: 2 });
  const body = merged(li({ number: '7' }, { number: 2 }), losing);
  const winner = leaf('4-e', { ...body, number: '9' }, '3-m', '2-b', '1-r');

  it('is known to have been, and ends with a tombstone that names the merge', () => {
    expect(hasTakenIn(winner, '2-a')).toBe(true);
    expect(mergedTombstone(winner, losing)).toEqual({
      _id: 'household:A',
      _deleted: true,
      type: 'household',
      updatedBy: 'merge',
      mergedInto: '3-m',
    });
    expect(merge([winner, losing], common)).toEqual({ outcome: 'contained', winner });
  });
});

describe('a leaf that says the document was erased', () => {
  const erased = leaf(
    '2-e',
    { _id: 'household:A', _deleted: true, type: 'household', updatedBy: 'admin', erased: true },
    '1-r',
  );

  it('wins over whatever lives beside it, in any order, an event and an unknown type too', () => {
    const event = { ...leaf('9-z', { _id: 'visit:A', type: 'visit' }) };
    const newer = leaf('9-z', household({ schema: 99 }), '1-r');
    for (const others of [[li({}, {}), wang({}, {})], [event], [newer], []])
      for (const leaves of [
        [erased, ...others],
        [...others, erased],
      ])
        expect(merge(leaves, common)).toEqual({ outcome: 'erased', winner: erased });
  });

  it('is not said by a leaf that lives, nor by an ordinary deletion', () => {
    const said = li({ erased: true }, {});
    expect(merge([said, wang({}, {})], common).outcome).toBe('merged');
  });

  it('is named by what ends the others', () => {
    expect(mergedTombstone(erased, li({}, {}))).toEqual({
      ...{ _id: 'household:A', _deleted: true, type: 'household', updatedBy: 'merge', mergedInto: '2-e' },
    });
  });
});
