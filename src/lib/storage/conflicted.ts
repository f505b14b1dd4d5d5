// Documents with losing leaves beside the server's copy, as merging needs them (sync.md 6).
// Invariant: read in one transaction, opened after it: what is merged once stood here together.
import type { Scope } from '#lib/protocol/document.ts';
import type { Conflicting, PulledDocument } from '#lib/protocol/replica-store.ts';
import { unlessDamaged } from './damaged.ts';
import { unsealLeaf, type HeldDocument } from './document-records.ts';
import { newOpener } from './found-documents.ts';
import type { LeafRow } from './rows.ts';
import { readStanding } from './settlements.ts';
import type { StoreContext } from './store-context.ts';

/** Documents with unsent work that the server may have seen are left out; damaged ones, too, and counted. */
export async function listConflicted(store: StoreContext, scope: Scope): Promise<Conflicting> {
  const found = await store.tables.transaction(
    { mode: 'read', tables: ['leaves', 'documents', 'bundles', 'edits'] },
    async (rows) => {
      const leaves = await rows.leaves.where('[scope+id+rev]').between([scope], [scope, []]).toArray();
      const ids = [...new Set(leaves.map(({ id }) => id))];
      const standing = await readStanding(
        rows,
        ids.map((id) => [scope, id]),
      );
      return ids.map((id, n) => ({ ...standing[n]!, id, leaves: leaves.filter((leaf) => leaf.id === id) }));
    },
  );
  const open = newOpener(store);
  const conflicted = found.map(async ({ id, found: held, edit, leaves }) => {
    if (!held || edit?.attempted !== undefined) return [];
    return [await unlessDamaged(openConflicted(store, id, { document: open(held), leaves }))];
  });
  const opened = (await Promise.all(conflicted)).flat();
  const documents = opened.filter((each) => each !== undefined);
  return { documents, damaged: opened.length - documents.length };
}

async function openConflicted(
  store: StoreContext,
  id: string,
  { document, leaves }: { document: Promise<HeldDocument>; leaves: readonly LeafRow[] },
): Promise<PulledDocument> {
  const [{ rev, body, path }, conflicts] = await Promise.all([document, openLeaves(store, leaves)]);
  return { id, rev, deleted: false, body, path, conflicts };
}

const openLeaves = (store: StoreContext, leaves: readonly LeafRow[]) =>
  Promise.all(leaves.map((row) => unsealLeaf(store, row)));
