// Reading documents as a screen sees them: the server's, with unsent edits laid over. Unsealing happens after the
// transaction has closed. A refused edit is not laid over; it stands in the rejections.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Leaf } from '#lib/protocol/replica-store.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { unsealDocument, unsealEdit, unsealLeaf } from './document-records.ts';
import type { DocumentRow, EditRow } from './rows.ts';
import type { StoreContext } from './store-context.ts';

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

interface Pair {
  document?: DocumentRow;
  edit?: EditRow;
}

/** Undefined where there is none, or it was deleted. Throws `tampered`. */
export async function readDocument(
  store: StoreContext,
  scope: Scope,
  id: string,
): Promise<StoredDocument | undefined> {
  const pair = await store.tables.transaction(
    { mode: 'read', tables: ['documents', 'edits'] },
    async (rows) => {
      const [document, edit] = await Promise.all([
        rows.documents.get([scope, id]),
        rows.edits.get([scope, id]),
      ]);
      return { ...(document && { document }), ...(edit && { edit }) };
    },
  );
  return unsealPair(store, pair);
}

/** All documents of a type in a scope, by id. */
export async function listByType(store: StoreContext, scope: Scope, type: string): Promise<DocumentList> {
  const [documents, edits] = await store.tables.transaction(
    { mode: 'read', tables: ['documents', 'edits'] },
    (rows) => {
      const from = [scope, `${type}:`];
      const to = [scope, `${type}:\uffff`];
      return Promise.all([
        rows.documents.where('[scope+id]').between(from, to).toArray(),
        rows.edits.where('[scope+id]').between(from, to).toArray(),
      ]);
    },
  );
  return unsealPairs(store, pairsOf(documents, edits));
}

/** All documents with this opaque reference, whatever their scope: a household's events of all years. */
export async function listByReference(store: StoreContext, ref: string): Promise<DocumentList> {
  const [documents, edits] = await store.tables.transaction(
    { mode: 'read', tables: ['documents', 'edits'] },
    async (rows) => {
      const found = await rows.documents.where('ref').equals(ref).toArray();
      const keys = found.map(({ scope, id }): [string, string] => [scope, id]);
      const [over, made] = await Promise.all([
        rows.edits.bulkGet(keys),
        rows.edits.where('ref').equals(ref).toArray(),
      ]);
      return [found, [...over.filter((edit) => edit !== undefined), ...made]] as const;
    },
  );
  const list = await unsealPairs(store, pairsOf(documents, edits));
  return { ...list, documents: list.documents.filter(({ body }) => store.referenceOf(body) === ref) };
}

/** The losing leaves beside a document, with their bodies, until they are merged (sync.md 6). */
export async function readLeaves(store: StoreContext, scope: Scope, id: string): Promise<Leaf[]> {
  const rows = await store.tables.transaction({ mode: 'read', tables: ['leaves'] }, ({ leaves }) =>
    leaves.where('[scope+id+rev]').between([scope, id], [scope, id, []]).toArray(),
  );
  return Promise.all(rows.map((row) => unsealLeaf(store, row)));
}

const keyOf = ({ scope, id }: { scope: string; id: string }) => `${scope}|${id}`;

function pairsOf(documents: readonly DocumentRow[], edits: readonly EditRow[]): Pair[] {
  if (edits.length === 0) return documents.map((document) => ({ document }));
  const pairs = new Map<string, Pair>();
  for (const document of documents) pairs.set(keyOf(document), { document });
  for (const edit of edits) pairs.set(keyOf(edit), { ...pairs.get(keyOf(edit)), edit });
  return [...pairs.values()];
}

async function unsealPairs(store: StoreContext, pairs: readonly Pair[]): Promise<DocumentList> {
  const tampered: string[] = [];
  const documents = await Promise.all(
    pairs.map((pair) =>
      unsealPair(store, pair).catch((error: unknown) => {
        if (storageFaultKind(error) !== 'tampered') throw error;
        tampered.push((pair.edit ?? pair.document)!.id);
        return undefined;
      }),
    ),
  );
  return { documents: documents.filter((document) => document !== undefined), tampered };
}

async function unsealPair(
  store: StoreContext,
  { document, edit }: Pair,
): Promise<StoredDocument | undefined> {
  const { scope, id } = edit ?? document ?? {};
  if (scope === undefined || id === undefined) return undefined;
  if (edit) {
    const { body } = await unsealEdit(store, edit);
    return body._deleted ? undefined : { scope, id, rev: edit.rev, body, waiting: true, conflicts: [] };
  }
  if (!document) return undefined;
  const { rev, body, conflicts } = await unsealDocument(store, document);
  return { scope, id, rev, body, waiting: false, conflicts };
}
