// What of a page is drawn, in order: relevant questions, neighbours that are folded as one.
import type { Question } from '#lib/forms/form-port.ts';

export interface QuestionRun {
  key: string;
  folded: boolean;
  questions: Question[];
}

export function runsOf(questions: readonly Question[]): QuestionRun[] {
  const runs: QuestionRun[] = [];
  for (const question of questions.filter((each) => each.relevant)) {
    const last = runs.at(-1);
    if (last?.folded === question.folded) last.questions.push(question);
    else runs.push({ key: question.id, folded: question.folded, questions: [question] });
  }
  return runs;
}
