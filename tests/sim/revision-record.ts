// What a server remembers of one document: every revision it was told of, with its parent. Invariant: a revision once
// known keeps its parent, so that a path pushed without a known ancestor stays a branch of its own for ever.
import type { DocumentBody } from '#lib/protocol/document.ts';
import { compareLeaves, generationOf, type Revision } from '#lib/protocol/revision.ts';

interface RevisionNode {
  parent?: Revision;
  deleted: boolean;
  /** Absent: only the id is known, of a path that was pushed. */
  body?: DocumentBody;
}

export interface RevisionRecord {
  /** Adds a revision with its path, newest first; false where it was there already. */
  add(path: readonly Revision[], body: DocumentBody): boolean;
  has(rev: Revision): boolean;
  /** Winner first. */
  leaves(): { rev: Revision; deleted: boolean }[];
  body(rev: Revision): DocumentBody | undefined;
  pathOf(rev: Revision): Revision[];
  bodies(): DocumentBody[];
  /** Leaves a missing revision may descend from, as CouchDB names them. */
  possibleAncestors(rev: Revision): Revision[];
}

export function newRevisionRecord(): RevisionRecord {
  const nodes = new Map<Revision, RevisionNode>();
  const leaves = () => {
    const parents = new Set([...nodes.values()].map(({ parent }) => parent));
    const found = [...nodes].flatMap(([rev, { deleted }]) => (parents.has(rev) ? [] : [{ rev, deleted }]));
    return found.sort((a, b) => compareLeaves(b, a));
  };
  return {
    leaves,
    has: (rev) => nodes.has(rev),
    body: (rev) => nodes.get(rev)?.body,
    bodies: () => [...nodes.values()].map(({ body }) => body).filter((body) => body !== undefined),
    add(path, body) {
      const rev = path[0]!;
      const known = nodes.get(rev);
      if (known?.body) return false;
      const deleted = Boolean(body._deleted);
      for (const [age, each] of path.entries()) {
        if (nodes.has(each)) {
          if (age > 0) break;
          continue;
        }
        const parent = path[age + 1];
        nodes.set(each, { deleted: age === 0 && deleted, ...(parent !== undefined && { parent }) });
      }
      nodes.set(rev, { ...nodes.get(rev), deleted, body });
      return true;
    },
    pathOf(rev) {
      const path: Revision[] = [];
      for (let at: Revision | undefined = rev; at !== undefined; at = nodes.get(at)?.parent) path.push(at);
      return path;
    },
    possibleAncestors: (rev) =>
      leaves().flatMap((leaf) => (generationOf(leaf.rev) < generationOf(rev) ? [leaf.rev] : [])),
  };
}
