import { describe, expect, it } from 'vitest';
import type { Question } from '#lib/forms/form-port.ts';
import type { IsoInstant } from '#lib/domain/time.ts';
import { answersToRead } from './answers-to-read.ts';

const NOW = '2026-11-22T09:00:00+08:00' as IsoInstant;
const common = (id: string, relevant = true) => ({
  ...{ id, name: id, label: `${id}？`, hint: undefined, required: false, error: undefined, last: undefined },
  ...{ folded: false, relevant },
});
const set = () => undefined;
const one = (id: string, value?: string, relevant = true): Question => ({
  ...common(id, relevant),
  ...{ kind: 'one', value, set },
  choices: [{ value: 'met', label: '见到人', exclusive: false }],
});

const READING = { now: NOW, writer: '李敏' };

describe('the answers of a visit as lines', () => {
  it('are those of questions that were asked and answered, in their words', () => {
    expect(answersToRead([one('result', 'met'), one('mode'), one('gone', 'met', false)], READING)).toEqual([
      { label: 'result？', words: '见到人' },
    ]);
  });

  it('name who wrote it where the form says 我本人', () => {
    expect(answersToRead([one('by', 'self')], READING)).toEqual([{ label: 'by？', words: '李敏' }]);
  });

  it('tell each fact that was confirmed by one tap, and none where it was not', () => {
    const same = (value: boolean): Question => ({
      ...common('same'),
      ...{ kind: 'same', value, set },
      facts: [{ name: 'living', label: '居住', value: '独居' }],
    });
    expect(answersToRead([same(true)], READING)).toEqual([{ label: '居住', words: '独居' }]);
    expect(answersToRead([same(false)], READING)).toEqual([]);
  });

  it('tell the questions of a repeat under the number of their item', () => {
    const repeat: Question = {
      ...common('changes'),
      ...{ kind: 'repeat', add: set, remove: set },
      items: [
        { id: '1', questions: [one('kind', 'met')] },
        { id: '2', questions: [one('kind', 'met')] },
      ],
    };
    const lines = answersToRead([repeat], READING);
    expect(lines.map(({ words }) => words)).toEqual(['见到人', '见到人']);
    expect(new Set(lines.map(({ label }) => label)).size).toBe(2);
  });
});
