// What the server said of sent edits, carried out: confirmed, or refused for what they are (sync.md 4).
import { isPushOnly } from '#lib/domain/scopes.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { generationOf, type Revision } from '#lib/protocol/revision.ts';
import { sealBundles, type BundledDocument } from './bundles.ts';
import { unlessDamaged } from './damaged.ts';
import { unsealEdit } from './document-records.ts';
import { baseAt, documentAfter, editAbove } from './edit-progress.ts';
import { keepConfirmed, sealConfirmed } from './repair-confirmed.ts';
import type { Base, BundleRow, ConfirmedRow, RejectionContent } from './rows.ts';
import { sealJson } from './sealing.ts';
import { settle, type Beside, type TurnContext, type Waiting } from './settle.ts';

export interface Confirmed {
  id: string;
  rev: Revision;
}

/** From so many new documents on they are sealed together: a put costs the same for one as for a hundred. */
const BUNDLED_FROM = 8;

export function confirm(store: TurnContext, scope: Scope, confirmed: readonly Confirmed[]): Promise<void> {
  let kept: { row: ConfirmedRow; path: readonly Revision[] }[] = [];
  let fresh: BundledDocument[] = [];
  let bundles: BundleRow[] = [];
  const beside: Beside = {
    tables: ['confirmed'],
    begin() {
      kept = [];
      fresh = [];
    },
    async seal() {
      bundles = await sealBundles(store, scope, fresh);
    },
    async write(rows) {
      await rows.bundles.bulkAdd(bundles);
      await keepConfirmed(rows, kept, store.nowMs());
    },
  };
  const inBundles = confirmed.length >= BUNDLED_FROM;
  return settle(store, { scope, said: confirmed, beside }, async (waiting, { id, rev }) => {
    const edit = await unlessDamaged(unsealEdit(store, waiting.edit));
    const base = edit && baseAt(edit, rev);
    if (!base) return undefined;
    const { ordinal } = waiting.edit;
    kept.push({ row: await sealConfirmed(store, { scope, id, ordinal }, base), path: base.path });
    // Kept as own work, should the server come back without it; no copy of what nobody here may read.
    if (isPushOnly(scope)) return { edit: null };
    const above = await editAbove(store, { row: waiting.edit, edit }, base);
    if (!inBundles || above || !isNew(waiting, base))
      return { edit: above, ...(await documentAfter(store, waiting, base)) };
    fresh.push({ id, ...base, conflicts: [] });
    return { edit: null };
  });
}

/** Made here and never changed since: most of a shift is, and events are for ever. */
const isNew = ({ found }: Waiting, { rev, body }: Base) =>
  !found && generationOf(rev) === 1 && !body._deleted;

export interface Refused extends Confirmed {
  error: string;
  reason: string;
}

/** An edit whose newest revision is another by now is left waiting: what was refused is not what it says. */
export function reject(store: TurnContext, scope: Scope, refused: readonly Refused[]): Promise<void> {
  return settle(store, { scope, said: refused }, async ({ edit }, { id, rev, error, reason }) => {
    if (edit.rev !== rev) return undefined;
    const refused = await unlessDamaged(unsealEdit(store, edit));
    if (!refused) return undefined;
    const content: RejectionContent = { edit: refused, error, reason };
    const sealed = await sealJson(store.cipher, { table: 'rejections', scope, id, rev }, content);
    return {
      edit: null,
      rejection: {
        ...{ scope, id, rev, savedAt: edit.savedAt, refusedAt: store.nowMs(), sealed },
        ...(edit.envelope && { envelope: edit.envelope }),
      },
    };
  });
}
