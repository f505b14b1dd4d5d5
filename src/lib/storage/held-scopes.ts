// Scopes of which this device holds the server's documents, and letting one go (a role ended, a year ran out).
import type { Collection } from 'dexie';
import { gridOfScope, gridScope, photosScope } from '#lib/domain/scopes.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { bundleKey } from './bundles.ts';
import { dropPhotosOf } from './photo-copies.ts';
import type { DocumentKey } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables, TableName } from './tables.ts';

export const scopeRange = (scope: Scope): [DocumentKey, DocumentKey] => [
  [scope, ''],
  [scope, '\uffff'],
];

/** What went up before anything was pulled is held without a checkpoint. */
export function listHeldScopes({ tables }: Pick<StoreContext, 'tables'>): Promise<Scope[]> {
  const held = ['checkpoints', 'documents', 'bundles', 'leaves', 'confirmed'] as const;
  return tables.transaction({ mode: 'read', tables: [...held] }, async (rows) => {
    const scopes = await Promise.all([
      rows.checkpoints.toCollection().primaryKeys(),
      scopesIn((lower) => rows.documents.where('[scope+id]').between(lower, AFTER_ALL)),
      scopesIn((lower) => rows.bundles.where('[scope+type]').between(lower, AFTER_ALL)),
      scopesIn((lower) => rows.leaves.where('[scope+id+rev]').between(lower, AFTER_ALL)),
      scopesIn((lower) => rows.confirmed.where('[scope+id+rev]').between(lower, AFTER_ALL)),
    ]);
    return [...new Set(scopes.flat())].sort();
  });
}

const AFTER_ALL = ['\uffff'];

/** From one scope to the next by the index, so that no more is read than there are scopes. */
async function scopesIn(from: (lower: (string | [])[]) => Collection): Promise<Scope[]> {
  const found: Scope[] = [];
  for (;;) {
    const last = found.at(-1);
    // An array is above all strings.
    const [next] = await from(last === undefined ? [''] : [last, []])
      .limit(1)
      .uniqueKeys();
    if (!Array.isArray(next)) return found;
    found.push(String(next[0]));
  }
}

/** Documents of this scope held as the server's; unsent work is not counted. */
export function countDocuments({ tables }: StoreContext, scope: Scope): Promise<number> {
  return tables.transaction(
    { mode: 'read', tables: ['documents', 'bundles'] },
    async ({ documents, bundles }) => {
      const [single, bundled] = await Promise.all([
        documents
          .where('[scope+id]')
          .between(...scopeRange(scope))
          .count(),
        bundles.where('keys').between(bundleKey(scope, ''), bundleKey(scope, '\uffff')).count(),
      ]);
      return single + bundled;
    },
  );
}

/** sync.md 8: own confirmed work is kept so long. */
const OWN_KEPT_MS = 7 * 86_400_000;

export interface Dropping {
  /** Of the syncing that found it out. */
  turn?: number;
  /** Only where nothing of it waits, was refused or was confirmed in the last week. */
  ifSent?: boolean;
}

/**
 * Unsent work and refused edits stay, with the bases they hold themselves; copies of a grid's photos go with its roster,
 * for they have the same readers. Answers whether it went.
 */
export async function dropScope(
  store: Pick<StoreContext, 'tables' | 'nowMs'> & { feed: Pick<StoreContext['feed'], 'tell'> },
  scope: Scope,
  { turn, ifSent = false }: Dropping = {},
): Promise<boolean> {
  const grid = gridOfScope(scope);
  const tables: TableName[] = [
    'documents',
    'bundles',
    'leaves',
    'confirmed',
    'checkpoints',
    'photos',
    'photoBytes',
    ...(ifSent ? (['edits', 'rejections'] as const) : []),
  ];
  const how = { mode: 'strict' as const, tables, ...(turn !== undefined && { turn }) };
  const types = await store.tables.transaction(how, async (rows) => {
    if (ifSent && !(await isSent(rows, scope, store.nowMs()))) return undefined;
    const types = await typesOf(rows, scope);
    await rows.documents
      .where('[scope+id]')
      .between(...scopeRange(scope))
      .delete();
    await rows.bundles
      .where('[scope+type]')
      .between(...scopeRange(scope))
      .delete();
    for (const table of [rows.leaves, rows.confirmed])
      await table.where('[scope+id+rev]').between([scope], [scope, []]).delete();
    await rows.checkpoints.delete(scope);
    if (grid !== undefined && scope === gridScope(grid)) await dropPhotosOf(rows, photosScope(grid));
    return types;
  });
  if (!types) return false;
  // Whoever reads by type reads each of them again.
  for (const table of ['documents', 'leaves', 'checkpoints'] as const)
    store.feed.tell(table, { scope, types });
  return true;
}

/** Inside a transaction over `edits`, `rejections`, `photos` and `confirmed`. */
async function isSent(rows: RowTables, scope: Scope, nowMs: number): Promise<boolean> {
  const whole = [[scope], [scope, []]] as const;
  const [edits, rejections, photos, confirmed] = await Promise.all([
    rows.edits
      .where('[scope+id]')
      .between(...scopeRange(scope))
      .count(),
    rows.rejections
      .where('[scope+id+rev]')
      .between(...whole)
      .count(),
    rows.photos.where('state').anyOf('waiting', 'refused').toArray(),
    rows.confirmed
      .where('[scope+id+rev]')
      .between(...whole)
      .toArray(),
  ]);
  const isFresh = confirmed.some(({ confirmedAt }) => Math.abs(nowMs - confirmedAt) < OWN_KEPT_MS);
  return edits + rejections === 0 && !photos.some(({ eventScope }) => eventScope === scope) && !isFresh;
}

/** Inside a transaction over `documents` and `bundles`. */
async function typesOf({ documents, bundles }: RowTables, scope: Scope): Promise<string[]> {
  const [single, bundled] = await Promise.all([
    documents
      .where('[scope+id]')
      .between(...scopeRange(scope))
      .primaryKeys(),
    bundles
      .where('[scope+type]')
      .between(...scopeRange(scope))
      .uniqueKeys(),
  ]);
  const types = [
    ...single.map(([, id]) => typeOfId(id)),
    ...bundled.map((key) => (key as unknown as DocumentKey)[1]),
  ];
  return [...new Set(types)];
}
