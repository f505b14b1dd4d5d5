// Bodies the server lost together with every ancestor it could know them by: written anew, as ordinary edits on what the
// server has now (sync.md 8). Invariant: unsent work on the same document goes first and is not touched.
import type { Scope } from '#lib/protocol/document.ts';
import type { Rewriting } from '#lib/protocol/replica-store.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { sealEdit } from './document-records.ts';
import type { EditContent, EditRow } from './rows.ts';
import type { TurnContext } from './settle.ts';
import type { StoreContext } from './store-context.ts';
import { keptPath } from './whole-path.ts';

export async function rewrite(
  store: TurnContext,
  scope: Scope,
  rewritings: readonly Rewriting[],
): Promise<number> {
  const made = await Promise.all(rewritings.map((rewriting) => editOf(store, scope, rewriting)));
  const written = await store.tables.transaction(
    { mode: 'strict', tables: ['edits'], turn: store.turn },
    async ({ edits, meta }) => {
      const standing = await edits.bulkGet(made.map(({ id }): [string, string] => [scope, id]));
      const fresh = made.filter((_edit, n) => standing[n] === undefined);
      const last = Number((await meta.get('ordinal'))?.value ?? 0);
      await edits.bulkPut(fresh.map((edit, n) => ({ ...edit, ordinal: last + 1 + n })));
      await meta.put({ key: 'ordinal', value: last + fresh.length });
      return fresh;
    },
  );
  if (written.length > 0) store.feed.tell('edits', { scope, ids: written.map(({ id }) => id) });
  return written.length;
}

function editOf(store: StoreContext, scope: Scope, { id, body, winner }: Rewriting): Promise<EditRow> {
  const content: EditContent = { path: [nextRevision(winner?.rev, body)], body };
  if (winner) content.base = { rev: winner.rev, body: winner.body, path: keptPath(winner.path) };
  return sealEdit(store, { scope, id, savedAt: store.nowMs(), ordinal: 0, tries: 0, version: 0 }, content);
}
