// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { askedIn, CONTEXT, fill, NOW, opened, questionIn, questionsOf } from '#tests/fixtures/filled-form.ts';

const asStored = (draft: unknown): unknown => JSON.parse(JSON.stringify(draft));

describe('turning pages', () => {
  it('stays on a page that is not right, and says which question is the first', async () => {
    const form = await opened('f1');
    fill(form, { result: 'met' });
    expect(questionIn(form, 'respondent', 'one').error).toBeUndefined();
    expect(form.next()).toEqual({ outcome: 'invalid', question: questionIn(form, 'respondent', 'one').id });
    expect(questionIn(form, 'respondent', 'one').error).toBe('请选一项');
    expect(form.currentPage).toBe(0);
    fill(form, { respondent: 'resident:WANG' });
    expect(questionIn(form, 'respondent', 'one').error).toBeUndefined();
    expect(form.next()).toEqual({ outcome: 'moved' });
    expect(form.page.label).toBe('家里人');
  });

  it('goes back without asking and without losing', async () => {
    const form = await opened('f1');
    form.back();
    expect(form.currentPage).toBe(0);
    fill(form, { result: 'phone' });
    form.next();
    fill(form, { rosterState: 'changed', kind: 'death' });
    form.back();
    expect(form.page.name).toBe('door');
    form.next();
    expect(questionIn(form, 'kind', 'one').value).toBe('death');
  });

  it('leaves out pages that have nothing to ask', async () => {
    const form = await opened('f1', { prefill: { roomState: 'owner', phoneOk: true } });
    fill(form, { result: 'phone', rosterState: 'unchanged', sameAsLast: true });
    expect(form.pages.map((page) => page.name)).toEqual(['door', 'members', 'matters']);
  });

  it('does not finish while a page before is wrong, and shows that page', async () => {
    const form = await opened('f1');
    fill(form, { result: 'phone', rosterState: 'unchanged', roomState: 'owner', phoneOk: 'true' });
    fill(form, { needs: ['none'], quickSafety: ['none'] });
    expect(form.finish().outcome).toBe('complete');
    fill(form, { rosterState: 'changed' });
    expect(form.finish()).toEqual({ outcome: 'invalid', question: questionIn(form, 'kind', 'one').id });
    expect(form.page.name).toBe('members');
  });

  it('has no question twice, and no two pages of one name', async () => {
    for (const definition of ['f1', 'f2'] as const) {
      const form = await opened(definition);
      fill(form, definition === 'f1' ? { result: 'met', rosterState: 'changed' } : { knock: 'trouble' });
      const names = questionsOf(form).map((question) => question.name);
      expect(names).toEqual([...new Set(names)]);
      expect(new Set(form.pages.map((page) => page.name)).size).toBe(form.pages.length);
    }
  });
});

