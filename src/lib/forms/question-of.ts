// Questions from the engine's nodes: getters that read its live state, setters that tell the form what was typed.
// Invariant: a question is made once per node, so that whoever draws it keeps its place while answers change.
import {
  isLeaf,
  nameOf,
  type EngineNode,
  type InputNode,
  type LeafNode,
  type NoteNode,
  type RepeatItemNode,
  type RepeatNode,
  type SelectNode,
} from './engine-nodes.ts';
import { PHOTOS_PER_VISIT } from '#lib/domain/photo.ts';
import type { Question, RepeatItem } from './form-port.ts';
import { readLeaf, writeLeaf, type LeafValue } from './leaf-value.ts';
import { choicesOf, wordsOf } from './question-words.ts';
import type { QuestionScope } from './question-scope.ts';
import { quickDays, quickTimes } from './quick-answers.ts';

const INSTEAD = ['none', 'refused', 'unknown'] as const;

/** What a question says of itself, besides its value. */
type Head = Omit<Extract<Question, { kind: 'note' }>, 'kind' | 'value'>;
type Asking = SelectNode | InputNode | NoteNode | RepeatNode;

const idOf = (node: { nodeId: string }) => node.nodeId.replace(':', '-');
const tokensOf = (node: Asking) => new Set(node.appearances);

/** `head` with the properties of `body`, getters kept as getters. */
function joined<A extends object, B extends object>(head: A, body: B): A & B {
  return Object.defineProperties(head, Object.getOwnPropertyDescriptors(body)) as A & B;
}

function headOf(node: Asking, scope: QuestionScope): Head {
  const name = nameOf(node);
  return {
    id: idOf(node),
    name,
    folded: tokensOf(node).has('folded'),
    get label() {
      return node.currentState.label?.asString ?? '';
    },
    get hint() {
      return node.currentState.hint?.asString;
    },
    get required() {
      return node.currentState.required;
    },
    get relevant() {
      return node.currentState.relevant;
    },
    get error() {
      if (!isLeaf(node) || !scope.showsErrors() || !node.currentState.relevant) return undefined;
      return node.validationState.violation?.message?.asString;
    },
    get last() {
      const answer = scope.last?.answers[name];
      const words = answer === undefined ? '' : wordsOf(node, answer);
      return scope.last && words ? { on: scope.last.on, words } : undefined;
    },
  };
}

/** The question a node asks; undefined for what asks nothing: computed values, pages, the engine's own. */
export function questionOf(node: EngineNode, scope: QuestionScope): Question | undefined {
  switch (node.nodeType) {
    case 'select':
      return selectQuestion(node, scope);
    case 'input':
      return inputQuestion(node, scope);
    case 'note':
      return joined(headOf(node, scope), {
        kind: 'note' as const,
        value: String(node.currentState.value ?? ''),
      });
    case 'repeat-range:uncontrolled':
      return tokensOf(node).has('photos') ? photosQuestion(node, scope) : repeatQuestion(node, scope);
    default:
      return undefined;
  }
}

function answer(node: LeafNode, value: LeafValue | undefined, scope: QuestionScope): void {
  writeLeaf(node, value);
  scope.typed(node, value);
}

function selectQuestion(node: SelectNode, scope: QuestionScope): Question {
  const head = headOf(node, scope);
  if (tokensOf(node).has('same')) {
    return joined(head, {
      kind: 'same' as const,
      get value() {
        return readLeaf(node) === true;
      },
      get facts() {
        return scope.standing();
      },
      set: (value: boolean) => answer(node, value || undefined, scope),
    });
  }
  const choices = {
    get choices() {
      return choicesOf(node);
    },
  };
  if (node.selectType === 'select') {
    return joined(joined(head, choices), {
      kind: 'many' as const,
      get value() {
        return node.currentState.value;
      },
      set: (value: readonly string[]) => answer(node, value.length > 0 ? [...value] : undefined, scope),
    });
  }
  return joined(joined(head, choices), {
    kind: 'one' as const,
    get value() {
      return node.currentState.value[0];
    },
    set: (value: string | undefined) => answer(node, value, scope),
  });
}

function inputQuestion(node: InputNode, scope: QuestionScope): Question {
  const head = headOf(node, scope);
  const set = (value: string | number | undefined) => answer(node, value === '' ? undefined : value, scope);
  const tokens = tokensOf(node);
  const typed = <T extends LeafValue>() => readLeaf(node) as T | undefined;
  switch (node.valueType) {
    case 'int':
      return joined(head, {
        kind: 'integer' as const,
        get value() {
          return typed<number>();
        },
        set,
      });
    case 'date':
      return joined(head, {
        kind: 'date' as const,
        quick: quickDays(tokens, scope.now),
        get value() {
          return typed<string>();
        },
        set,
      });
    case 'dateTime':
      return joined(head, {
        kind: 'dateTime' as const,
        quick: quickTimes(tokens, scope.now),
        get value() {
          return typed<string>();
        },
        set,
      });
    default:
      return joined(head, {
        kind: 'text' as const,
        rows: node.nodeOptions?.rows ?? 1,
        keyboard: tokens.has('numbers') ? ('tel' as const) : ('text' as const),
        instead: INSTEAD.filter((word) => tokens.has(`or-${word}`)),
        get value() {
          return String(node.currentState.value ?? '');
        },
        set,
      });
  }
}

/** A repeat of one upload each, asked as one question. */
function photosQuestion(node: RepeatNode, scope: QuestionScope): Question {
  const uploads = () =>
    node.currentState.children.flatMap(({ currentState }) =>
      currentState.children.filter((child) => child.nodeType === 'upload'),
    );
  return joined(headOf(node, scope), {
    kind: 'photos' as const,
    atMost: PHOTOS_PER_VISIT,
    get value() {
      return uploads().flatMap((upload) => (readLeaf(upload) as string | undefined) ?? []);
    },
    set: (value: readonly string[]) => {
      const missing = value.length - node.currentState.children.length;
      if (missing > 0) node.addInstances(node.currentState.children.length - 1, missing);
      if (missing < 0) node.removeInstances(value.length, -missing);
      uploads().forEach((upload, place) => answer(upload, value[place], scope));
    },
  });
}

function repeatQuestion(node: RepeatNode, scope: QuestionScope): Question {
  const made = new Map<string, RepeatItem>();
  const itemOf = (item: RepeatItemNode): RepeatItem => {
    const known = made.get(item.nodeId);
    if (known) return known;
    const questions = item.currentState.children.flatMap((child) => questionOf(child, scope) ?? []);
    const fresh = { id: idOf(item), questions };
    made.set(item.nodeId, fresh);
    return fresh;
  };
  return joined(headOf(node, scope), {
    kind: 'repeat' as const,
    get items() {
      return node.currentState.children.map(itemOf);
    },
    add: () => void node.addInstances(node.currentState.children.length - 1),
    remove: (id: string) => {
      const place = node.currentState.children.findIndex((item) => idOf(item) === id);
      if (place >= 0) node.removeInstances(place);
    },
  });
}
