// Writes what was decided about documents with unsent work, in one transaction. Invariant: what the decision was made
// from is compared inside the transaction; where any of it has moved, nothing is written and the decision is made again.
import type { Scope } from '#lib/protocol/document.ts';
import type { DocumentRow, EditRow, LeafRow, RejectionRow } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

/** A store in one turn of syncing. */
export interface TurnContext extends StoreContext {
  turn: number;
}

/** What stands of a document with unsent work. */
export interface Standing {
  edit: EditRow;
  document: DocumentRow | undefined;
}

/** What becomes of it. Absent: stays as it is; null: goes. */
export interface Settlement {
  edit?: EditRow | null;
  document?: DocumentRow | null;
  leaves?: LeafRow[];
  rejection?: RejectionRow;
}
export type Decide<T> = (standing: Standing, said: T) => Promise<Settlement | undefined>;

const ATTEMPTS = 10;

/** Decides for each of `said` whose document still has unsent work, and writes it all, strictly. */
export async function settle<T extends { id: string }>(
  store: TurnContext,
  to: { scope: Scope; said: readonly T[] },
  decide: Decide<T>,
): Promise<void> {
  const { scope, said } = to;
  if (said.length === 0) return;
  const keys = said.map(({ id }): [string, string] => [scope, id]);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const standing = await store.tables.transaction(
      { mode: 'read', tables: ['edits', 'documents'] },
      (rows) => readStanding(rows, keys),
    );
    const decided = await Promise.all(standing.map(async (each, n) => each && decide(each, said[n]!)));
    const written = await store.tables.transaction(
      { mode: 'strict', tables: ['edits', 'documents', 'leaves', 'rejections'], turn: store.turn },
      async (rows) => {
        const now = await readStanding(rows, keys);
        if (now.some((each, n) => hasMoved(each, standing[n]))) return false;
        await writeSettlements(rows, keys, decided);
        return true;
      },
    );
    if (!written) continue;
    const ids = said.map(({ id }) => id);
    for (const table of ['edits', 'documents', 'rejections'] as const) store.feed.tell(table, { scope, ids });
    return;
  }
  throw new Error(`edits in ${scope} would not keep still`);
}

async function readStanding(rows: RowTables, keys: [string, string][]): Promise<(Standing | undefined)[]> {
  const [edits, documents] = await Promise.all([rows.edits.bulkGet(keys), rows.documents.bulkGet(keys)]);
  return edits.map((edit, n) => edit && { edit, document: documents[n] });
}

function hasMoved(now: Standing | undefined, before: Standing | undefined): boolean {
  return (
    now?.edit.version !== before?.edit.version ||
    now?.edit.rev !== before?.edit.rev ||
    now?.document?.rev !== before?.document?.rev
  );
}

export async function writeSettlements(
  rows: RowTables,
  keys: readonly [string, string][],
  settlements: readonly (Settlement | undefined)[],
): Promise<void> {
  const of = <F extends keyof Settlement>(field: F) => settlements.map((each) => each?.[field]);
  const put = <R>(found: (R | null | undefined)[]): R[] =>
    found.filter((row) => row !== null && row !== undefined);
  const gone = (found: unknown[]) => keys.filter((_key, n) => found[n] === null);
  await rows.edits.bulkPut(put(of('edit')));
  await rows.edits.bulkDelete(gone(of('edit')));
  await rows.documents.bulkPut(put(of('document')));
  await rows.documents.bulkDelete(gone(of('document')));
  await rows.leaves.bulkPut(of('leaves').flatMap((leaves) => leaves ?? []));
  await rows.rejections.bulkPut(put(of('rejection')));
}
