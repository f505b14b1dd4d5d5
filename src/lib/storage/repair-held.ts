// What this device holds of a scope, as repair compares it with the server: revisions page by page, bodies where they are
// asked for (sync.md 8). Invariant: bundles are listed before single documents, so that a document that leaves its bundle
// meanwhile is listed all the same.
import type { Scope } from '#lib/protocol/document.ts';
import type { HeldPage, HeldRevision, Leaf } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { bundledIds } from './bundles.ts';
import { unlessDamaged } from './damaged.ts';
import { unsealLeaf } from './document-records.ts';
import { findDocuments, newOpener, type Found } from './found-documents.ts';
import { scopeRange } from './held-scopes.ts';
import type { ConfirmedContent, ConfirmedRow, DocumentKey, LeafRow } from './rows.ts';
import { unsealJson } from './sealing.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables, TableName } from './tables.ts';

const BUNDLES_A_PAGE = 10;
const ROWS_A_PAGE = 500;

const HELD_TABLES = ['documents', 'bundles', 'leaves', 'confirmed'] satisfies TableName[];
type Section = 'bundles' | 'documents' | 'leaves' | 'confirmed';
const NEXT_SECTION: Record<Section, Section | undefined> = {
  bundles: 'documents',
  documents: 'leaves',
  leaves: 'confirmed',
  confirmed: undefined,
};

interface Place {
  section: Section;
  /** The last key of the page before. */
  after?: number | string[];
}
const BEGINNING: Place = { section: 'bundles' };

export function listHeld({ tables }: StoreContext, scope: Scope, from?: string): Promise<HeldPage> {
  const place = from === undefined ? BEGINNING : (JSON.parse(from) as Place);
  return tables.transaction({ mode: 'read', tables: HELD_TABLES }, async (rows) => {
    const { held, after } = await readers[place.section](rows, scope, place.after);
    const next = after !== undefined ? { ...place, after } : nextPlace(place);
    return { held, ...(next && { next: JSON.stringify(next) }) };
  });
}

function nextPlace({ section }: Place): Place | undefined {
  const next = NEXT_SECTION[section];
  return next && { section: next };
}

/** A page of one table; `after` where there may be more. */
interface SectionPage {
  held: HeldRevision[];
  after?: number | string[];
}
type SectionReader = (rows: RowTables, scope: Scope, after: Place['after']) => Promise<SectionPage>;

const readBundles: SectionReader = async ({ bundles }, scope, after = 0) => {
  const numbers = await bundles
    .where('[scope+type]')
    .between(...scopeRange(scope))
    .primaryKeys();
  const left = numbers.filter((number) => number > Number(after)).sort((a, b) => a - b);
  const page = left.slice(0, BUNDLES_A_PAGE);
  const found = (await bundles.bulkGet(page)).filter((bundle) => bundle !== undefined);
  const held = found.flatMap((bundle) =>
    bundledIds(bundle).map((id, n): HeldRevision => ({ id, rev: bundle.revs[n]!, as: 'document' })),
  );
  return left.length > page.length ? { held, after: page.at(-1)! } : { held };
};

const readDocuments: SectionReader = async ({ documents }, scope, after) => {
  const [first, last] = scopeRange(scope);
  const found = await documents
    .where('[scope+id]')
    .between((after as DocumentKey | undefined) ?? first, last, after === undefined)
    .limit(ROWS_A_PAGE)
    .toArray();
  const held = found.map(({ id, rev }): HeldRevision => ({ id, rev, as: 'document' }));
  return found.length === ROWS_A_PAGE ? { held, after: [scope, held.at(-1)!.id] } : { held };
};

function readerOf(table: 'leaves' | 'confirmed', as: HeldRevision['as']): SectionReader {
  return async (rows, scope, after) => {
    const found = await (rows[table] as RowTables['leaves'])
      .where('[scope+id+rev]')
      .between(after ?? [scope], [scope, []], after === undefined)
      .limit(ROWS_A_PAGE)
      .primaryKeys();
    const held = found.map(([, id, rev]): HeldRevision => ({ id, rev, as }));
    return found.length === ROWS_A_PAGE ? { held, after: found.at(-1)! } : { held };
  };
}

const readers: Record<Section, SectionReader> = {
  bundles: readBundles,
  documents: readDocuments,
  leaves: readerOf('leaves', 'leaf'),
  confirmed: readerOf('confirmed', 'own'),
};

/** Those of `wanted` that are held, wherever, and undamaged. */
export async function readHeld(
  store: StoreContext,
  scope: Scope,
  wanted: readonly { id: string; rev: Revision }[],
): Promise<(Leaf & { id: string })[]> {
  const keys = wanted.map(({ id }): DocumentKey => [scope, id]);
  const revisionKeys = wanted.map(({ id, rev }): [string, string, string] => [scope, id, rev]);
  const stands = await store.tables.transaction({ mode: 'read', tables: HELD_TABLES }, async (rows) => {
    const [found, leaves, confirmed] = await Promise.all([
      findDocuments(rows, keys),
      rows.leaves.bulkGet(revisionKeys),
      rows.confirmed.bulkGet(revisionKeys),
    ]);
    return wanted.map(({ id, rev }, n) => ({
      id,
      document: found[n]?.rev === rev ? found[n] : undefined,
      leaf: leaves[n],
      own: confirmed[n],
    }));
  });
  const open = newOpener(store);
  const opened = await Promise.all(
    stands.map(async ({ id, ...standing }) => {
      const leaf = await openStanding(store, standing, open);
      return leaf && { id, ...leaf };
    }),
  );
  return opened.filter((each) => each !== undefined);
}

/** Whether each of these is the server's copy as it stands here, with no leaf beside it. */
export async function holdsAll(
  { tables }: StoreContext,
  scope: Scope,
  revisions: readonly { id: string; rev: Revision }[],
): Promise<boolean> {
  const keys = revisions.map(({ id }): DocumentKey => [scope, id]);
  return tables.transaction({ mode: 'read', tables: HELD_TABLES }, async (rows) => {
    const [found, losing] = await Promise.all([
      findDocuments(rows, keys),
      rows.leaves.where('[scope+id+rev]').between([scope], [scope, []]).primaryKeys(),
    ]);
    const conflicted = new Set(losing.map(([, id]) => id));
    return revisions.every(({ id, rev }, n) => found[n]?.rev === rev && !conflicted.has(id));
  });
}

interface StandingRevision {
  document: Found | undefined;
  leaf: LeafRow | undefined;
  own: ConfirmedRow | undefined;
}

async function openStanding(
  store: StoreContext,
  { document, leaf, own }: StandingRevision,
  open: ReturnType<typeof newOpener>,
): Promise<Leaf | undefined> {
  const openings = [
    document && (() => open(document).then(({ rev, body, path }) => ({ rev, body, path, deleted: false }))),
    leaf && (() => unsealLeaf(store, leaf)),
    own && (() => openOwn(store, own)),
  ];
  for (const opening of openings) {
    const opened = opening && (await unlessDamaged<Leaf>(opening()));
    if (opened) return opened;
  }
  return undefined;
}

async function openOwn(store: StoreContext, own: ConfirmedRow): Promise<Leaf> {
  const { scope, id, rev, deleted, sealed } = own;
  const place = { table: 'confirmed' as const, scope, id, rev };
  return { rev, deleted, ...(await unsealJson<ConfirmedContent>(store.cipher, place, sealed)) };
}
