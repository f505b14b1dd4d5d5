// The answers of a form as lines to read, in the order of its questions: facts that 与上次相同 confirmed stand as answers of
// their own, the questions of a repeat under the number of their item.
import { m } from '#messages';
import type { IsoInstant } from '#lib/domain/time.ts';
import type { Question } from '#lib/forms/form-port.ts';
import { answerWords } from './answer-words.ts';

export interface AnswerToRead {
  label: string;
  words: string;
}

export interface Reading {
  /** When the form was opened to be read. */
  now: IsoInstant;
  /** Who wrote it: read by somebody else, 我本人 is this person. */
  writer: string;
}

const saysMyself = (question: Question) =>
  question.kind === 'one' && question.name === 'by' && question.value === 'self';

/** Only what is relevant and answered. */
export function answersToRead(questions: readonly Question[], reading: Reading): AnswerToRead[] {
  return questions
    .filter((question) => question.relevant)
    .flatMap((question): AnswerToRead[] => {
      if (question.kind === 'same') {
        return question.value ? question.facts.map(({ label, value }) => ({ label, words: value })) : [];
      }
      if (question.kind === 'repeat') {
        return question.items.flatMap((item, place) => {
          const label = m.form_item({ label: question.label, number: place + 1 });
          return answersToRead(item.questions, reading).map((inner) => ({
            ...inner,
            label: m.form_fact({ label, value: inner.label }),
          }));
        });
      }
      const words = saysMyself(question) ? reading.writer : answerWords(question, reading.now);
      return words === '' ? [] : [{ label: question.label, words }];
    });
}
