// @vitest-environment jsdom
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askedIn, CONTEXT, fill, NOW, opened, questionIn } from '#tests/fixtures/filled-form.ts';
import type { OpenForm } from './form-port.ts';

const HEAD = ['occurredAt', 'mode', 'by', 'coWorkers'];
const MEMBERS = ['rosterState', 'absentMember', 'workChange'];
const HOME = ['roomState', 'phoneOk'];
const MATTERS = ['needs', 'quickSafety', 'photos', 'opinion', 'volunteer', 'remark', 'followUp'];
const REST = [...MEMBERS, ...HOME, ...MATTERS];

describe('F1 入户走访, what each result asks', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f1');
  });

  it.each([
    ['met', ['result', 'respondent', ...HEAD, ...REST]],
    ['phone', ['result', ...HEAD, ...REST]],
    ['family', ['result', 'retryAt', ...HEAD]],
    ['nobody', ['result', 'retryAt', ...HEAD]],
    ['refused', ['result', 'retryAt', ...HEAD]],
    ['vacant', ['result', 'retryAt', ...HEAD]],
    ['movedOut', ['result', 'retryAt', ...HEAD]],
    ['notFound', ['result', 'retryAt', ...HEAD]],
  ])('after %s asks just what belongs to it', (result, asked) => {
    fill(form, { result });
    expect(askedIn(form)).toEqual(asked);
  });
});

describe('F1 入户走访, what is asked', () => {
  let form: OpenForm;
  beforeEach(async () => {
    form = await opened('f1');
  });

  it('makes nobody home two taps and a day', () => {
    fill(form, { result: 'nobody' });
    fill(form, { retryAt: questionIn(form, 'retryAt', 'date').quick[0]!.value });
    expect(form.isLastPage).toBe(true);
    expect(form.finish()).toEqual({
      outcome: 'complete',
      answers: { result: 'nobody', retryAt: '2026-11-23', occurredAt: NOW, mode: 'door', by: 'self' },
    });
  });

  it('opens on a result that was tapped before it opened', async () => {
    const begun = await opened('f1', { prefill: { result: 'nobody' } });
    expect(askedIn(begun)).toEqual(['result', 'retryAt', ...HEAD]);
  });

  it('takes a visit by telephone as one, unless somebody says how else', () => {
    fill(form, { result: 'phone' });
    expect(form.answers().mode).toBe('phone');
    fill(form, { result: 'met' });
    expect(form.answers().mode).toBe('door');
    fill(form, { mode: 'street', result: 'phone' });
    expect(form.answers().mode).toBe('street');
  });

  it('asks who somebody else is, and only then', () => {
    fill(form, { result: 'met' });
    const { choices } = questionIn(form, 'respondent', 'one');
    expect(choices.map(({ value, label }) => [value, label])).toEqual([
      ['resident:WANG', '王桂兰'],
      ['resident:CHEN', '陈丽华 <3'],
      ['somebodyElse', ''],
    ]);
    fill(form, { respondent: 'resident:WANG' });
    expect(askedIn(form)).not.toContain('respondentOther');
    fill(form, { respondent: 'somebodyElse', respondentOther: '女儿，不住这里' });
    expect(form.answers()).toMatchObject({ respondent: 'somebodyElse', respondentOther: '女儿，不住这里' });
  });

  it.each([
    [{ absentMember: 'resident:CHEN' }, 'absentTo'],
    [{ phoneOk: 'false' }, 'phone'],
    [{ needs: ['medical'] }, 'needText'],
    [{ opinion: '楼道灯坏了' }, 'topic'],
    [{ rosterState: 'changed' }, 'kind'],
  ])('%j opens %s', (answers, opens) => {
    fill(form, { result: 'met' });
    expect(askedIn(form)).not.toContain(opens);
    fill(form, answers);
    expect(askedIn(form)).toContain(opens);
  });

  it.each([
    [{ phoneOk: 'true' }, 'phone'],
    [{ needs: ['none'] }, 'needText'],
    [{ rosterState: 'unchanged' }, 'kind'],
  ])('%j does not open %s', (answers, shut) => {
    fill(form, { result: 'met', ...answers });
    expect(askedIn(form)).not.toContain(shut);
  });
});

describe('F1 入户走访, what each change asks', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f1');
    fill(form, { result: 'phone', rosterState: 'changed' });
  });

  const coming = ['kind', 'name', 'relation', 'date', 'evidence', 'reason'];
  const present = ['kind', 'person', 'date', 'evidence', 'reason'];
  it.each([
    ...['moveIn', 'floatIn', 'birth'].map((kind) => [kind, coming] as const),
    ...['moveOut', 'floatOut', 'death', 'away', 'back', 'marriage', 'divorce'].map(
      (kind) => [kind, present] as const,
    ),
    ...['adoption', 'headChange', 'split', 'merge', 'correction'].map((kind) => [kind, present] as const),
  ])('asks of %s just what it needs', (kind, asked) => {
    fill(form, { kind });
    const item = questionIn(form, 'changes', 'repeat').items[0]!;
    expect(item.questions.filter((question) => question.relevant).map((question) => question.name)).toEqual(
      asked,
    );
  });
});

