import { describe, expect, it } from 'vitest';
import { auditEvent, auditEventSchema, type AuditEvent } from './audit-event.ts';
import { gapsOf } from './audit-gaps.ts';

const author = { person: 'limin', device: 'tablet1', now: '2026-11-22T16:30:00.000Z' };
const ids = { nowMs: () => Date.parse(author.now), randomBytes: (length: number) => new Uint8Array(length) };

describe('an audit event', () => {
  it('says who, what, when and where, by ids alone', () => {
    const event = auditEvent(
      { what: 'revealed', field: 'idNumber', about: 'resident:A', grid: '999999001001001' },
      { author, ids, number: 7 },
    );
    expect(auditEventSchema.safeParse(event).success).toBe(true);
    expect(event).toMatchObject({
      type: 'audit',
      number: 7,
      what: 'revealed',
      on: '2026-11-23',
      createdBy: 'limin',
      createdAt: author.now,
      device: 'tablet1',
      about: 'resident:A',
    });
  });

  it('has no number of a person in its reason', () => {
    const event = auditEvent({ what: 'exported', why: '交给 13812341234' }, { author, ids, number: 1 });
    expect(event.why).toBe('交给 138****1234');
  });

  it('counts no tries where there were none', () => {
    expect(auditEvent({ what: 'unlocked', count: 0 }, { author, ids, number: 1 })).not.toHaveProperty(
      'count',
    );
  });

  it('is not about anything but an id', () => {
    const event = auditEvent({ what: 'revealed', about: '王桂兰 138' }, { author, ids, number: 1 });
    expect(auditEventSchema.safeParse(event).success).toBe(false);
  });
});

describe('the numbers of a tablet’s events', () => {
  const events = (device: string, numbers: number[]): AuditEvent[] =>
    numbers.map((number, place) => ({
      ...auditEvent({ what: 'revealed' }, { author: { ...author, device }, ids, number }),
      _id: `audit:${device}-${String(place)}`,
    }));

  it('show no gap where all came, in whatever order', () => {
    expect(gapsOf([...events('a', [3, 1, 2]), ...events('b', [1])])).toEqual([]);
  });

  it('tell what is missing at the beginning, between and at the end that was counted', () => {
    const told = gapsOf([...events('b', [3, 4, 7]), ...events('a', [1, 2])], new Map([['b', 9]]));
    expect(told).toEqual([
      {
        device: 'b',
        missing: [
          { from: 1, to: 2 },
          { from: 5, to: 6 },
          { from: 8, to: 9 },
        ],
        twice: [],
      },
    ]);
  });

  it('tell of a tablet of which nothing came at all', () => {
    expect(gapsOf([], new Map([['c', 2]]))).toEqual([
      { device: 'c', missing: [{ from: 1, to: 2 }], twice: [] },
    ]);
  });

  it('tell a number that two events bear, and not one event that was read twice', () => {
    const [first, ...rest] = events('a', [1, 2, 2]);
    expect(gapsOf([first!, first!, ...rest])).toEqual([{ device: 'a', missing: [], twice: [2] }]);
  });
});
