// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from 'vitest';
import { askedIn, CONTEXT, fill, NOW, opened, questionIn } from '#tests/fixtures/filled-form.ts';
import type { OpenForm } from './form-port.ts';

const HEAD = ['occurredAt', 'mode', 'by', 'coWorkers'];
const FACTS = ['living', 'mobility', 'meals', 'meds', 'contactOk'];
const TODAY = ['utilities', 'warmCool', 'childContact', 'needs', 'photos', 'remark', 'followUp'];
const STANDING = { living: 'alone', mobility: 'free', meals: 'self', meds: true, contactOk: true };

describe('F2 敲门, what is asked', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f2');
  });

  it('asks nothing but how it was, before that is said', () => {
    expect(askedIn(form)).toEqual(['knock', ...HEAD]);
    expect(form.isLastPage).toBe(false);
  });

  it.each([
    ['safe', ['knock', 'seen', ...HEAD, ...FACTS, ...TODAY]],
    ['trouble', ['knock', 'seen', ...HEAD, 'abnormal', 'action', ...FACTS, ...TODAY]],
    ['noAnswer', ['knock', ...HEAD, 'tried', 'nextCheck']],
  ])('after %s asks just what belongs to it', (knock, asked) => {
    fill(form, { knock });
    expect(askedIn(form)).toEqual(asked);
  });

  it.each([
    ['2026-03-31', true],
    ['2026-04-01', false],
    ['2026-06-01', true],
    ['2026-10-15', false],
    ['2026-11-01', true],
  ])('asks on %s about heating and cooling: %s', async (day, asks) => {
    const then = await opened('f2', { context: { ...CONTEXT, now: `${day}T02:00:00.000Z` } });
    fill(then, { knock: 'safe' });
    expect(askedIn(then).includes('warmCool')).toBe(asks);
  });

  it('takes the month from Beijing, where it is already March', async () => {
    const then = await opened('f2', { context: { ...CONTEXT, now: '2026-05-31T16:30:00.000Z' } });
    fill(then, { knock: 'safe' });
    expect(askedIn(then)).toContain('warmCool');
  });

  it('does not ask who came along where there is nobody to come along', async () => {
    const alone = await opened('f2', { context: { now: NOW, members: [] } });
    expect(askedIn(alone)).toEqual(['knock', 'occurredAt', 'mode', 'by']);
  });
});

describe('F2 敲门, what follows from it', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f2');
  });

  it.each([
    ['safe', 'door', 'met'],
    ['safe', 'phone', 'phone'],
    ['safe', 'wechat', 'phone'],
    ['safe', 'video', 'phone'],
    ['safe', 'street', 'met'],
    ['trouble', 'door', 'met'],
    ['trouble', 'phone', 'phone'],
    ['noAnswer', 'door', 'nobody'],
    ['noAnswer', 'phone', 'nobody'],
  ])('computes the result of %s by %s as %s, and never asks for it', (knock, mode, result) => {
    fill(form, { knock, mode });
    expect(form.answers().result).toBe(result);
    expect(askedIn(form)).not.toContain('result');
  });

  it('has no result before anything is said', async () => {
    expect((await opened('f2')).answers().result).toBeUndefined();
  });

  it('knows who was spoken to: the elder by id, others by what they are', async () => {
    const form = await opened('f2');
    fill(form, { knock: 'safe', seen: 'self' });
    expect(form.answers().respondent).toBe('resident:WANG');
    fill(form, { seen: 'neighbour' });
    expect(form.answers().respondent).toBe('neighbour');
    fill(form, { knock: 'noAnswer' });
    expect(form.answers().respondent).toBeUndefined();
  });

  it('answers yes and no as booleans, one as text, many as a list, and leaves out what nobody answered', async () => {
    const form = await opened('f2');
    fill(form, {
      knock: 'safe',
      seen: 'self',
      living: 'alone',
      mobility: 'free',
      meds: false,
      contactOk: true,
    });
    fill(form, { utilities: 'normal', needs: ['meals', 'company'], remark: '  爱听戏 ' });
    expect(form.answers()).toEqual({
      knock: 'safe',
      seen: 'self',
      occurredAt: NOW,
      mode: 'door',
      by: 'self',
      living: 'alone',
      mobility: 'free',
      meds: false,
      contactOk: true,
      utilities: 'normal',
      needs: ['meals', 'company'],
      remark: '爱听戏',
      result: 'met',
      respondent: 'resident:WANG',
    });
  });
});

