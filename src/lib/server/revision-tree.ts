// PouchDB's revision tree, read: leaves, paths, what stands in it. Pure; the merging is PouchDB's.
// Invariant: leaves come winner first (undeleted before deleted, then the longer path, then the larger id), as CouchDB
// orders them.

export interface RevisionInfo {
  /** `available` where the body of this revision is stored, `missing` where only its id is known. */
  status: 'available' | 'missing';
  deleted?: boolean;
}

export type RevisionNode = [id: string, info: RevisionInfo, children: RevisionNode[]];

/** Roots with their generation: stemming and replication can leave more than one. */
export type RevisionTree = { pos: number; ids: RevisionNode }[];

export interface Leaf {
  rev: string;
  generation: number;
  id: string;
  deleted: boolean;
  /** From this leaf down to its root, newest first. */
  path: PathStep[];
}

export interface PathStep {
  id: string;
  status: RevisionInfo['status'];
  deleted: boolean;
}

/** All leaves, winner first. */
export function leavesOf(tree: RevisionTree): Leaf[] {
  const leaves: Leaf[] = [];
  const open: Visit[] = tree.map((root) => ({ node: root.ids, generation: root.pos }));
  for (let next = open.pop(); next; next = open.pop()) {
    const [id, info, children] = next.node;
    if (children.length === 0) {
      const { generation } = next;
      leaves.push({
        rev: `${generation}-${id}`,
        generation,
        id,
        deleted: Boolean(info.deleted),
        path: pathDown(next),
      });
    }
    for (const child of children) open.push({ node: child, generation: next.generation + 1, parent: next });
  }
  return leaves.sort(winnerFirst);
}

interface Visit {
  node: RevisionNode;
  generation: number;
  parent?: Visit;
}

function pathDown(leaf: Visit): PathStep[] {
  const path: PathStep[] = [];
  for (let visit: Visit | undefined = leaf; visit; visit = visit.parent) {
    const [id, { status, deleted }] = visit.node;
    path.push({ id, status, deleted: Boolean(deleted) });
  }
  return path;
}

function winnerFirst(a: Leaf, b: Leaf): number {
  if (a.deleted !== b.deleted) return a.deleted ? 1 : -1;
  if (a.generation !== b.generation) return b.generation - a.generation;
  return a.id < b.id ? 1 : -1;
}

/** Whether a document has but one leaf: then what was written last is its winner. Cheaper than listing leaves. */
export function isLinear(tree: RevisionTree): boolean {
  if (tree.length !== 1) return false;
  let node = tree[0]?.ids;
  while (node) {
    if (node[2].length > 1) return false;
    node = node[2][0];
  }
  return true;
}

/** The path from a revision down to its root, newest first; undefined where the tree does not have it. */
export function pathOf(leaves: readonly Leaf[], rev: string): PathStep[] | undefined {
  const { generation, id } = splitRev(rev);
  for (const leaf of leaves) {
    const at = leaf.generation - generation;
    if (at >= 0 && leaf.path[at]?.id === id) return leaf.path.slice(at);
  }
  return undefined;
}

/** The leaves at or above a revision: what `latest=true` gives in its place. */
export function leavesAbove(leaves: readonly Leaf[], rev: string): Leaf[] {
  const { generation, id } = splitRev(rev);
  return leaves.filter((leaf) => leaf.path[leaf.generation - generation]?.id === id);
}

/** Full revision ids of a path whose newest has this generation. */
export function revsOfPath(generation: number, path: readonly { id: string }[]): string[] {
  return path.map((step, age) => `${generation - age}-${step.id}`);
}

/** `12-abc` in two. The caller has checked its form. */
export function splitRev(rev: string): { generation: number; id: string } {
  const dash = rev.indexOf('-');
  return { generation: Number(rev.slice(0, dash)), id: rev.slice(dash + 1) };
}
