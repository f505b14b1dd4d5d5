// The answers of a visit as they are shown to be read: no number of a person stands whole in them.
import { maskPhone } from './phone.ts';
import type { Answer, Answers } from './visit.ts';
import { withoutNumbers } from './without-numbers.ts';

/** A document's id is random, and no number of anybody. */
const ID = /^[a-z-]+:[0-9A-Z]+$/;
/** F1 asks for a new number by this name; `none` and `refused` are words. */
const PHONE = 'phone';

export function maskedAnswers(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key, masked(key, answer)]));
}

function masked(key: string, answer: Answer): Answer {
  if (typeof answer === 'string') return maskedText(key, answer);
  if (!Array.isArray(answer)) return answer;
  return answer.map((item) =>
    typeof item === 'string' ? maskedText(key, item) : maskedAnswers(item),
  ) as Answer;
}

function maskedText(key: string, text: string): string {
  if (ID.test(text)) return text;
  const shown = withoutNumbers(text);
  return key === PHONE && shown === text && /\d{5}/.test(text) ? maskPhone(text) : shown;
}
