// Documents, edits and leaves between their sealed rows and what stands in them.
import type { Leaf } from '#lib/protocol/replica-store.ts';
import { generationOf, type Revision } from '#lib/protocol/revision.ts';
import { sealOfEdit } from './envelope-contents.ts';
import type {
  Base,
  DocumentContent,
  DocumentRow,
  EditContent,
  EditRow,
  LeafContent,
  LeafRow,
} from './rows.ts';
import { sealJson, unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';
import { keptPath } from './whole-path.ts';

/** A document as it is held: the server's last known winner. */
export interface HeldDocument extends Base {
  conflicts: Revision[];
}

export function contentOf(held: HeldDocument): DocumentContent {
  const content: DocumentContent = { body: held.body };
  if (generationOf(held.rev) > 1) content.path = keptPath(held.path);
  if (held.conflicts.length > 0) content.conflicts = held.conflicts;
  return content;
}

export function heldOf(rev: Revision, { body, path, conflicts }: DocumentContent): HeldDocument {
  return { rev, body, path: path ?? [rev], conflicts: conflicts ?? [] };
}

export async function sealDocument(
  store: StoreContext,
  at: { scope: string; id: string },
  held: HeldDocument,
): Promise<DocumentRow> {
  const { scope, id } = at;
  const { rev } = held;
  const sealed = await sealJson(store.cipher, { table: 'documents', scope, id, rev }, contentOf(held));
  const ref = store.referenceOf(held.body);
  return { scope, id, rev, sealed, ...(ref !== undefined && { ref }) };
}

export async function unsealDocument(store: StoreContext, row: DocumentRow): Promise<HeldDocument> {
  const place = { table: 'documents' as const, scope: row.scope, id: row.id, rev: row.rev };
  return heldOf(row.rev, await unsealJson<DocumentContent>(store.cipher, place, row.sealed));
}

/**
 * The row with this content sealed into it, and into its envelope where there is a key for that; its revision is the path's
 * newest, its version one higher.
 */
export async function sealEdit(
  store: StoreContext,
  row: Omit<EditRow, 'sealed' | 'rev' | 'envelope'>,
  content: EditContent,
): Promise<EditRow> {
  const { scope, id, ref: _ref, envelope: _envelope, ...rest }: Omit<EditRow, 'sealed' | 'rev'> = row;
  const rev = content.path[0];
  if (rev === undefined) throw new TypeError(`an edit of ${id} has no revision`);
  const [sealed, envelope] = await Promise.all([
    sealJson(store.cipher, { table: 'edits', scope, id, rev }, content),
    sealOfEdit(store, row, content),
  ]);
  const ref = store.referenceOf(content.body);
  const version = row.version + 1;
  const also = { ...(ref !== undefined && { ref }), ...(envelope && { envelope }) };
  return { ...rest, scope, id, rev, version, sealed, ...also };
}

export function unsealEdit(store: StoreContext, row: EditRow): Promise<EditContent> {
  return unsealJson(store.cipher, { table: 'edits', scope: row.scope, id: row.id, rev: row.rev }, row.sealed);
}

export async function sealLeaf(
  store: StoreContext,
  at: { scope: string; id: string },
  leaf: Leaf,
): Promise<LeafRow> {
  const content: LeafContent = { body: leaf.body, path: keptPath(leaf.path) };
  const sealed = await sealJson(store.cipher, { table: 'leaves', ...at, rev: leaf.rev }, content);
  return { ...at, rev: leaf.rev, deleted: leaf.deleted, sealed };
}

export async function unsealLeaf(store: StoreContext, row: LeafRow): Promise<Leaf> {
  const place = { table: 'leaves' as const, scope: row.scope, id: row.id, rev: row.rev };
  return {
    rev: row.rev,
    deleted: row.deleted,
    ...(await unsealJson<LeafContent>(store.cipher, place, row.sealed)),
  };
}