describe('F2 敲门, 与上次相同', () => {
  it('confirms all that still stands with one tap, in words, and asks the rest', async () => {
    const form = await opened('f2', { prefill: { living: 'alone', meals: 'self', meds: true } });
    fill(form, { knock: 'safe', seen: 'self' });
    expect(questionIn(form, 'sameAsLast', 'same').facts).toEqual([
      { name: 'living', label: '居住', value: '独居' },
      { name: 'meals', label: '用餐', value: '自理' },
      { name: 'meds', label: '用药正常', value: '是' },
    ]);
    fill(form, { sameAsLast: true });
    expect(askedIn(form)).toEqual([
      'knock',
      'seen',
      'sameAsLast',
      ...HEAD,
      'mobility',
      'contactOk',
      ...TODAY,
    ]);
    expect(form.answers()).toMatchObject({ sameAsLast: true, living: 'alone', meals: 'self', meds: true });
  });

  it('is not answered for anybody: before the tap nothing stands in the answers', async () => {
    const form = await opened('f2', { prefill: STANDING });
    fill(form, { knock: 'safe', seen: 'self' });
    for (const fact of FACTS) expect(form.answers()[fact]).toBeUndefined();
  });

  it('taken back, asks again', async () => {
    const form = await opened('f2', { prefill: STANDING });
    fill(form, { knock: 'safe', sameAsLast: true });
    expect(form.pages).toHaveLength(2);
    fill(form, { sameAsLast: false });
    expect(form.pages.map((page) => page.name)).toEqual(['door', 'facts', 'today']);
    expect(form.answers().sameAsLast).toBeUndefined();
  });

  it('is not offered where nothing is known, nor where nobody answered', async () => {
    const unknown = await opened('f2');
    fill(unknown, { knock: 'safe' });
    expect(askedIn(unknown)).not.toContain('sameAsLast');
    const nobody = await opened('f2', { prefill: STANDING });
    fill(nobody, { knock: 'safe', sameAsLast: true });
    fill(nobody, { knock: 'noAnswer' });
    expect(askedIn(nobody)).not.toContain('sameAsLast');
    expect(nobody.answers().living).toBeUndefined();
  });

  it('makes the ordinary knock six taps: 平安, 本人, 相同, 下一步, 正常, 存到本机', async () => {
    const form = await opened('f2', { prefill: STANDING });
    fill(form, { knock: 'safe', seen: 'self', sameAsLast: true });
    expect(form.next()).toEqual({ outcome: 'moved' });
    fill(form, { utilities: 'normal' });
    expect(form.isLastPage).toBe(true);
    expect(form.finish()).toMatchObject({ outcome: 'complete', answers: { ...STANDING, result: 'met' } });
  });
});

describe('F2 敲门, what is not right', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f2');
    fill(form, { knock: 'noAnswer' });
    form.next();
  });

  it.each([
    [['phone'], '至少核实两种，比如再打电话、问邻居'],
    [['phone', 'meters'], undefined],
    [['phone', 'meters', 'property'], undefined],
  ])('wants two ways of checking: %j', (tried, error) => {
    fill(form, { tried, nextCheck: '2026-11-22T08:00:00.000Z' });
    expect(form.finish().outcome).toBe(error ? 'invalid' : 'complete');
    expect(questionIn(form, 'tried', 'many').error).toBe(error);
  });

  it.each([
    ['2026-11-22T01:29:00.000Z', false],
    ['2026-11-22T01:31:00.000Z', true],
    ['2026-11-23T01:30:00.000Z', true],
    ['2026-11-23T01:31:00.000Z', false],
  ])('takes a next check at %s, with 24 hours to go: %s', (nextCheck, right) => {
    fill(form, { tried: ['phone', 'neighbour'], nextCheck });
    expect(form.finish().outcome).toBe(right ? 'complete' : 'invalid');
    expect(questionIn(form, 'nextCheck', 'dateTime').error === undefined).toBe(right);
  });

  it('offers only times for the next check that it takes', () => {
    const { quick } = questionIn(form, 'nextCheck', 'dateTime');
    expect(quick).toHaveLength(4);
    for (const { value } of quick) {
      fill(form, { tried: ['phone', 'neighbour'], nextCheck: value });
      expect(form.finish()).toMatchObject({ outcome: 'complete', answers: { nextCheck: value } });
    }
  });

  it.each([
    ['2026-11-22T01:30:00.000Z', true],
    ['2026-11-15T01:30:00.000Z', true],
    ['2026-11-15T01:29:00.000Z', false],
    ['2026-11-23T01:30:00.000Z', false],
  ])('takes a visit of %s, seven days back and not ahead: %s', (occurredAt, right) => {
    fill(form, { occurredAt, tried: ['phone', 'neighbour'], nextCheck: '2026-11-22T08:00:00.000Z' });
    expect(form.finish().outcome).toBe(right ? 'complete' : 'invalid');
  });

  it('does not let “nothing” stand beside a need', async () => {
    const form = await opened('f2', { prefill: STANDING });
    fill(form, {
      knock: 'safe',
      seen: 'self',
      sameAsLast: true,
      utilities: 'normal',
      needs: ['none', 'meals'],
    });
    expect(form.finish().outcome).toBe('invalid');
    expect(questionIn(form, 'needs', 'many').error).toContain('去掉一边');
    fill(form, { needs: ['none'] });
    expect(form.finish().outcome).toBe('complete');
  });
});
