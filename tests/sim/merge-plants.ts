// Bugs planted in the merging of leaves: each takes the place of the domain's merge, is as deterministic as that, and puts
// together less than it should.
import { merge, type Merge, type MergeLeaf } from '#lib/domain/merge/merge.ts';
import type { MergeLeaves } from '#lib/sync/merge-round.ts';
import type { Planting } from './sim-device.ts';

type Merged = Extract<Merge, { outcome: 'merged' }>;

const afterMerge = (spoil: (merged: Merged, leaves: readonly MergeLeaf[]) => Merged['body']): Planting => {
  const spoilt: MergeLeaves = (leaves, ancestorGeneration) => {
    const outcome = merge(leaves, ancestorGeneration);
    return outcome.outcome === 'merged' ? { ...outcome, body: spoil(outcome, leaves) } : outcome;
  };
  return { merge: spoilt };
};

/** What merging writes of itself. */
const OWN = ['_id', 'at', 'merged', 'updatedAt', 'updatedBy'];

/** The whole body of whoever wrote last, by the clock of her tablet. */
function latest({ body }: Merged, leaves: readonly MergeLeaf[]): Merged['body'] {
  const time = (leaf: MergeLeaf) => Date.parse(String(leaf.body.updatedAt ?? '')) || 0;
  const [last] = leaves
    .filter(({ deleted }) => !deleted)
    .sort((a, b) => time(b) - time(a) || (a.rev < b.rev ? 1 : -1));
  const own = OWN.flatMap((field) => (field in body ? [[field, body[field]]] : []));
  return { ...last!.body, ...Object.fromEntries(own) } as Merged['body'];
}

function without({ body }: Merged, field: string): Merged['body'] {
  const { [field]: _gone, ...rest } = body;
  return rest;
}

export const MERGE_PLANTS = {
  'last-write-wins': afterMerge(latest),
  'unknown-field-dropped': afterMerge((merged) => without(merged, 'fromNewerApp')),
  'clash-dropped': afterMerge((merged) => without(merged, 'clashes')),
} satisfies Record<string, Planting>;