describe('F1 入户走访, changes of the roster', () => {
  let form: OpenForm;
  beforeEach(async () => {
    form = await opened('f1');
    fill(form, { result: 'met', respondent: 'resident:WANG' });
    form.next();
    fill(form, { rosterState: 'changed' });
  });

  it('offers every kind it knows, and a household’s own people', () => {
    expect(questionIn(form, 'kind', 'one').choices).toHaveLength(15);
    fill(form, { kind: 'moveOut' });
    expect(questionIn(form, 'person', 'one').choices.map((choice) => choice.value)).toEqual([
      'resident:WANG',
      'resident:CHEN',
    ]);
  });

  it('answers several changes as a list of records', () => {
    const changes = questionIn(form, 'changes', 'repeat');
    fill(form, {
      kind: 'moveOut',
      person: 'resident:CHEN',
      date: '2026-11-20',
      evidence: 'told',
      reason: '去儿子家',
    });
    changes.add();
    const second = changes.items[1]!;
    for (const question of second.questions)
      if (question.name === 'kind' && question.kind === 'one') question.set('birth');
    expect(form.answers().changes).toEqual([
      { kind: 'moveOut', person: 'resident:CHEN', date: '2026-11-20', evidence: 'told', reason: '去儿子家' },
      { kind: 'birth' },
    ]);
    changes.remove(changes.items[0]!.id);
    expect(form.answers().changes).toEqual([{ kind: 'birth' }]);
    expect(changes.items[0]!.id).toBe(second.id);
  });

  it('wants a change where there is said to be one', () => {
    const changes = questionIn(form, 'changes', 'repeat');
    changes.remove(changes.items[0]!.id);
    expect(form.next().outcome).toBe('invalid');
    expect(questionIn(form, 'rosterState', 'one').error).toBe('请加上变动，或选“没有变化”');
  });

  it.each([
    ['2026-11-22', 'moved'],
    ['2026-11-23', 'invalid'],
  ])('a change on %s is %s: none lies ahead of today', (date, outcome) => {
    fill(form, { kind: 'moveOut', person: 'resident:CHEN', date, evidence: 'told' });
    expect(form.next().outcome).toBe(outcome);
  });
});

describe('F1 入户走访, what is not right', () => {
  let form: OpenForm;
  beforeAll(async () => {
    form = await opened('f1');
  });
  const spokenTo = () => {
    fill(form, { result: 'phone', rosterState: 'unchanged', roomState: 'owner', phoneOk: 'true' });
    fill(form, { needs: ['none'], quickSafety: ['none'] });
  };

  it.each([
    ['13800002046', true],
    ['0531-80297299', true],
    ['053180297299', true],
    ['none', true],
    ['refused', true],
    ['12345', false],
    ['1380000204', false],
    ['无', false],
  ])('takes %s as a telephone number: %s', (phone, right) => {
    spokenTo();
    fill(form, { phoneOk: 'false', phone });
    expect(form.finish().outcome).toBe(right ? 'complete' : 'invalid');
    expect(questionIn(form, 'phone', 'text').error).toBe(
      right ? undefined : '手机是 11 位；座机写区号加号码',
    );
  });

  it.each([
    ['2026-11-21', 'invalid'],
    ['2026-11-22', 'complete'],
    ['2027-01-05', 'complete'],
  ])('a day to come again of %s is %s', (retryAt, outcome) => {
    fill(form, { result: 'refused', retryAt });
    expect(form.finish().outcome).toBe(outcome);
  });

  it('counts today by Beijing, whatever the day is in London', async () => {
    const form = await opened('f1', { context: { ...CONTEXT, now: '2026-11-22T17:00:00.000Z' } });
    fill(form, { result: 'nobody', retryAt: '2026-11-22' });
    expect(form.finish().outcome).toBe('invalid');
  });

  it.each(['needs', 'quickSafety'])('does not let “nothing” stand beside another of %s', (name) => {
    spokenTo();
    fill(form, { [name]: [name === 'needs' ? 'housing' : 'gas', 'none'] });
    expect(form.finish().outcome).toBe('invalid');
    expect(questionIn(form, name, 'many').error).toContain('去掉一边');
  });

  it('wants at most 500 characters of remark', () => {
    spokenTo();
    fill(form, { remark: '啊'.repeat(501) });
    expect(form.finish().outcome).toBe('invalid');
    fill(form, { remark: '啊'.repeat(500) });
    expect(form.finish().outcome).toBe('complete');
  });
});
