import { describe, expect, it } from 'vitest';
import { aShift } from '#tests/fixtures/field-documents.ts';
import { boardView, type HeldShift } from './shift-board.ts';
import { receiptNumber, type Shift } from './shift.ts';
import type { Staff } from './staff.ts';

const COMMUNITY = '999999001001';
const grid = (serial: string) => `${COMMUNITY}${serial}`;
const NOW = '2026-11-22T09:12:00.000Z';
const head = {
  schema: 1,
  createdAt: NOW,
  createdBy: 'limin',
  updatedAt: NOW,
  updatedBy: 'limin',
  device: 'tablet-a',
};
const staff = (user: string, name: string, fields: Partial<Staff> = {}): Staff => ({
  ...head,
  _id: `staff:${user}`,
  type: 'staff',
  user,
  name,
  role: 'worker',
  grids: [grid('001')],
  community: COMMUNITY,
  ...fields,
});
let made = 0;
const handedIn = (fields: Partial<Shift> = {}): HeldShift => ({
  rev: `1-${String(++made).padStart(32, '0')}`,
  shift: aShift(fields),
});
const board = (shifts: HeldShift[], people: Staff[]) =>
  boardView(
    { staff: people, gridNames: new Map([[grid('001'), '第一网格']]), communities: [COMMUNITY], shifts },
    '2026-11-22',
  );

describe('the board of a day', () => {
  it('puts who has not handed in before who has, and who has been silent longest first', () => {
    const view = board(
      [
        handedIn(),
        handedIn({ person: 'wangfang', on: '2026-11-21', handedInAt: '2026-11-21T09:00:00.000Z' }),
      ],
      [staff('limin', '李敏'), staff('wangfang', '王芳'), staff('liuyang', '刘洋')],
    );
    expect(view.missing.map(({ name, lastOn }) => [name, lastOn])).toEqual([
      ['刘洋', undefined],
      ['王芳', '2026-11-21'],
    ]);
    expect(view.handedIn).toMatchObject([
      { name: '李敏', grids: ['第一网格'], records: { visit: 9, nobody: 4 } },
    ]);
  });

  it('adds up who handed in twice, and keeps both numbers', () => {
    const evening = handedIn({ handedInAt: '2026-11-22T12:00:00.000Z', records: { visit: 1 }, documents: 3 });
    const view = board([handedIn(), evening], [staff('limin', '李敏')]);
    expect(view.handedIn).toMatchObject([{ records: { visit: 10, nobody: 4 }, documents: 33 }]);
    expect(view.handedIn[0]?.receipts.map(({ number }) => number)).toHaveLength(2);
    expect(view.handedIn[0]?.receipts[0]?.number).toBe(receiptNumber(evening.rev));
    expect(view.records).toEqual({ visit: 10, nobody: 4 });
  });

  it('expects the workers of the communities it reads, and nobody else', () => {
    const view = board(
      [],
      [
        staff('zhaoxue', '赵雪', { role: 'clerk', grids: [] }),
        staff('far', '远方', { grids: ['999999001002001'], community: '999999001002' }),
        staff('limin', '李敏'),
      ],
    );
    expect(view.missing.map(({ user }) => user)).toEqual(['limin']);
  });

  it('tells the photos that are still to come', () => {
    const view = board([handedIn({ photos: { confirmed: 8, total: 11 } })], [staff('limin', '李敏')]);
    expect(view.handedIn[0]?.photosMissing).toBe(3);
  });

  it('tells of a receipt that was scanned, of whatever day, and of none that has not come', () => {
    const earlier = handedIn({ on: '2026-11-20', handedInAt: '2026-11-20T09:00:00.000Z' });
    const view = (scanned: string) =>
      boardView(
        {
          staff: [staff('limin', '李敏')],
          gridNames: new Map(),
          communities: [COMMUNITY],
          shifts: [handedIn(), earlier],
        },
        '2026-11-22',
        scanned,
      );
    expect(view(earlier.shift._id).scanned).toEqual({
      shift: earlier.shift._id,
      number: receiptNumber(earlier.rev),
      name: '李敏',
      on: '2026-11-20',
    });
    expect(view('shift:unheard').scanned).toBeUndefined();
  });

  it('expects no clerk, and counts one who has handed in', () => {
    const clerk = staff('zhaoxue', '赵雪', { role: 'clerk', grids: [] });
    expect(board([], [staff('limin', '李敏'), clerk]).missing).toMatchObject([{ user: 'limin' }]);
    expect(board([handedIn({ person: 'zhaoxue' })], [clerk]).handedIn).toMatchObject([{ user: 'zhaoxue' }]);
  });
});

it('a receipt has six digits that follow from its revision', () => {
  expect(receiptNumber('1-00000000000000000000000000000000')).toBe('000 000');
  expect(receiptNumber('1-0123456789abcdef0123456789abcdef')).toMatch(/^\d{3} \d{3}$/);
  expect(receiptNumber('1-0123456789abcdef0123456789abcdef')).not.toBe(
    receiptNumber('1-0123456789acdef00123456789abcdef'),
  );
});
