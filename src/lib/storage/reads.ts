// Reading documents as a screen sees them: the server's, with unsent edits laid over. Unsealing happens after the
// transaction has closed. A refused edit is not laid over; it stands in the rejections.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Leaf } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { bundledIds, bundleKey, unsealContents } from './bundles.ts';
import { unsealDocument, unsealEdit, unsealLeaf, type HeldDocument } from './document-records.ts';
import { newOpener } from './found-documents.ts';
import type { BundleRow, DocumentKey, DocumentRow, EditRow } from './rows.ts';
import { readStanding } from './settlements.ts';
import type { StoreContext } from './store-context.ts';
import type { TableName } from './tables.ts';

export interface StoredDocument {
  scope: Scope;
  id: string;
  /** The newest revision here; hand it to `saveAction` as `basedOn`. */
  rev: Revision;
  body: DocumentBody;
  /** Not confirmed by the server yet. */
  waiting: boolean;
  /** Losing leaves the server named beside it. */
  conflicts: Revision[];
}

export interface DocumentList {
  documents: StoredDocument[];
  /** Ids whose record is not what was sealed there: left out, to be told. */
  tampered: string[];
}

const READ = { mode: 'read' as const, tables: ['documents', 'bundles', 'edits'] satisfies TableName[] };

/** Undefined where there is none, or it was deleted. Throws `tampered`. */
export async function readDocument(
  store: StoreContext,
  scope: Scope,
  id: string,
): Promise<StoredDocument | undefined> {
  const [standing] = await store.tables.transaction(READ, (rows) => readStanding(rows, [[scope, id]]));
  if (standing?.edit) return openEdit(store, standing.edit);
  if (!standing?.found) return undefined;
  return { scope, id, waiting: false, ...pick(await newOpener(store)(standing.found)) };
}

/** All documents of a type in a scope. */
export async function listByType(store: StoreContext, scope: Scope, type: string): Promise<DocumentList> {
  const rows = await store.tables.transaction(READ, async ({ documents, bundles, edits }) => {
    const range = [
      [scope, `${type}:`],
      [scope, `${type}:\uffff`],
    ] as const;
    const [single, bundled, unsent] = await Promise.all([
      documents
        .where('[scope+id]')
        .between(...range)
        .toArray(),
      bundles.where('[scope+type]').equals([scope, type]).toArray(),
      edits
        .where('[scope+id]')
        .between(...range)
        .toArray(),
    ]);
    return { single, bundled, unsent };
  });
  return openAll(store, rows);
}

/** Those of these documents that there are, in one transaction. */
export async function readDocuments(
  store: StoreContext,
  scope: Scope,
  ids: readonly string[],
): Promise<DocumentList> {
  const keys = ids.map((id): DocumentKey => [scope, id]);
  const standing = await store.tables.transaction(READ, (rows) => readStanding(rows, keys));
  const found = standing.flatMap((each) => each.found ?? []);
  const bundled = found.flatMap((each) => ('bundle' in each ? each.bundle : []));
  const { documents, tampered } = await openAll(store, {
    single: found.flatMap((each) => ('row' in each ? each.row : [])),
    bundled: [...new Set(bundled)],
    unsent: standing.flatMap(({ edit }) => edit ?? []),
  });
  // A bundle is opened whole, whoever else is in it.
  const asked = new Set(ids);
  return {
    documents: documents.filter(({ id }) => asked.has(id)),
    tampered: tampered.filter((id) => asked.has(id)),
  };
}

/** All documents with this opaque reference, whatever their scope: a household's events of all years. */
export async function listByReference(store: StoreContext, ref: string): Promise<DocumentList> {
  const rows = await store.tables.transaction(READ, async ({ documents, bundles, edits }) => {
    const [single, bundled, made, waiting] = await Promise.all([
      documents.where('ref').equals(ref).toArray(),
      bundles.where('refs').equals(ref).toArray(),
      edits.where('ref').equals(ref).toArray(),
      edits.toCollection().primaryKeys(),
    ]);
    // Edits that took the reference away are laid over, too, and then left out.
    const found = new Set([...single.map(keyOf), ...bundled.flatMap(({ keys }) => keys)]);
    const over = await edits.bulkGet(waiting.filter(([scope, id]) => found.has(bundleKey(scope, id))));
    return { single, bundled, unsent: [...over.filter((edit) => edit !== undefined), ...made] };
  });
  const { documents, tampered } = await openAll(store, rows);
  return { tampered, documents: documents.filter(({ body }) => store.referenceOf(body) === ref) };
}

/** The losing leaves beside a document, with their bodies, until they are merged (sync.md 6). */
export async function readLeaves(store: StoreContext, scope: Scope, id: string): Promise<Leaf[]> {
  const range = [
    [scope, id],
    [scope, id, []],
  ] as const;
  const rows = await store.tables.transaction({ mode: 'read', tables: ['leaves'] }, ({ leaves }) =>
    leaves
      .where('[scope+id+rev]')
      .between(...range)
      .toArray(),
  );
  return Promise.all(rows.map((row) => unsealLeaf(store, row)));
}

interface Rows {
  single: DocumentRow[];
  bundled: BundleRow[];
  unsent: EditRow[];
}

const keyOf = ({ scope, id }: { scope: string; id: string }) => bundleKey(scope, id);
const pick = ({ rev, body, conflicts }: HeldDocument) => ({
  rev,
  body,
  conflicts,
});

async function openAll(store: StoreContext, { single, bundled, unsent }: Rows): Promise<DocumentList> {
  const tampered: string[] = [];
  const orTampered = async <T>(ids: string[], opening: Promise<T[]>): Promise<T[]> => {
    try {
      return await opening;
    } catch (error) {
      if (storageFaultKind(error) !== 'tampered') throw error;
      tampered.push(...ids);
      return [];
    }
  };
  const opened = await Promise.all([
    ...single.map((row) => orTampered([row.id], openSingle(store, row))),
    ...bundled.map((row) => orTampered(bundledIds(row), openBundle(store, row))),
  ]);
  if (unsent.length === 0) return { documents: opened.flat(), tampered };
  const documents = new Map(opened.flat().map((document) => [keyOf(document), document]));
  for (const edit of unsent) {
    const [laidOver] = await orTampered(
      [edit.id],
      openEdit(store, edit).then((document) => [document]),
    );
    if (laidOver) documents.set(keyOf(edit), laidOver);
    else documents.delete(keyOf(edit));
  }
  return { documents: [...documents.values()], tampered };
}

async function openSingle(store: StoreContext, row: DocumentRow): Promise<StoredDocument[]> {
  return [{ scope: row.scope, id: row.id, waiting: false, ...pick(await unsealDocument(store, row)) }];
}

async function openBundle(store: StoreContext, row: BundleRow): Promise<StoredDocument[]> {
  const { scope, revs } = row;
  const [contents, ids] = [await unsealContents(store, row), bundledIds(row)];
  // A whole roster comes through here: one object for each document, no more.
  return contents.map(({ body, conflicts = [] }, n) => {
    return { scope, id: ids[n]!, rev: revs[n]!, body, waiting: false, conflicts };
  });
}

async function openEdit(store: StoreContext, edit: EditRow): Promise<StoredDocument | undefined> {
  const { scope, id, rev } = edit;
  const { body } = await unsealEdit(store, edit);
  return body._deleted ? undefined : { scope, id, rev, body, waiting: true, conflicts: [] };
}
