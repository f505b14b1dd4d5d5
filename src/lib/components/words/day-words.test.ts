import { afterEach, describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#messages/runtime';
import { agoText, dateText, dayText, momentText } from './day-words.ts';

const TODAY = '2026-11-22';
const speak = (locale: 'zh-CN' | 'en') => overwriteGetLocale(() => locale);
afterEach(() => speak('zh-CN'));

describe('days in words', () => {
  it.each([
    ['2026-11-21', '昨天', 'yesterday'],
    ['2026-11-22', '今天', 'today'],
    ['2026-11-23', '明天', 'tomorrow'],
    ['2026-11-09', '11月9日', 'Nov 9'],
    ['2025-03-01', '2025年3月1日', 'Mar 1, 2025'],
  ])('%s is %s', (day, chinese, english) => {
    speak('zh-CN');
    expect(dayText(day, TODAY)).toBe(chinese);
    speak('en');
    expect(dayText(day, TODAY)).toBe(english);
  });

  it('names today by its date where a date is wanted', () => {
    speak('zh-CN');
    expect(dateText(TODAY, TODAY)).toBe('11月22日');
  });

  it('tells moments by Beijing’s clock, with their day when it is another', () => {
    speak('zh-CN');
    expect(momentText('2026-11-22T00:21:00.000Z', TODAY)).toBe('08:21');
    // 23:30 the evening before in London is already today in Beijing.
    expect(momentText('2026-11-21T23:30:00.000Z', TODAY)).toBe('07:30');
    expect(momentText('2026-11-22T16:05:00.000Z', TODAY)).toBe('明天 00:05');
  });

  it.each([
    ['2026-11-22T09:11:31.000Z', '刚刚'],
    ['2026-11-22T09:12:30.000Z', '刚刚'],
    ['2026-11-22T09:00:00.000Z', '12 分钟前'],
    ['2026-11-22T06:00:00.000Z', '3 小时前'],
    ['2026-11-20T06:00:00.000Z', '2 天前'],
  ])('something of %s was %s', (then, words) => {
    speak('zh-CN');
    expect(agoText(then, '2026-11-22T09:12:00.000Z')).toBe(words);
  });
});
