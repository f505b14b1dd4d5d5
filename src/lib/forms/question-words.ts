// Codes in words: the choices of a question, and an earlier answer as it would be read out.
import type { Answers } from '#lib/domain/visit.ts';
import type { SelectNode } from './engine-nodes.ts';
import type { Choice } from './form-port.ts';

const NONE = 'none';

export function choicesOf(node: SelectNode): Choice[] {
  return node.currentState.valueOptions.map(({ value, label }) => ({
    value,
    label: label.asString,
    exclusive: value === NONE,
  }));
}

/** The words of an answer in the form's language; empty where it has none (another form's code, a text). */
export function wordsOf(node: { nodeType: string }, answer: Answers[string]): string {
  if (!isSelect(node)) return '';
  const codes = Array.isArray(answer) ? answer.map(String) : [String(answer)];
  const labels = new Map(choicesOf(node).map((choice) => [choice.value, choice.label]));
  return codes.flatMap((code) => labels.get(code) ?? []).join(' · ');
}

function isSelect(node: { nodeType: string }): node is SelectNode {
  return node.nodeType === 'select';
}
