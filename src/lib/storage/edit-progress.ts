// How an edit goes on when a revision of it is known to be on the server.
// Invariant: what was typed after that revision stays waiting, on a base that has moved up to it.
import { compareLeaves, generationOf, type Revision } from '#lib/protocol/revision.ts';
import { unlessDamaged } from './damaged.ts';
import { sealDocument, sealEdit, sealLeaf } from './document-records.ts';
import type { Base, EditContent, EditRow } from './rows.ts';
import type { Waiting } from './settle.ts';
import type { Settlement } from './settlements.ts';
import type { StoreContext } from './store-context.ts';
import { keptPath, wholePath } from './whole-path.ts';

/** The revision with its body; undefined where this device no longer holds that body, or it is none of this edit's. */
export function baseAt(edit: EditContent, rev: Revision): Base | undefined {
  const path = wholePath(edit);
  const from = keptPath(path.slice(path.indexOf(rev)));
  if (rev === path[0]) return { rev, body: edit.body, path: from };
  if (edit.sent?.rev === rev && path.includes(rev)) return { rev, body: edit.sent.body, path: from };
  return undefined;
}

/** An edit's row with what stood sealed in it. */
export interface OpenedEdit {
  row: EditRow;
  edit: EditContent;
}

/** What of the edit is newer than `base`, as a row; null where nothing is. */
export async function editAbove(
  store: StoreContext,
  { row, edit }: OpenedEdit,
  base: Base,
): Promise<EditRow | null> {
  const generation = generationOf(base.rev);
  const path = edit.path.filter((rev) => generationOf(rev) > generation);
  if (path.length === 0) return null;
  const { attempted, answer: _answer, sealed: _sealed, rev: _rev, ...kept } = row;
  const content: EditContent = { base, path, body: edit.body };
  if (edit.sent && generationOf(edit.sent.rev) > generation) content.sent = edit.sent;
  const stillAttempted = attempted !== undefined && generationOf(attempted) > generation;
  return sealEdit(store, { ...kept, tries: 0, ...(stillAttempted && { attempted }) }, content);
}

/**
 * What the server's copy is once `base` is confirmed. Usually `base`; where pull has meanwhile brought another branch,
 * CouchDB's winner of the two, the other beside it as a leaf; where pull brought a descendant, that stays.
 */
export async function documentAfter(
  store: StoreContext,
  { edit, found, open }: Waiting,
  base: Base,
): Promise<Settlement> {
  const at = { scope: edit.scope, id: edit.id };
  const deleted = Boolean(base.body._deleted);
  const held = found && (await unlessDamaged(open(found)));
  if (held?.path.includes(base.rev)) return {};
  if (!held || base.path.includes(held.rev)) {
    return {
      document: deleted ? null : await sealDocument(store, at, { ...base, conflicts: held?.conflicts ?? [] }),
    };
  }
  if (compareLeaves({ rev: base.rev, deleted }, held) < 0)
    return { leaves: [await sealLeaf(store, at, { ...base, deleted })] };
  const conflicts = [...held.conflicts, held.rev];
  return {
    document: await sealDocument(store, at, { ...base, conflicts }),
    leaves: [await sealLeaf(store, at, { ...held, deleted: false })],
  };
}
