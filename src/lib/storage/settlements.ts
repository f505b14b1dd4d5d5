// What becomes of documents and their unsent work, decided outside a transaction and written inside one. Invariant: what
// a decision was made from is compared before it is written; where any of it has moved, nothing is written.
import { bundledIds, bundleWithout } from './bundles.ts';
import { findDocuments, foundIn, newOpener, type Found, type OpenFound } from './found-documents.ts';
import type {
  ConfirmedRow,
  DocumentKey,
  DocumentRow,
  EditRow,
  LeafRow,
  RejectionRow,
  StoredBundle,
} from './rows.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { deleteAt, rowsAt } from './rows-at.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables, TableName } from './tables.ts';

/** What stands of a document: the server's copy, unsent work. */
export interface Standing {
  found?: Found | undefined;
  edit?: EditRow | undefined;
}

/** What becomes of it. Absent: stays as it is; null: goes. */
export interface Settlement {
  edit?: EditRow | null;
  document?: DocumentRow | null;
  leaves?: LeafRow[];
  rejection?: RejectionRow;
  /** Work of this device that the feed showed to be on the server; written by whoever stores the feed. */
  own?: { row: ConfirmedRow; path: readonly Revision[] };
}

export interface Settlements {
  keys: readonly DocumentKey[];
  standing: readonly Standing[];
  settled: readonly (Settlement | undefined)[];
  /** The newest bundle when `standing` was read. */
  newestBundle: number;
  /** Bundles that documents leave. */
  bundles: { before: StoredBundle; after: StoredBundle | null }[];
}

export const SETTLED_TABLES: TableName[] = ['documents', 'bundles', 'edits', 'leaves', 'rejections'];

/** For use inside a transaction over `documents`, `bundles` and `edits`. */
export async function readStanding(rows: RowTables, keys: readonly DocumentKey[]): Promise<Standing[]> {
  const [found, edits] = await Promise.all([findDocuments(rows, keys), rowsAt(rows.edits, keys)]);
  return keys.map((_key, n) => ({ found: found[n], edit: edits[n] }));
}

/** Reads what stands and decides for each; `open` opens what was found. */
export async function decideSettlements(
  store: StoreContext,
  keys: readonly DocumentKey[],
  decide: (standing: Standing, n: number, open: OpenFound) => Promise<Settlement | undefined>,
): Promise<Settlements> {
  if (keys.length === 0) return { keys, standing: [], settled: [], bundles: [], newestBundle: 0 };
  const { standing, newestBundle } = await store.tables.transaction(
    { mode: 'read', tables: ['documents', 'bundles', 'edits'] },
    async (rows) => ({
      standing: await readStanding(rows, keys),
      newestBundle: await newestBundleOf(rows),
    }),
  );
  const open = newOpener(store);
  const settled = await Promise.all(standing.map((each, n) => decide(each, n, open)));
  const bundles = await leftBundles(store, { keys, standing, settled });
  return { keys, standing, settled, bundles, newestBundle };
}

/** Bundles are numbered as they are made, and no number is given twice; 0 where there is none. One look from the end. */
async function newestBundleOf({ bundles }: RowTables): Promise<number> {
  return Number((await bundles.toCollection().lastKey()) ?? 0);
}

async function leftBundles(
  store: StoreContext,
  { keys, standing, settled }: Omit<Settlements, 'bundles' | 'newestBundle'>,
): Promise<Settlements['bundles']> {
  const leaving = new Map<StoredBundle, Set<string>>();
  for (const [n, { found }] of standing.entries()) {
    if (!found || !('bundle' in found) || settled[n]?.document === undefined) continue;
    const ids = leaving.get(found.bundle) ?? new Set();
    leaving.set(found.bundle, ids.add(keys[n]![1]));
  }
  const left = [...leaving].map(async ([before, ids]) => ({
    before,
    after: await bundleWithout(store, before, ids),
  }));
  return Promise.all(left);
}

/** Whether any of it is not as it was when it was decided. Inside the transaction that will write it. */
export async function haveMoved(rows: RowTables, settlements: Settlements): Promise<boolean> {
  const { keys, standing, newestBundle } = settlements;
  if (keys.length === 0) return false;
  const isNoneNew = (await newestBundleOf(rows)) === newestBundle;
  const now = isNoneNew ? await readAgain(rows, settlements) : await readStanding(rows, keys);
  return now.some((each, n) => hasMoved(each, standing[n]!));
}

/** What stands now, where no bundle was made since: what was in none is in none, and is not looked up one by one. */
async function readAgain(rows: RowTables, { keys, standing }: Settlements): Promise<Standing[]> {
  const numberOf = ({ found }: Standing) => (found && 'bundle' in found ? found.bundle.number : undefined);
  const numbers = [...new Set(standing.map(numberOf))].filter((number) => number !== undefined);
  const [documents, edits, bundles] = await Promise.all([
    rowsAt(rows.documents, keys),
    rowsAt(rows.edits, keys),
    rows.bundles.bulkGet(numbers),
  ]);
  const left = new Map(bundles.flatMap((bundle) => (bundle ? [[bundle.number, bundle] as const] : [])));
  return keys.map((key, n) => {
    const row = documents[n];
    const bundle = left.get(numberOf(standing[n]!) ?? 0);
    return { edit: edits[n], found: row ? { rev: row.rev, row } : bundle && foundIn(bundle, key) };
  });
}

export function hasMoved(now: Standing, before: Standing): boolean {
  if (now.edit?.version !== before.edit?.version || now.edit?.rev !== before.edit?.rev) return true;
  return now.found?.rev !== before.found?.rev || bundleState(now.found) !== bundleState(before.found);
}

/** A bundle changes only by documents leaving it. */
function bundleState(found: Found | undefined): string | undefined {
  return found && 'bundle' in found ? `${found.bundle.number} ${bundledIds(found.bundle).length}` : undefined;
}

/** Inside a transaction over SETTLED_TABLES, after `haveMoved` was answered with no. */
export async function writeSettlements(
  rows: RowTables,
  { keys, settled, bundles }: Settlements,
): Promise<void> {
  if (keys.length === 0) return;
  const of = <F extends keyof Settlement>(field: F) => settled.map((each) => each?.[field]);
  const put = <R>(found: (R | null | undefined)[]): R[] =>
    found.filter((row) => row !== null && row !== undefined);
  const gone = (found: unknown[]) => keys.filter((_key, n) => found[n] === null);
  await rows.edits.bulkPut(put(of('edit')));
  await deleteAt(rows.edits, gone(of('edit')));
  await rows.bundles.bulkPut(put(bundles.map(({ after }) => after)));
  await rows.bundles.bulkDelete(bundles.filter(({ after }) => !after).map(({ before }) => before.number));
  await rows.documents.bulkPut(put(of('document')));
  await rows.documents.bulkDelete(gone(of('document')));
  await rows.leaves.bulkPut(of('leaves').flatMap((leaves) => leaves ?? []));
  await rows.rejections.bulkPut(put(of('rejection')));
}
