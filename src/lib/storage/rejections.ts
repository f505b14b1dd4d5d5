// Edits the server refused, kept until a person acts: she reads what was refused and why, tries it again, or drops it. And
// those that are damaged on this tablet: of them only which document it was is known, and they are not tried again.
import { typeOfId } from '#lib/domain/document-id.ts';
import { isPushOnly } from '#lib/domain/scopes.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { DAMAGED, unlessDamaged } from './damaged.ts';
import { sealEdit } from './document-records.ts';
import type { RejectionContent, RejectionRow } from './rows.ts';
import { unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

export interface Rejection {
  scope: Scope;
  id: string;
  rev: Revision;
  body: DocumentBody;
  /** The server's words; `damaged` where it was not asked: then the body has no more than id and type. */
  error: string;
  reason: string;
  /** Milliseconds since 1970 by this device's clock. */
  savedAt: number;
  refusedAt: number;
}
export type RejectionKey = Pick<Rejection, 'scope' | 'id' | 'rev'>;

export function unsealRejection(
  store: StoreContext,
  { scope, id, rev, sealed }: RejectionRow,
): Promise<RejectionContent> {
  return unsealJson(store.cipher, { table: 'rejections', scope, id, rev }, sealed);
}

/** Those a person can do something about: what an audit would not take stays here, and is missed there. */
export async function listRejections(store: StoreContext): Promise<Rejection[]> {
  const all = await store.tables.transaction({ mode: 'read', tables: ['rejections'] }, (rows) =>
    rows.rejections.toArray(),
  );
  const found = all.filter(({ scope }) => !isPushOnly(scope));
  return Promise.all(
    found.map(async (row) => {
      const { scope, id, rev, savedAt, refusedAt } = row;
      const opened = await unlessDamaged(unsealRejection(store, row));
      const body = opened?.edit.body ?? { _id: id, type: typeOfId(id) };
      const { error, reason } = opened ?? { error: 'damaged', reason: DAMAGED };
      return { scope, id, rev, body, error, reason, savedAt, refusedAt };
    }),
  );
}

/** Forgets what was refused; with its photos it is given up by photo-refused.ts. */
export async function dropRejection(store: StoreContext, { scope, id, rev }: RejectionKey): Promise<void> {
  await store.tables.transaction({ mode: 'strict', tables: ['rejections'] }, (rows) =>
    rows.rejections.delete([scope, id, rev]),
  );
  store.feed.tell('rejections', { scope, ids: [id] });
}

/**
 * Forgets what was refused of these documents, in the transaction that saves them anew, mended. Whatever their
 * scope: a visit mended in the new year may stand in another.
 */
export async function dropRejectionsOf(
  { rejections }: Pick<RowTables, 'rejections'>,
  ids: readonly string[],
): Promise<void> {
  const keys = await rejections.toCollection().primaryKeys();
  await rejections.bulkDelete(keys.filter(([, id]) => ids.includes(id)));
}

/**
 * Puts it back to wait as it was. `edited`: there is newer unsent work on the document, which must go up first. `damaged`:
 * it cannot be read, and stays where it is.
 */
export async function retryRejection(
  store: StoreContext,
  { scope, id, rev }: RejectionKey,
): Promise<'waiting' | 'edited' | 'gone' | 'damaged'> {
  const key = [scope, id, rev] as [string, string, string];
  const row = await store.tables.transaction({ mode: 'read', tables: ['rejections'] }, (rows) =>
    rows.rejections.get(key),
  );
  if (!row) return 'gone';
  const content = await unlessDamaged(unsealRejection(store, row));
  if (!content) return 'damaged';
  const { edit } = content;
  // It was on its way once: no revision of it may be rewritten.
  const again = { scope, id, savedAt: row.savedAt, ordinal: 0, tries: 0, version: 0, attempted: rev };
  const sealed = await sealEdit(store, again, edit);
  const outcome = await store.tables.transaction(
    { mode: 'strict', tables: ['rejections', 'edits'] },
    async (rows) => {
      if (await rows.edits.get([scope, id])) return 'edited' as const;
      if (!(await rows.rejections.get(key))) return 'gone' as const;
      const counter = Number((await rows.meta.get('ordinal'))?.value ?? 0) + 1;
      await rows.meta.put({ key: 'ordinal', value: counter });
      await rows.edits.put({ ...sealed, ordinal: counter });
      await rows.rejections.delete(key);
      return 'waiting' as const;
    },
  );
  for (const table of ['rejections', 'edits'] as const) store.feed.tell(table, { scope, ids: [id] });
  return outcome;
}
