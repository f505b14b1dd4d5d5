// Pulled slices into the store: sealed and judged first (slow, no transaction open), then written with their checkpoint
// in one relaxed transaction. Invariants: the checkpoint is never ahead of the rows; what moved between judging and
// writing is judged again; a document that came before stands in one place only.
import type { Scope } from '#lib/protocol/document.ts';
import type { Checkpoint, PreparedPull, PulledDocument } from '#lib/protocol/replica-store.ts';
import { sealBundles } from './bundles.ts';
import { sealLeaf } from './document-records.ts';
import { countDocuments, scopeRange } from './held-scopes.ts';
import { judgePulled } from './judge-pulled.ts';
import { keepConfirmed } from './repair-confirmed.ts';
import type { BundleRow, DocumentKey, LeafRow } from './rows.ts';
import type { TurnContext } from './settle.ts';
import {
  decideSettlements,
  haveMoved,
  SETTLED_TABLES,
  writeSettlements,
  type Settlements,
} from './settlements.ts';
import type { RowTables } from './tables.ts';

interface Judged extends PreparedPull {
  /** Documents of which nothing is held: bundled as they came. */
  fresh: { ids: string[]; bundles: BundleRow[]; leaves: LeafRow[] };
  /** All others. */
  settlements: Settlements;
}
const ATTEMPTS = 10;

/** `expectNothing`: nothing was held in this scope when its first slice was prepared; it is looked up once. */
export async function preparePulled(
  store: TurnContext,
  scope: Scope,
  pulled: { rows: readonly PulledDocument[]; expectNothing: boolean },
): Promise<PreparedPull> {
  await store.saves.clear();
  const rows = newestOfEach(pulled.rows);
  const seen = pulled.expectNothing ? await firstPull(store, scope) : undefined;
  const isFresh = ({ id }: PulledDocument) => seen !== undefined && !seen.has(id);
  const fresh = rows.filter(isFresh);
  const others = rows.filter((row) => !isFresh(row));
  for (const { id } of fresh) seen?.add(id);
  return judged(store, scope, { rows, fresh, others });
}

/** A document may be in a slice twice: the later row counts, unless it is an ancestor of the earlier. */
function newestOfEach(rows: readonly PulledDocument[]): PulledDocument[] {
  const newest = new Map<string, PulledDocument>();
  for (const row of rows) {
    if (!newest.get(row.id)?.path.includes(row.rev)) newest.set(row.id, row);
  }
  return [...newest.values()];
}

async function firstPull(store: TurnContext, scope: Scope): Promise<Set<string> | undefined> {
  if (!store.firstPulls.has(scope)) {
    const isEmpty = (await countDocuments(store, scope)) === 0;
    store.firstPulls.set(scope, isEmpty ? new Set() : undefined);
  }
  return store.firstPulls.get(scope);
}

interface Sorted {
  rows: readonly PulledDocument[];
  fresh: readonly PulledDocument[];
  others: readonly PulledDocument[];
}

async function judged(store: TurnContext, scope: Scope, { rows, fresh, others }: Sorted): Promise<Judged> {
  const kept = fresh.filter(({ deleted }) => !deleted);
  const held = kept.map((row) => ({ ...row, conflicts: row.conflicts.map(({ rev }) => rev) }));
  const losing = kept.flatMap(({ id, conflicts }) =>
    conflicts.map((leaf) => sealLeaf(store, { scope, id }, leaf)),
  );
  const keys = others.map(({ id }): DocumentKey => [scope, id]);
  const [bundles, leaves, settlements] = await Promise.all([
    sealBundles(store, scope, held),
    Promise.all(losing),
    decideSettlements(store, keys, (standing, n, open) =>
      judgePulled(store, { scope, standing, open }, others[n]!),
    ),
  ]);
  return { scope, rows, fresh: { ids: fresh.map(({ id }) => id), bundles, leaves }, settlements };
}

export async function storePulled(
  store: TurnContext,
  prepared: PreparedPull,
  checkpoint: Checkpoint,
): Promise<void> {
  await storeJudged(store, prepared as Judged, checkpoint);
}

/** Rows of this device's own merging (sync/merge-round.ts): without a checkpoint, and what they say of leaves is the last word. */
export async function storeMerged(
  store: TurnContext,
  scope: Scope,
  rows: readonly PulledDocument[],
): Promise<void> {
  if (rows.length > 0)
    await storeJudged(store, await judged(store, scope, { rows, fresh: [], others: rows }));
}

async function storeJudged(store: TurnContext, prepared: Judged, checkpoint?: Checkpoint): Promise<void> {
  const { scope, rows } = prepared;
  let slice = prepared;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await store.saves.clear();
    if (await write(store, slice, checkpoint)) {
      const ids = rows.map(({ id }) => id);
      for (const table of ['documents', 'edits', 'leaves', 'checkpoints'] as const)
        store.feed.tell(table, { scope, ids });
      return;
    }
    slice = await judged(store, scope, { rows, fresh: [], others: rows });
  }
  throw new Error(`edits in ${scope} would not keep still`);
}

function write(store: TurnContext, slice: Judged, checkpoint: Checkpoint | undefined): Promise<boolean> {
  const { scope, fresh, settlements } = slice;
  const tables = [...SETTLED_TABLES, 'checkpoints' as const, 'confirmed' as const];
  return store.tables.transaction({ mode: 'relaxed', tables, turn: store.turn }, async (rows) => {
    if ((await areWaiting(rows, scope, fresh.ids)) || (await haveMoved(rows, settlements))) return false;
    await dropStaleLeaves(rows, slice, checkpoint === undefined);
    await rows.bundles.bulkAdd(fresh.bundles);
    await rows.leaves.bulkPut(fresh.leaves);
    await writeSettlements(rows, settlements);
    const own = settlements.settled.flatMap((each) => each?.own ?? []);
    await keepConfirmed(rows, own, store.nowMs());
    if (checkpoint) await rows.checkpoints.put({ ...checkpoint, scope });
    return true;
  });
}

/** Whether something unsent has come to be on one of these, of which nothing was held. */
async function areWaiting(rows: RowTables, scope: Scope, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const waiting = await rows.edits
    .where('[scope+id]')
    .between(...scopeRange(scope))
    .primaryKeys();
  const among = new Set(waiting.map(([, id]) => id));
  return among.size > 0 && ids.some((id) => among.has(id));
}

/** Leaves the server no longer names beside the documents of this slice are merged or gone. `all`: news or not. */
async function dropStaleLeaves(rows: RowTables, slice: Judged, all: boolean): Promise<void> {
  const { scope, settlements } = slice;
  const { keys, settled } = settlements;
  if (keys.length === 0) return;
  const known = await rows.leaves.where('[scope+id+rev]').between([scope], [scope, []]).primaryKeys();
  if (known.length === 0) return;
  const named = new Map(keys.map(([, id], n) => [id, settled[n]]));
  const told = new Map(all ? slice.rows.map(({ id, conflicts }) => [id, conflicts]) : []);
  const stale = known.filter(([, id, rev]) => {
    const settlement = named.get(id);
    if (told.has(id)) return !told.get(id)!.some((leaf) => leaf.rev === rev);
    return settlement !== undefined && !settlement.leaves?.some((leaf) => leaf.rev === rev);
  });
  await rows.leaves.bulkDelete(stale);
}
