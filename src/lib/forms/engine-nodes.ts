// What we use of the engine's nodes, written out: its published types lean on a package that is not published, and read
// as `any`. Semantics are those of its client interface (getodk/web-forms, packages/xforms-engine/src/client, 0.22) and
// of ODK XForms. Invariant: nothing outside this layer names the engine.

/** Text in the active language. */
export interface EngineText {
  readonly asString: string;
}

interface NodeState {
  /** Path in the primary instance, with the position in a repeat: `/f1/members/changes[2]/kind`. */
  readonly reference: string;
  readonly relevant: boolean;
  readonly required: boolean;
  readonly label: EngineText | null;
  readonly hint: EngineText | null;
}

interface BaseNode {
  readonly nodeId: string;
  readonly appearances: Iterable<string> | null;
}

interface LeafBase extends BaseNode {
  /** Not relevant: never violated. */
  readonly validationState: { readonly violation: { readonly message: EngineText | null } | null };
}

interface ParentBase extends BaseNode {
  /** Of all leaves below, in document order. */
  readonly validationState: { readonly violations: readonly { readonly nodeId: string }[] };
}

export interface SelectNode extends LeafBase {
  readonly nodeType: 'select';
  /** `select1` takes one value, `select` many. */
  readonly selectType: 'select' | 'select1';
  readonly currentState: NodeState & {
    /** Empty while not relevant. */
    readonly value: readonly string[];
    readonly valueOptions: readonly { readonly value: string; readonly label: EngineText }[];
  };
  /** Values that are no option are dropped. */
  selectValues(values: readonly string[]): unknown;
}

export interface InputNode extends LeafBase {
  readonly nodeType: 'input';
  readonly valueType: string;
  /** `rows` of texts. */
  readonly nodeOptions: { readonly rows?: number | null } | null;
  /** bigint for `int`, a Temporal object for `date`, else text; null or '' where blank or not relevant. */
  readonly currentState: NodeState & { readonly value: unknown };
  setValue(value: string): unknown;
}

/** A file the instance names. What it holds lies elsewhere: in a form of ours it has a name and no bytes. */
export interface NamedFile {
  readonly name: string;
}

export interface UploadNode extends LeafBase {
  readonly nodeType: 'upload';
  /** null where blank or not relevant. */
  readonly currentState: NodeState & { readonly value: NamedFile | null };
  /** A browser's `File`. */
  setValue(value: NamedFile | null): unknown;
}

export interface NoteNode extends LeafBase {
  readonly nodeType: 'note';
  readonly currentState: NodeState & { readonly value: unknown };
}

/** Computed, or never asked. */
export interface ModelNode extends LeafBase {
  readonly nodeType: 'model-value';
  readonly valueType: string;
  readonly currentState: NodeState & { readonly value: unknown };
}

export interface GroupNode extends ParentBase {
  readonly nodeType: 'group';
  readonly currentState: NodeState & { readonly children: readonly EngineNode[] };
}

export interface RepeatItemNode extends ParentBase {
  readonly nodeType: 'repeat-instance';
  readonly currentState: NodeState & { readonly children: readonly EngineNode[] };
}

export interface RepeatNode extends ParentBase {
  readonly nodeType: 'repeat-range:uncontrolled';
  readonly currentState: NodeState & { readonly children: readonly RepeatItemNode[] };
  /** After the item at this position; -1 is before the first. */
  addInstances(afterIndex?: number, count?: number): unknown;
  removeInstances(startIndex: number, count?: number): unknown;
}

/** Controls we have no use for yet; a form that has them shows nothing for them. */
interface OtherNode extends LeafBase {
  readonly nodeType: 'range' | 'rank' | 'trigger' | 'repeat-range:controlled';
  readonly currentState: NodeState;
}

/** Nodes that can be answered, or are computed. */
export type LeafNode = SelectNode | InputNode | UploadNode | ModelNode;
export type EngineNode = LeafNode | NoteNode | GroupNode | RepeatNode | OtherNode;

export interface EngineRoot {
  readonly currentState: {
    readonly activeLanguage: { readonly language: string };
    readonly children: readonly EngineNode[];
  };
  readonly languages: readonly { readonly language: string }[];
  setLanguage(language: { readonly language: string }): unknown;
}

const LEAVES = new Set<EngineNode['nodeType']>(['select', 'input', 'upload', 'model-value']);

export function isLeaf(node: EngineNode): node is LeafNode {
  return LEAVES.has(node.nodeType);
}

/** The key of a node's answer: the last step of its path. */
export function nameOf(node: { currentState: { reference: string } }): string {
  const { reference } = node.currentState;
  return reference.slice(reference.lastIndexOf('/') + 1).replace(/\[\d+\]$/, '');
}
