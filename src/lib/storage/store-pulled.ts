// Pulled slices into the store: sealed and judged first (slow, no transaction open), then written with their checkpoint
// in one relaxed transaction. Invariants: the checkpoint is never ahead of the rows; an edit that moved between judging
// and writing is judged again.
import type { Scope } from '#lib/protocol/document.ts';
import type { Checkpoint, PreparedPull, PulledDocument } from '#lib/protocol/replica-store.ts';
import { judgePulled, type Held } from './judge-pulled.ts';
import { writeSettlements, type Settlement, type TurnContext } from './settle.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

type Key = [scope: string, id: string];
interface Judged extends PreparedPull {
  keys: Key[];
  held: Held[];
  settlements: (Settlement | undefined)[];
}
const ATTEMPTS = 10;
export const scopeRange = (scope: Scope): [Key, Key] => [
  [scope, ''],
  [scope, '\uffff'],
];

/** `expectNothing`: nothing is held in this scope, so that nothing need be read; true or not, storing looks again. */
export async function preparePulled(
  store: StoreContext,
  scope: Scope,
  pulled: { rows: readonly PulledDocument[]; expectNothing: boolean },
): Promise<PreparedPull> {
  const rows = newestOfEach(pulled.rows);
  const keys = rows.map(({ id }): Key => [scope, id]);
  const held = pulled.expectNothing ? keys.map(() => ({})) : await readHeld(store, keys);
  const settlements = await Promise.all(
    rows.map((row, n) => judgePulled(store, { scope, held: held[n]! }, row)),
  );
  const judged: Judged = { scope, rows, keys, held, settlements };
  return judged;
}

/** A document may be in a slice twice: the later row counts, unless it is an ancestor of the earlier. */
function newestOfEach(rows: readonly PulledDocument[]): PulledDocument[] {
  const newest = new Map<string, PulledDocument>();
  for (const row of rows) {
    if (!newest.get(row.id)?.path.includes(row.rev)) newest.set(row.id, row);
  }
  return [...newest.values()];
}

function readHeld(store: StoreContext, keys: Key[]): Promise<Held[]> {
  return store.tables.transaction({ mode: 'read', tables: ['documents', 'edits'] }, async (rows) => {
    const [documents, edits] = await Promise.all([rows.documents.bulkGet(keys), rows.edits.bulkGet(keys)]);
    return keys.map((_key, n) => ({ document: documents[n], edit: edits[n] }));
  });
}

export async function storePulled(
  store: TurnContext,
  prepared: PreparedPull,
  checkpoint: Checkpoint,
): Promise<void> {
  const { scope, rows } = prepared;
  let judged = prepared as Judged;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await write(store, judged, checkpoint)) {
      const ids = rows.map(({ id }) => id);
      for (const table of ['documents', 'edits', 'leaves', 'checkpoints'] as const)
        store.feed.tell(table, { scope, ids });
      return;
    }
    judged = (await preparePulled(store, scope, { rows, expectNothing: false })) as Judged;
  }
  throw new Error(`edits in ${scope} would not keep still`);
}

function write(store: TurnContext, judged: Judged, checkpoint: Checkpoint): Promise<boolean> {
  const { scope, keys, settlements } = judged;
  const tables = ['documents', 'edits', 'leaves', 'rejections', 'checkpoints'] as const;
  return store.tables.transaction(
    { mode: 'relaxed', tables: [...tables], turn: store.turn },
    async (rows) => {
      if (await editsMoved(rows, judged)) return false;
      await dropStaleLeaves(rows, judged);
      await writeSettlements(rows, keys, settlements);
      await rows.checkpoints.put({ ...checkpoint, scope });
      return true;
    },
  );
}

async function editsMoved(rows: RowTables, { scope, keys, held }: Judged): Promise<boolean> {
  const waiting = await rows.edits
    .where('[scope+id]')
    .between(...scopeRange(scope))
    .toArray();
  const now = new Map(waiting.map((edit) => [edit.id, edit]));
  return keys.some(([, id], n) => {
    const edit = now.get(id);
    return edit?.version !== held[n]?.edit?.version || edit?.rev !== held[n]?.edit?.rev;
  });
}

/** Leaves the server no longer names beside the documents of this slice are merged or gone. */
async function dropStaleLeaves(rows: RowTables, { scope, keys, settlements }: Judged): Promise<void> {
  const known = await rows.leaves.where('[scope+id+rev]').between([scope], [scope, []]).primaryKeys();
  if (known.length === 0) return;
  const named = new Map(keys.map(([, id], n) => [id, settlements[n]]));
  const stale = known.filter(([, id, rev]) => {
    const settlement = named.get(id);
    return settlement !== undefined && !settlement.leaves?.some((leaf) => leaf.rev === rev);
  });
  await rows.leaves.bulkDelete(stale);
}
