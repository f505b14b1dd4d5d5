import { beforeEach, describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#messages/runtime';
import type { DueRow } from '#lib/domain/field-views.ts';
import { beijingInstant } from '#lib/domain/time.ts';
import { dueFacts, dueTitle, pressText, reasonParts } from './due-words.ts';

const TODAY = '2026-11-22';
beforeEach(() => overwriteGetLocale(() => 'zh-CN'));

function aRow(other: Partial<DueRow> = {}): DueRow {
  return {
    household: 'household:1',
    building: 'building:1',
    door: '3-2-501',
    name: '王桂兰',
    age: 82,
    memberCount: 1,
    light: 'due',
    reason: { kind: 'tag', code: 'alone80', intervalDays: 7 },
    tags: ['alone80'],
    dueOn: TODAY,
    lateDays: 0,
    form: 'f2',
    ...other,
  };
}
const recheckAt = (day: string, time: string) =>
  ({ kind: 'recheck', dueAt: beijingInstant(day, time), lastTriedOn: '2026-11-21' }) as const;

describe('how pressing a row is', () => {
  it.each<[string, Partial<DueRow>]>([
    ['今天', {}],
    ['超 3 天', { light: 'late', lateDays: 3, dueOn: '2026-11-19' }],
    ['今天', { reason: recheckAt(TODAY, '16:00') }],
    ['超 1 天', { light: 'late', lateDays: 1, reason: recheckAt('2026-11-21', '16:00') }],
    ['明天', { light: 'none', reason: recheckAt('2026-11-23', '10:00') }],
    ['12月3日', { light: 'none', dueOn: '2026-12-03' }],
    ['见面', { light: 'done', lastVisit: { on: TODAY, result: 'met' } }],
  ])('%s', (words, row) => {
    expect(pressText(aRow(row), TODAY)).toBe(words);
  });
});

describe('why a row is there', () => {
  it('says whom one will meet and what happened last', () => {
    const row = aRow({
      lastVisit: { on: '2026-11-21', result: 'nobody' },
      reason: recheckAt(TODAY, '16:00'),
    });
    expect(reasonParts(row, TODAY)).toEqual(['今天 16:00 再来', '独居高龄', '昨天没人在家']);
    expect(dueTitle(row)).toBe('再访');
  });

  it('keeps the time of a return visit to somebody who is late already', () => {
    const row = aRow({ light: 'late', lateDays: 1, reason: recheckAt(TODAY, '15:15') });
    expect(pressText(row, TODAY)).toBe('超 1 天');
    expect(reasonParts(row, TODAY)).toContain('今天 15:15 再来');
  });

  it('says that somebody due today has a return visit tomorrow', () => {
    const row = aRow({ reason: recheckAt('2026-11-23', '20:00') });
    expect(pressText(row, TODAY)).toBe('今天');
    expect(reasonParts(row, TODAY)).toContain('明天 20:00 再来');
  });

  it.each([
    [TODAY, '最晚今天跟进'],
    ['2026-11-20', '最晚11月20日跟进'],
  ])('names the day of a follow-up due by %s, and no hour, since none was told', (dueDay, words) => {
    const row = aRow({ reason: { kind: 'task', reason: 'followUp', dueDay } });
    expect(reasonParts(row, TODAY)[0]).toBe(words);
    expect(reasonParts(row, TODAY).join()).not.toContain(':');
  });

  it('names the day alone of a return visit whose hour nobody told', () => {
    const row = aRow({ light: 'none', reason: { kind: 'recheck', dueDay: '2026-11-24' } });
    expect(reasonParts(row, TODAY)[0]).toBe('11月24日再来');
    expect(pressText(row, TODAY)).toBe('11月24日');
    expect(dueFacts(row, TODAY)).toContain('11月24日再来');
  });

  it('says where the door is, and whom to ask for where the household is called by somebody else', () => {
    const row = aRow({ place: '桂花苑', name: '周国强', about: { name: '王桂兰', age: 84 } });
    expect(reasonParts(row, TODAY)).toEqual(['桂花苑', '找王桂兰 84岁', '独居高龄', '还没走访过']);
  });

  it('says that nobody was there yet', () => {
    expect(reasonParts(aRow({ memberCount: 3 }), TODAY)).toEqual(['3 人', '独居高龄', '还没走访过']);
  });

  it('names the ordinary visit, which has no tag to speak for it', () => {
    const row = aRow({
      tags: [],
      reason: { kind: 'ordinary', intervalDays: 182 },
      lastVisit: { on: '2026-05-24', result: 'met' },
    });
    expect(reasonParts(row, TODAY)).toEqual(['每半年走访', '上次 5月24日']);
  });

  it('shows nothing for a tag nobody knows, never its code', () => {
    expect(reasonParts(aRow({ tags: ['unheardOf'] }), TODAY).join()).not.toContain('unheardOf');
  });
});
