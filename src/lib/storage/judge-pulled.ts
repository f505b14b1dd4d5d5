// What a pulled row means for a document of which this device may hold an older state and unsent work (sync.md 5.5).
// Invariants: a row never takes an edit's words away; a row that repeats, or that is older than what is held, changes
// nothing; an edit of which a revision may be on the server keeps its path.
import { canBeMerged } from '#lib/domain/merge/merge.ts';
import { rebase } from '#lib/domain/rebase.ts';
import { sameJson } from '#lib/domain/same-json.ts';
import type { PulledDocument } from '#lib/protocol/replica-store.ts';
import { generationOf, nextRevision, type Revision } from '#lib/protocol/revision.ts';
import { unlessDamaged } from './damaged.ts';
import { sealDocument, sealEdit, sealLeaf, unsealEdit, type HeldDocument } from './document-records.ts';
import { baseAt, editAbove, type OpenedEdit } from './edit-progress.ts';
import { sealConfirmed } from './repair-confirmed.ts';
import type { Base, EditRow } from './rows.ts';
import type { OpenFound } from './found-documents.ts';
import type { Settlement, Standing } from './settlements.ts';
import type { StoreContext } from './store-context.ts';

interface Held {
  scope: string;
  standing: Standing;
  open: OpenFound;
}

/** Undefined: the row says nothing new, leave all as it is. */
export async function judgePulled(
  store: StoreContext,
  { scope, standing, open }: Held,
  row: PulledDocument,
): Promise<Settlement | undefined> {
  // A damaged copy is as good as none: this row mends it.
  const held = standing.found && (await unlessDamaged(open(standing.found)));
  if (held && isOlder(held, row)) return undefined;
  if (!standing.edit) return held && isSame(held, row) ? undefined : theirs(store, scope, row);
  const edit = await unlessDamaged(unsealEdit(store, standing.edit));
  // Stays where it is, until the next push sets it aside.
  if (!edit) return theirs(store, scope, row);
  const opened = { row: standing.edit, edit };
  const { base } = edit;
  if (base?.path.includes(row.rev) && base.rev !== row.rev) return undefined;
  return { ...(await theirs(store, scope, row)), ...(await editAfter(store, opened, row)) };
}

/** Whether `row` is an ancestor of what is held: it was overtaken on its way. */
function isOlder(held: HeldDocument, row: PulledDocument): boolean {
  return generationOf(held.rev) > generationOf(row.rev) && held.path.includes(row.rev);
}

function isSame(held: HeldDocument, row: PulledDocument): boolean {
  const named = row.conflicts.map(({ rev }) => rev);
  return (
    held.rev === row.rev &&
    held.conflicts.length === named.length &&
    named.every((rev) => held.conflicts.includes(rev))
  );
}

/** The server's state as it came. A tombstone takes the copy away; of an edited document it stays as a leaf, to be seen. */
async function theirs(store: StoreContext, scope: string, row: PulledDocument): Promise<Settlement> {
  const at = { scope, id: row.id };
  const conflicts = row.conflicts.map(({ rev }) => rev);
  const document = row.deleted ? null : await sealDocument(store, at, { ...row, conflicts });
  if (conflicts.length === 0) return { document };
  return { document, leaves: await Promise.all(row.conflicts.map((leaf) => sealLeaf(store, at, leaf))) };
}

async function editAfter(
  store: StoreContext,
  opened: OpenedEdit,
  pulled: PulledDocument,
): Promise<Settlement> {
  const { row, edit } = opened;
  if (pulled.rev === edit.base?.rev) return {};
  const isBelow = (rev: Revision) => pulled.path.includes(rev);
  // What went up unheard, and was merged and ended since: the feed, which has passed it, would never say so again.
  const seen = edit.path.find((rev) => isBelow(rev) || pulled.ended?.includes(rev));
  if (seen === undefined) return branchOff(store, opened, pulled);
  const base = seen === pulled.rev ? baseOf(pulled) : baseAt(edit, seen);
  if (!base) return isBelow(seen) ? {} : branchOff(store, opened, pulled);
  const own = await ownOf(store, row, base);
  if (seen === row.rev) return { edit: null, own };
  const above = await editAbove(store, opened, base);
  if (above === null || seen === pulled.rev) return { edit: above, own };
  const branched = await branchOff(store, { row: above, edit: await unsealEdit(store, above) }, pulled);
  return { edit: above, own, ...branched };
}

/** The feed shows what this device sent: confirmed by that as by any other word, and kept as its own (sync.md 8). */
async function ownOf(store: StoreContext, edit: EditRow, base: Base) {
  return { row: await sealConfirmed(store, edit, base), path: base.path };
}

const baseOf = ({ rev, body, path }: PulledDocument): Base => ({ rev, body, path });

/** The server has gone another way since the edit began. */
async function branchOff(
  store: StoreContext,
  { row, edit }: OpenedEdit,
  pulled: PulledDocument,
): Promise<Settlement> {
  const { base, body: mine } = edit;
  if (pulled.deleted) return { leaves: [await sealLeaf(store, { scope: row.scope, id: row.id }, pulled)] };
  if (row.attempted !== undefined || base === undefined || mine._deleted) return {};
  // What this build cannot read it cannot put together: hers goes up as it is, and whoever can read both merges them.
  if (![base.body, mine, pulled.body].every((body) => canBeMerged({ body }))) return {};
  const generation = generationOf(pulled.rev) + 1;
  const body = rebase({ base: base.body, mine, theirs: pulled.body, generation });
  if (sameJson(body, pulled.body)) return { edit: null };
  const { sealed: _sealed, rev: _rev, ...kept } = row;
  return {
    edit: await sealEdit(store, kept, { base: baseOf(pulled), path: [nextRevision(pulled.rev, body)], body }),
  };
}
