// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { STANDING_FACTS } from '#lib/domain/last-answers.ts';
import { VISIT_RESULTS } from '#lib/domain/people.ts';
import { ROOM_STATES } from '#lib/domain/place.ts';
import { readDefinition } from './form-definition.ts';

const FORMS = ['f1', 'f2'] as const;
const sorted = (values: Iterable<string>) => [...values].sort();

async function readForm(name: (typeof FORMS)[number]) {
  const { xml } = await readDefinition(name);
  const form = new DOMParser().parseFromString(xml, 'text/xml');
  const all = (selector: string) => [...form.querySelectorAll(selector)];
  const words = (language: string) =>
    new Map(
      all(`translation[lang="${language}"] > text`).map((text) => [
        text.getAttribute('id') ?? '',
        text.querySelector('value')?.textContent ?? '',
      ]),
    );
  const attributes = all('*').flatMap((element) =>
    [...element.attributes].map((attribute) => attribute.value),
  );
  return {
    all,
    words,
    used: new Set(
      attributes.flatMap((value) =>
        [...value.matchAll(/^jr:itext\('([^']+)'\)$/g)].map((match) => match[1]!),
      ),
    ),
    choices: (question: string) =>
      all(`[ref$="/${question}"] > item > value`).map((value) => value.textContent),
    keys: all('model > instance:not([id]) *')
      .filter((element) => element.children.length === 0)
      .map((element) => element.localName),
  };
}

describe.each(FORMS)('the definition of %s', (name) => {
  it('says everything in Chinese and in English, and nothing that is not used', async () => {
    const { words, used } = await readForm(name);
    const [zh, en] = [words('zh-CN'), words('en')];
    expect(sorted(zh.keys())).toEqual(sorted(used));
    expect(sorted(en.keys())).toEqual(sorted(used));
    for (const [id, text] of zh) expect(text, id).toMatch(/\p{Script=Han}/u);
    for (const [id, text] of en) {
      expect(text.trim(), id).not.toBe('');
      expect(text, id).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('has a label at every question, choice and page', async () => {
    const { all } = await readForm(name);
    const labelled = all('select1, select, input, item, group');
    expect(labelled.length).toBeGreaterThan(20);
    for (const element of labelled) {
      expect(
        element.querySelector(':scope > label')?.hasAttribute('ref'),
        element.outerHTML.slice(0, 120),
      ).toBe(true);
    }
  });

  it('says what to do wherever it can refuse an answer', async () => {
    const { all } = await readForm(name);
    for (const bind of all('bind[constraint]')) expect(bind.hasAttribute('jr:constraintMsg')).toBe(true);
    for (const bind of all('bind[required]')) expect(bind.hasAttribute('jr:requiredMsg')).toBe(true);
  });

  it('uses codes of letters and digits alone, none twice in a question', async () => {
    const { all } = await readForm(name);
    for (const question of all('select1, select')) {
      const values = [...question.querySelectorAll(':scope > item > value')].map(
        (value) => value.textContent ?? '',
      );
      expect(new Set(values).size).toBe(values.length);
      for (const value of values) expect(value).toMatch(/^[A-Za-z0-9]+$/);
    }
  });

  it('can be confirmed in every fact that stands', async () => {
    const { all, keys } = await readForm(name);
    for (const fact of STANDING_FACTS[name]) {
      expect(keys).toContain(fact);
      const bind = all(`bind[nodeset$="/${fact}"]`)[0];
      expect(bind?.getAttribute('relevant')).toContain(
        `selected(instance('context')/root/stands, '${fact}')`,
      );
    }
  });
});

describe('the codes the domain reads', () => {
  it('are those of F1', async () => {
    const { choices } = await readForm('f1');
    expect(sorted(choices('result'))).toEqual(sorted(VISIT_RESULTS));
    expect(ROOM_STATES).toEqual(expect.arrayContaining(choices('roomState')));
  });

  it('has the keys of F0 and F1 that need neither photo nor position', async () => {
    const { keys } = await readForm('f1');
    const f0 = [
      'occurredAt',
      'by',
      'mode',
      'coWorkers',
      'result',
      'respondent',
      'remark',
      'followUp',
      'retryAt',
    ];
    const f1 = [
      'rosterState',
      'roomState',
      'phoneOk',
      'phone',
      'absentMember',
      'absentTo',
      'workChange',
      'needs',
    ];
    const more = [
      'needText',
      'quickSafety',
      'opinion',
      'topic',
      'volunteer',
      'kind',
      'person',
      'date',
      'evidence',
      'reason',
    ];
    expect(keys).toEqual(expect.arrayContaining([...f0, ...f1, ...more]));
  });

  it('has the keys of F0 and F2 that need neither photo nor position', async () => {
    const { keys } = await readForm('f2');
    const f0 = ['occurredAt', 'by', 'mode', 'coWorkers', 'result', 'respondent', 'remark', 'followUp'];
    const f2 = [
      'knock',
      'seen',
      'living',
      'mobility',
      'meals',
      'meds',
      'warmCool',
      'utilities',
      'contactOk',
      'childContact',
    ];
    expect(keys).toEqual(
      expect.arrayContaining([...f0, ...f2, 'needs', 'abnormal', 'action', 'tried', 'nextCheck']),
    );
  });
});
