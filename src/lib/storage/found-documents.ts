// Where the server's copy of a document stands here: in a row of its own, or in a bundle.
import { typeOfId } from '#lib/domain/document-id.ts';
import { bundleKey, unsealBundle, type BundledDocument } from './bundles.ts';
import { unsealDocument, type HeldDocument } from './document-records.ts';
import type { DocumentKey, DocumentRow, StoredBundle } from './rows.ts';
import type { StoreContext } from './store-context.ts';
import { alike, endsOf, RANGE_FROM, rowsAt } from './rows-at.ts';
import type { RowTables } from './tables.ts';

export type Found = { rev: string } & ({ row: DocumentRow } | { bundle: StoredBundle; at: number });

/** For each key where it stands, undefined where nowhere. For use inside a transaction over `documents` and `bundles`. */
export async function findDocuments(
  rows: RowTables,
  keys: readonly DocumentKey[],
): Promise<(Found | undefined)[]> {
  const documents = await rowsAt(rows.documents, keys);
  const others = await mayBeBundled(
    rows,
    keys.filter((_key, n) => documents[n] === undefined),
  );
  const bundles = await findBundles(rows, others);
  return keys.map(([scope, id], n) => {
    const row = documents[n];
    if (row) return { rev: row.rev, row };
    const bundle = bundles.get(bundleKey(scope, id));
    return bundle && foundIn(bundle, [scope, id]);
  });
}

/** Undefined where the document has left this bundle, or was never in it. */
export function foundIn(bundle: StoredBundle, [scope, id]: DocumentKey): Found | undefined {
  const at = bundle.keys.indexOf(bundleKey(scope, id));
  return at >= 0 ? { rev: bundle.revs[at]!, bundle, at } : undefined;
}

/** One look at a type instead of one at each of so many of its documents. */
const ASK_TYPE_FROM = 4;

/** Those of whose scope and type there are bundles at all. */
async function mayBeBundled(rows: RowTables, keys: readonly DocumentKey[]): Promise<DocumentKey[]> {
  if (keys.length < ASK_TYPE_FROM) return [...keys];
  const kindOf = ([scope, id]: DocumentKey): DocumentKey => [scope, typeOfId(id)];
  const kinds = new Map(keys.map((key) => [String(kindOf(key)), kindOf(key)]));
  const bundled = new Set<string>();
  for (const [name, kind] of kinds) {
    const [first] = await rows.bundles.where('[scope+type]').equals(kind).limit(1).primaryKeys();
    if (first !== undefined) bundled.add(name);
  }
  return keys.filter((key) => bundled.has(String(kindOf(key))));
}

async function findBundles(
  rows: RowTables,
  keys: readonly DocumentKey[],
): Promise<Map<string, StoredBundle>> {
  const found = await Promise.all(alike(keys).map((group) => numbersOf(rows, group)));
  const numbers = [...new Set(found.flat())];
  const bundles = (await rows.bundles.bulkGet(numbers)).filter((bundle) => bundle !== undefined);
  return new Map(bundles.flatMap((bundle) => bundle.keys.map((key) => [key, bundle] as const)));
}

/** Of the bundles these are in. What was made here is new to all bundles, and so is everything near it. */
async function numbersOf({ bundles }: RowTables, group: readonly DocumentKey[]): Promise<number[]> {
  if (group.length >= RANGE_FROM) {
    const [first, last] = endsOf(group);
    const between = bundles.where('keys').between(bundleKey(...first), bundleKey(...last), true, true);
    if ((await between.limit(1).primaryKeys()).length === 0) return [];
  }
  const found = group.map((key) =>
    bundles
      .where('keys')
      .equals(bundleKey(...key))
      .primaryKeys(),
  );
  return (await Promise.all(found)).flat();
}

/** Opens what was found; a bundle once, however many of its documents are asked for. Never inside a transaction. */
export type OpenFound = (found: Found) => Promise<HeldDocument>;

export function newOpener(store: StoreContext): OpenFound {
  const opened = new Map<number, Promise<BundledDocument[]>>();
  return async (found) => {
    if ('row' in found) return unsealDocument(store, found.row);
    const { bundle, at } = found;
    const contents = opened.get(bundle.number) ?? unsealBundle(store, bundle);
    opened.set(bundle.number, contents);
    return (await contents)[at]!;
  };
}
