// What a document's metadata becomes when a revision joins it. Pure. The tree is merged and stemmed by PouchDB's own
// merge, so that every PouchDB and this server keep the same leaves and choose the same winner.
import { merge } from 'pouchdb-merge';
import { type RevisionPath } from './document-parse.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { leavesOf, type RevisionNode, type RevisionTree } from './revision-tree.ts';

/** CouchDB's `_revs_limit` where nobody has set another: how many generations of a branch are remembered. */
export const REVS_LIMIT = 1000;

export interface MergedRevision {
  metadata: Omit<DocumentMetadata, 'id'> & { rev: string };
  /** Sequences of bodies that fell out of the tree. */
  stemmed: number[];
  /** Sequences of the document's other bodies. */
  superseded: number[];
  branched: boolean;
  /** By how much the number of documents that are not deleted changes. */
  countChange: -1 | 0 | 1;
}

/** `known` must not have the revision, and is used up: its tree becomes part of the new one. */
export function mergeRevision(
  known: DocumentMetadata | undefined,
  path: RevisionPath,
  { deleted, seq, revsLimit = REVS_LIMIT }: { deleted: boolean; seq: number; revsLimit?: number | undefined },
): MergedRevision {
  const rev = `${path.start}-${path.ids[0] ?? ''}`;
  const merged = merge(known?.rev_tree ?? [], treeOfPath(path, deleted), revsLimit);
  const leaves = leavesOf(merged.tree);
  const winner = leaves[0];
  if (!winner) throw new Error('a tree of revisions without a leaf');
  const { rev_map, stemmed } = withoutStemmed({ ...known?.rev_map, [rev]: seq }, merged.stemmedRevs);
  const wasThere = known !== undefined && !known.deleted;
  const isThere = !winner.deleted;
  return {
    metadata: { rev, rev_tree: merged.tree, rev_map, winningRev: winner.rev, deleted: winner.deleted, seq },
    stemmed,
    superseded: known ? Object.values(rev_map).filter((other) => other !== seq) : [],
    branched: leaves.length > 1,
    countChange: wasThere === isThere ? 0 : isThere ? 1 : -1,
  };
}

function treeOfPath({ start, ids }: RevisionPath, deleted: boolean): RevisionTree[number] {
  let node: RevisionNode = [ids[0] ?? '', { status: 'available', ...(deleted ? { deleted } : {}) }, []];
  for (const id of ids.slice(1)) node = [id, { status: 'missing' }, [node]];
  return { pos: start - ids.length + 1, ids: node };
}

function withoutStemmed(
  revMap: Record<string, number>,
  stemmedRevs: readonly string[],
): { rev_map: Record<string, number>; stemmed: number[] } {
  const gone = new Set(stemmedRevs);
  if (gone.size === 0) return { rev_map: revMap, stemmed: [] };
  const entries = Object.entries(revMap);
  return {
    rev_map: Object.fromEntries(entries.filter(([rev]) => !gone.has(rev))),
    stemmed: entries.filter(([rev]) => gone.has(rev)).map(([, seq]) => seq),
  };
}
