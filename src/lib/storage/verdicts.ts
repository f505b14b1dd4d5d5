// What the server said of sent edits, carried out: confirmed, or refused for what they are (sync.md 4).
import type { Scope } from '#lib/protocol/document.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { unsealEdit } from './document-records.ts';
import { baseAt, documentAfter, editAbove } from './edit-progress.ts';
import { keepConfirmed, sealConfirmed } from './repair-confirmed.ts';
import type { ConfirmedRow, RejectionContent } from './rows.ts';
import { sealJson } from './sealing.ts';
import { settle, type Beside, type TurnContext } from './settle.ts';

export interface Confirmed {
  id: string;
  rev: Revision;
}

export function confirm(store: TurnContext, scope: Scope, confirmed: readonly Confirmed[]): Promise<void> {
  const kept = new Map<string, { row: ConfirmedRow; path: readonly Revision[] }>();
  const beside: Beside = {
    tables: ['confirmed'],
    write: (rows) => keepConfirmed(rows, [...kept.values()], store.nowMs()),
  };
  return settle(store, { scope, said: confirmed, beside }, async (waiting, { id, rev }) => {
    const edit = await unsealEdit(store, waiting.edit);
    const base = baseAt(edit, rev);
    if (!base) return undefined;
    kept.set(id, { row: await sealConfirmed(store, { scope, id }, base), path: base.path });
    const above = await editAbove(store, { row: waiting.edit, edit }, base);
    return { edit: above, ...(await documentAfter(store, waiting, base)) };
  });
}

export interface Refused extends Confirmed {
  error: string;
  reason: string;
}

/** An edit whose newest revision is another by now is left waiting: what was refused is not what it says. */
export function reject(store: TurnContext, scope: Scope, refused: readonly Refused[]): Promise<void> {
  return settle(store, { scope, said: refused }, async ({ edit }, { id, rev, error, reason }) => {
    if (edit.rev !== rev) return undefined;
    const content: RejectionContent = { edit: await unsealEdit(store, edit), error, reason };
    const sealed = await sealJson(store.cipher, { table: 'rejections', scope, id, rev }, content);
    return {
      edit: null,
      rejection: { scope, id, rev, savedAt: edit.savedAt, refusedAt: store.nowMs(), sealed },
    };
  });
}
