import { describe, expect, it } from 'vitest';
import type { Question } from '#lib/forms/form-port.ts';
import { runsOf } from './question-runs.ts';

const note = (id: string, folded = false, relevant = true): Question => ({
  ...{ id, name: id, label: id, hint: undefined, required: false, error: undefined, last: undefined },
  ...{ kind: 'note', value: '', folded, relevant },
});
const drawn = (questions: Question[]) =>
  runsOf(questions).map(
    (run) => `${run.folded ? 'folded ' : ''}${run.questions.map(({ id }) => id).join('+')}`,
  );

describe('what of a page is drawn', () => {
  it('is what is relevant, with folded neighbours as one', () => {
    expect(drawn([note('a'), note('b', true), note('c', true), note('d'), note('e', true)])).toEqual([
      'a',
      'folded b+c',
      'd',
      'folded e',
    ]);
  });

  it('joins folded neighbours over a question that is not asked', () => {
    expect(drawn([note('a', true), note('b', false, false), note('c', true)])).toEqual(['folded a+c']);
  });

  it('is nothing of a page without questions', () => {
    expect(drawn([])).toEqual([]);
  });
});
