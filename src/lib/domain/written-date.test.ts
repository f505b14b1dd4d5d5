import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWrittenDate } from './written-date.ts';
import { withDigits, writtenNumber } from './written-number.ts';

const latest = '2026-11-22';
const read = (written: string | number, dateSystem?: '1900' | '1904') =>
  readWrittenDate(written, { latest, dateSystem });

describe('readWrittenDate', () => {
  it.each([
    '2024.3.5',
    '2024-03-05',
    '2024/3/5',
    '2024年3月5日',
    '2024年03月05号',
    '20240305',
    20240305,
    45356,
    45356.75,
    '45356',
    '２０２４．３．５',
    '２０２４年３月５日',
    ' 2024 年 3 月 5 日 ',
    '2024-03-05 00:00:00',
    '2024-03-05T00:00:00.000Z',
    '2024.03.05.',
    '2024年3月5日生',
    '二〇二四年三月五日',
    '二零二四年三月五日',
    '二○二四年三月五号',
    '二〇二四年3月5日',
  ])('takes %j for 5 March 2024', (written) => {
    expect(read(written)).toEqual({ outcome: 'read', date: '2024-03-05' });
  });

  it.each([
    ['二〇二四年十二月二十五日', '2024-12-25'],
    ['一九八七年十一月三十日', '1987-11-30'],
    ['一九八七年十月十日', '1987-10-10'],
    [1, '1900-01-01'],
    [59, '1900-02-28'],
    [61, '1900-03-01'],
    [36526, '2000-01-01'],
    [19800117, '1980-01-17'],
  ])('takes %j for %s', (written, date) => {
    expect(read(written)).toEqual({ outcome: 'read', date });
  });

  it('counts serials from 1904 where the workbook does', () => {
    expect(read(43894, '1904')).toEqual({ outcome: 'read', date: '2024-03-05' });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['不详', 'unreadable'],
    ['80.1.17', 'unreadable'],
    ['5/3/2024', 'unreadable'],
    ['2024-3-5-1', 'unreadable'],
    [0, 'unreadable'],
    [-3, 'unreadable'],
    [NaN, 'unreadable'],
    ['1980', 'incomplete'],
    [1980, 'incomplete'],
    [1980.1, 'incomplete'],
    ['1980年1月', 'incomplete'],
    ['198001', 'incomplete'],
    [198001, 'incomplete'],
    ['2023-02-29', 'no-such-day'],
    ['20241301', 'no-such-day'],
    [60, 'no-such-day'],
    ['2026-11-23', 'out-of-range'],
    ['1790-01-01', 'out-of-range'],
  ])('refuses %j: %s', (written, reason) => {
    expect(read(written)).toEqual({ outcome: 'refused', reason });
  });

  it('agrees with itself on every day, in every form', () => {
    // Before this day a serial is a number between 1800 and 2099, which in a roster is a year.
    const days = fc.date({ min: new Date('1905-10-01'), max: new Date('2026-11-22'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const date = day.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = date.split('-').map(Number);
        const serial = Math.round((Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000);
        for (const written of [
          date,
          date.replace(/-/g, ''),
          `${year}.${month}.${dayOfMonth}`,
          `${year}年${month}月${dayOfMonth}日`,
          serial,
        ]) {
          expect(read(written)).toEqual({ outcome: 'read', date });
        }
      }),
    );
  });
});

describe('writtenNumber', () => {
  it('reads tens, rows of digits and the forms of banks', () => {
    expect(['三', '叁', '十', '十二', '二十', '二十一', '贰拾壹', '五〇一'].map(writtenNumber)).toEqual([
      3, 3, 10, 12, 20, 21, 21, 501,
    ]);
    expect(['', '十十', '三十二十', '楼'].map(writtenNumber)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('puts digits into text, leading zeros kept', () => {
    expect(withDigits('叁号楼二单元五〇一室')).toBe('3号楼2单元501室');
    expect(withDigits('十二栋〇三室')).toBe('12栋03室');
  });
});
