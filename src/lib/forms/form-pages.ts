// The pages of a form: its top-level groups that have questions.
import { nameOf, type EngineRoot, type GroupNode } from './engine-nodes.ts';
import type { Page } from './form-port.ts';
import { questionOf } from './question-of.ts';
import type { QuestionScope } from './question-scope.ts';

export interface FormPage {
  page: Page;
  /** Whether anything on it is to be asked now. */
  isRelevant(): boolean;
  /** Id of the first question on it that is wrong now. */
  firstWrong(): string | undefined;
  /** Whether its first question, which decides what follows, is answered. */
  isUnderWay(): boolean;
}

/** All pages in order, relevant or not; each question is made once, here. */
export function formPages(root: EngineRoot, scopeOf: (page: string) => QuestionScope): FormPage[] {
  return root.currentState.children.flatMap((node) => {
    const page = node.nodeType === 'group' ? pageOf(node, scopeOf(nameOf(node))) : undefined;
    return page && page.page.questions.length > 0 ? page : [];
  });
}

function pageOf(node: GroupNode, scope: QuestionScope): FormPage {
  const questions = node.currentState.children.flatMap((child) => questionOf(child, scope) ?? []);
  const firstWrong = () => node.validationState.violations[0]?.nodeId.replace(':', '-');
  return {
    page: {
      name: nameOf(node),
      questions,
      get label() {
        return node.currentState.label?.asString ?? '';
      },
    },
    isRelevant: () => node.currentState.relevant && questions.some((question) => question.relevant),
    firstWrong,
    isUnderWay: () => firstWrong() !== questions[0]?.id,
  };
}
