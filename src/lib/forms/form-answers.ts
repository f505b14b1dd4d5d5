// Answers of an open form as JSON (domain/visit.ts), and back. Invariant: `answersOf` has what is relevant and answered,
// flat by key, whatever pages the questions stand on; a repeat is an array of records.
import type { Answers } from '#lib/domain/visit.ts';
import { isLeaf, nameOf, type EngineNode, type EngineRoot, type LeafNode } from './engine-nodes.ts';
import { readLeaf, writeLeaf, type LeafValue } from './leaf-value.ts';

type Row = Record<string, LeafValue>;

/** How the instance is read: as it counts now, or as it was typed. */
export interface Reading {
  leaf(node: LeafNode): LeafValue | undefined;
  /** Whether a repeat without an answer in it is there at all. */
  emptyRows: boolean;
}

/** What counts now: a question that is not relevant is not there. */
export const asItCounts: Reading = {
  leaf: (node) => (node.currentState.relevant ? readLeaf(node) : undefined),
  emptyRows: false,
};

/** Not ours to answer: the engine's own record of the instance. */
const ENGINES_OWN = new Set(['meta']);

export function answersOf(root: EngineRoot, read: Reading): Answers {
  const answers: Answers = {};
  for (const node of root.currentState.children) {
    if (!ENGINES_OWN.has(nameOf(node))) collect(node, read, answers);
  }
  return answers;
}

function collect(node: EngineNode, read: Reading, into: Answers): void {
  if (isLeaf(node)) {
    const value = read.leaf(node);
    if (value !== undefined) into[nameOf(node)] = value;
  } else if (node.nodeType === 'group') {
    for (const child of node.currentState.children) collect(child, read, into);
  } else if (node.nodeType === 'repeat-range:uncontrolled') {
    const rows = node.currentState.children.map((item) => rowOf(item.currentState.children, read));
    if (read.emptyRows || rows.some((row) => Object.keys(row).length > 0)) into[nameOf(node)] = rows;
  }
}

function rowOf(nodes: readonly EngineNode[], read: Reading): Row {
  const row: Row = {};
  for (const node of nodes) {
    const value = isLeaf(node) ? read.leaf(node) : undefined;
    if (value !== undefined) row[nameOf(node)] = value;
  }
  return row;
}

/** Puts answers in, in the order of the form; keys the form does not have are left out. `typed` is told of each. */
export function putAnswers(
  nodes: readonly EngineNode[],
  answers: Answers,
  typed: (node: LeafNode, value: LeafValue) => void,
): void {
  for (const node of nodes) {
    const value = answers[nameOf(node)];
    if (node.nodeType === 'group') putAnswers(node.currentState.children, answers, typed);
    else if (isLeaf(node) && value !== undefined && !isRows(value)) {
      writeLeaf(node, value);
      typed(node, value);
    } else if (node.nodeType === 'repeat-range:uncontrolled' && value !== undefined && isRows(value)) {
      const missing = value.length - node.currentState.children.length;
      if (missing > 0) node.addInstances(node.currentState.children.length - 1, missing);
      if (missing < 0) node.removeInstances(value.length, -missing);
      value.forEach((row, place) =>
        putAnswers(node.currentState.children[place]!.currentState.children, row, typed),
      );
    }
  }
}

function isRows(value: Answers[string]): value is Row[] {
  return Array.isArray(value) && (value.length === 0 || typeof value[0] === 'object');
}
