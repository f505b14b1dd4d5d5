// One answer between the engine's value and JSON. Invariant: what `readLeaf` gives, `writeLeaf` puts back exactly; a
// question without an answer reads as undefined, never as an empty string.
import type { LeafNode, NamedFile, SelectNode } from './engine-nodes.ts';

/** The browser's, of which nothing is needed but its name; this layer is checked without a browser's types. */
declare const File: new (parts: readonly never[], name: string) => NamedFile;

export type LeafValue = string | number | boolean | string[];

/** A question whose only choices are `true` and `false` is answered by a boolean. */
function asksYesOrNo(node: SelectNode): boolean {
  const values = node.currentState.valueOptions.map((option) => option.value);
  return values.length === 2 && values.includes('true') && values.includes('false');
}

export function readLeaf(node: LeafNode): LeafValue | undefined {
  if (node.nodeType === 'select') return readSelect(node);
  if (node.nodeType === 'upload') return node.currentState.value?.name || undefined;
  const { value } = node.currentState;
  if (value === null || value === undefined) return undefined;
  if (node.valueType === 'int') return Number(value);
  const text = String(value).trim();
  if (text === '') return undefined;
  return node.valueType === 'dateTime' ? new Date(text).toISOString() : text;
}

function readSelect(node: SelectNode): LeafValue | undefined {
  const { value } = node.currentState;
  if (value.length === 0) return undefined;
  if (node.selectType === 'select') return [...value];
  return asksYesOrNo(node) ? value[0] === 'true' : value[0];
}

/** Puts an answer in; undefined takes it away. A choice that is not offered is not taken. Computed nodes are left alone. */
export function writeLeaf(node: LeafNode, value: LeafValue | undefined): void {
  if (node.nodeType === 'model-value') return;
  if (node.nodeType === 'select') {
    const values = value === undefined ? [] : Array.isArray(value) ? value : [String(value)];
    node.selectValues(values);
    return;
  }
  const text = value === undefined ? '' : String(value);
  if (node.nodeType === 'upload') node.setValue(text === '' ? null : new File([], text));
  else node.setValue(text);
}
