// An answer in the words of its question, short enough for one line.
import { m } from '#messages';
import { beijingDate, type IsoInstant } from '#lib/domain/time.ts';
import type { Choice, Question, TextQuestion } from '#lib/forms/form-port.ts';
import { dayText, momentText } from '../words/day-words.ts';

const INSTEAD: Record<TextQuestion['instead'][number], () => string> = {
  none: m.form_instead_none,
  refused: m.form_instead_refused,
  unknown: m.form_instead_unknown,
};
export const insteadWord = (word: TextQuestion['instead'][number]): string => INSTEAD[word]();

/** Somebody who is not of this household has no word of the form's. */
export const choiceWord = (choice: Choice): string => choice.label || m.form_somebody_else();

/** Empty where nothing is answered. `now`: when the form was opened. */
export function answerWords(question: Question, now: IsoInstant): string {
  const today = beijingDate(now);
  switch (question.kind) {
    case 'one':
      return wordsOf(question.choices, (choice) => choice.value === question.value);
    case 'many':
      return wordsOf(question.choices, (choice) => question.value.includes(choice.value));
    case 'date':
      return question.value ? dayText(question.value, today) : '';
    case 'dateTime':
      return question.value === now ? m.form_now() : question.value ? momentText(question.value, today) : '';
    case 'integer':
      return question.value === undefined ? '' : String(question.value);
    case 'text':
      return question.instead.filter((word) => word === question.value).map(insteadWord)[0] ?? question.value;
    case 'note':
    case 'same':
    case 'photos':
    case 'repeat':
      return '';
  }
}

function wordsOf(choices: readonly Choice[], chosen: (choice: Choice) => boolean): string {
  return choices.filter(chosen).map(choiceWord).join('、');
}
