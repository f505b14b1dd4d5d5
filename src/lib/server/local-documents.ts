// `_local/` documents: checkpoints of replicators. They have no history, no validation and never replicate.
// Invariant: the last write wins, and its revision is one more than the writer's, as in CouchDB: no conflict is checked.
import { type IncomingDocument } from './document-parse.ts';
import { type DocumentStore } from './document-store.ts';
import { badRequest, notFound } from './refusal.ts';

export async function readLocalDocument(store: DocumentStore, id: string): Promise<Record<string, unknown>> {
  const stored = await store.readLocal(id);
  if (!stored) throw notFound();
  const { _id, _rev, ...fields } = stored;
  return { _id: _id ?? id, _rev, ...fields };
}

export async function writeLocalDocument(
  store: DocumentStore,
  document: IncomingDocument,
): Promise<{ outcome: 'local'; rev: string }> {
  const { id, path, deleted, fields } = document;
  const before = Number(path.ids[0] ?? 0);
  if (!Number.isSafeInteger(before)) throw badRequest('Invalid rev format');
  const rev = deleted ? '0-0' : `0-${before + 1}`;
  await store.writeLocal(id, deleted ? undefined : { ...fields, _id: id, _rev: rev });
  return { outcome: 'local', rev };
}