describe('a draft', () => {
  it('brings back page and answers, those that do not count now too', async () => {
    const form = await opened('f1');
    fill(form, { result: 'met', respondent: 'resident:CHEN', coWorkers: ['limin'] });
    form.next();
    fill(form, {
      rosterState: 'changed',
      kind: 'moveIn',
      name: '孙小满',
      relation: '40',
      date: '2026-11-22',
    });
    questionIn(form, 'changes', 'repeat').add();
    fill(form, { opinion: '想装扶手', needs: ['elderCare'], needText: '扶手' });
    fill(form, { needs: ['none'], rosterState: 'unchanged' });
    const kept = asStored(form.draft());

    const again = await opened('f1', { draft: kept });
    expect(again.page.name).toBe('members');
    expect(again.answers()).toEqual(form.answers());
    expect(again.draft()).toEqual(form.draft());
    fill(again, { needs: ['elderCare'], rosterState: 'changed' });
    expect(questionIn(again, 'needText', 'text').value).toBe('扶手');
    expect(questionIn(again, 'changes', 'repeat').items).toHaveLength(2);
    expect(again.answers().changes).toEqual([
      { kind: 'moveIn', name: '孙小满', relation: '40', date: '2026-11-22' },
      {},
    ]);
  });

  it('of a form with all changes taken away has none when it comes back', async () => {
    const form = await opened('f1');
    fill(form, { result: 'phone', rosterState: 'changed' });
    const changes = questionIn(form, 'changes', 'repeat');
    changes.remove(changes.items[0]!.id);
    const again = await opened('f1', { draft: asStored(form.draft()) });
    expect(questionIn(again, 'changes', 'repeat').items).toHaveLength(0);
  });

  it('keeps when the visit was, and is asked again once that is too long ago', async () => {
    const form = await opened('f2');
    fill(form, { knock: 'safe', seen: 'self' });
    const draft = asStored(form.draft());
    const nextDay = await opened('f2', { draft, context: { ...CONTEXT, now: '2026-11-23T01:30:00.000Z' } });
    expect(nextDay.answers().occurredAt).toBe(NOW);
    expect(nextDay.next().outcome).toBe('moved');
    const longAfter = await opened('f2', { draft, context: { ...CONTEXT, now: '2026-12-01T01:30:00.000Z' } });
    expect(longAfter.next()).toEqual({
      outcome: 'invalid',
      question: questionIn(longAfter, 'occurredAt', 'dateTime').id,
    });
  });

  it('confirms again the facts it had confirmed, and no others', async () => {
    const form = await opened('f2', { prefill: { living: 'alone', meals: 'self' } });
    fill(form, { knock: 'safe', sameAsLast: true });
    const draft = asStored(form.draft());
    const again = await opened('f2', { draft, prefill: { living: 'alone' } });
    expect(again.answers()).toMatchObject({ sameAsLast: true, living: 'alone' });
    expect(again.answers().meals).toBeUndefined();
    expect(askedIn(again)).toContain('meals');
  });

  it.each([
    ['nothing', undefined],
    ['text', 'draft'],
    ['another form’s', { definition: 'f1', version: '1', page: 'door', values: { result: 'met' } }],
    ['a list', []],
    ['one without values', { definition: 'f2', version: '1', page: 'door' }],
  ])('that is %s is not taken', async (_, draft) => {
    const form = await opened('f2', { draft });
    expect(form.answers()).toEqual({ occurredAt: NOW, mode: 'door', by: 'self' });
  });

  it('of another version is taken for the questions still asked', async () => {
    const values = { knock: 'trouble', abnormal: ['fall', 'goneByNow'], weather: 'rain', seen: 'gone' };
    const form = await opened('f2', { draft: { definition: 'f2', version: '0', page: 'gone', values } });
    expect(form.currentPage).toBe(0);
    expect(form.answers()).toEqual({ knock: 'trouble', abnormal: ['fall'], result: 'met' });
  });
});

describe('words', () => {
  it('change with the language while the form is open', async () => {
    const form = await opened('f2', {
      context: { ...CONTEXT, last: { on: '2026-11-15', answers: { knock: 'safe' } } },
    });
    const knock = questionIn(form, 'knock', 'one');
    expect([knock.label, knock.choices[2]!.label, knock.last]).toEqual([
      '敲门结果',
      '没人应答',
      { on: '2026-11-15', words: '平安' },
    ]);
    form.setLanguage('en');
    expect(form.language).toBe('en');
    expect([knock.label, knock.choices[2]!.label, knock.last?.words]).toEqual([
      'How was it',
      'No answer',
      'All well',
    ]);
    form.next();
    expect(knock.error).toBe('Choose one');
  });

  it('names people as they are written, whatever signs are in the name', async () => {
    const members = [{ resident: 'resident:X', name: '𠮷田 & <b>"O\'Neil"</b>\u0001' }];
    const form = await opened('f1', { context: { ...CONTEXT, members } });
    fill(form, { result: 'met' });
    expect(questionIn(form, 'respondent', 'one').choices[0]!.label).toBe('𠮷田 & <b>"O\'Neil"</b>');
  });
});

describe('what the form tells whoever draws it', () => {
  it('says through the state factory that an answer, a relevance and an error changed', async () => {
    const writes: string[] = [];
    const form = await opened('f2', {
      stateFactory: (initial) =>
        new Proxy(initial, {
          set: (target, key, value) => {
            writes.push(String(key));
            return Reflect.set(target, key, value);
          },
        }),
    });
    writes.length = 0;
    fill(form, { knock: 'safe' });
    expect(writes).toEqual(expect.arrayContaining(['value', 'relevant']));
    writes.length = 0;
    form.next();
    expect(writes).toContain('wrong');
  });

  it('keeps one question object per question', async () => {
    const form = await opened('f2');
    const before = form.page.questions;
    fill(form, { knock: 'safe' });
    expect(form.page.questions).toBe(before);
  });
});
