// Carries out what the server said of documents with unsent work, in one strict transaction; decides again where
// something moved meanwhile.
import type { Scope } from '#lib/protocol/document.ts';
import type { OpenFound } from './found-documents.ts';
import { withRoom } from './photo-copies.ts';
import type { EditRow } from './rows.ts';
import {
  decideSettlements,
  haveMoved,
  SETTLED_TABLES,
  writeSettlements,
  type Settlement,
  type Standing,
} from './settlements.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables, TableName } from './tables.ts';

/** A store in one turn of syncing. */
export interface TurnContext extends StoreContext {
  turn: number;
  /** By scope that was empty when this turn first stored into it: the ids stored since. Undefined: it was not empty. */
  firstPulls: Map<Scope, Set<string> | undefined>;
}

/** A document of which something is waiting. */
export interface Waiting extends Standing {
  edit: EditRow;
  open: OpenFound;
}
export type Decide<T> = (waiting: Waiting, said: T) => Promise<Settlement | undefined>;

/** What is written beside the settlements, in the same transaction. */
export interface Beside {
  tables: TableName[];
  /** Before it is decided, for the first time or again. */
  begin(): void;
  /** After it was decided, before the transaction. */
  seal(): Promise<void>;
  write(rows: RowTables): Promise<void>;
}

const ATTEMPTS = 10;

/** Decides for each of `said` whose document still has unsent work, and writes it all. */
export async function settle<T extends { id: string }>(
  store: TurnContext,
  { scope, said, beside }: { scope: Scope; said: readonly T[]; beside?: Beside },
  decide: Decide<T>,
): Promise<void> {
  if (said.length === 0) return;
  const ids = said.map(({ id }) => id);
  const keys = ids.map((id): [string, string] => [scope, id]);
  for (const id of ids) store.firstPulls.get(scope)?.add(id);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    beside?.begin();
    const settlements = await decideSettlements(
      store,
      keys,
      async ({ found, edit }, n, open) => edit && decide({ found, edit, open }, said[n]!),
    );
    await beside?.seal();
    const tables = [...SETTLED_TABLES, ...(beside?.tables ?? [])];
    const written = await withRoom(store, () =>
      store.tables.transaction({ mode: 'strict', tables, turn: store.turn }, async (rows) => {
        if (await haveMoved(rows, settlements)) return false;
        await writeSettlements(rows, settlements);
        await beside?.write(rows);
        return true;
      }),
    );
    if (!written) continue;
    for (const table of ['edits', 'documents', 'rejections'] as const) store.feed.tell(table, { scope, ids });
    return;
  }
  throw new Error(`edits in ${scope} would not keep still`);
}
