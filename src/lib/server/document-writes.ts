// Every write of documents goes through here: conflict check, permission, validation, then one batch to the store.
// Invariants: what a document was checked against is what it is stored upon (one write at a time per database); rows
// come in the order of the documents; a refused document leaves no trace and holds up no other.
import { revOf, type IncomingDocument } from './document-parse.ts';
import { newBudget, type ValidationBudget } from './design-validation.ts';
import { writeLocalDocument } from './local-documents.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { prepareEdit, prepareReplicated, revisionToStore, type Prepared } from './prepare-write.ts';
import { noDatabase, Refusal } from './refusal.ts';
import { type RevisionWrite } from './revision-to-store.ts';
import { hashIncomingPassword, USERS_DATABASE } from './users-database.ts';
import { type WriteRequest } from './write-request.ts';
import { checkWrite } from './write-rules.ts';

export type WriteRow =
  | { outcome: 'stored'; id: string; rev: string; deleted: boolean }
  | { outcome: 'refused'; id: string; rev?: string; refusal: Refusal };

/** Writes documents, all of them checked by the parser, in one batch where no id comes twice. */
export async function writeDocuments(
  documents: readonly IncomingDocument[],
  request: WriteRequest,
): Promise<WriteRow[]> {
  const rows: WriteRow[] = new Array<WriteRow>(documents.length);
  const { database, parts } = request;
  if (database.name === USERS_DATABASE) {
    // Before the queue: a hash takes a fifth of a second, and others are waiting to write. One after another: a long
    // batch of new people takes one place among those who sign in.
    for (const document of documents) await hashIncomingPassword(document, parts.iterations);
  }
  await database.store.exclusive(async () => {
    // Deleted while the request came in: nothing may be acknowledged that is about to go.
    if (database.ended.aborted) throw noDatabase();
    const budget = newBudget();
    for (const round of roundsOf(documents)) await writeRound(round, { rows, request, budget });
  });
  return rows;
}

type Placed = { document: IncomingDocument; at: number };

/** Documents of the same id go one after another, each upon the one before. */
function roundsOf(documents: readonly IncomingDocument[]): Placed[][] {
  const rounds: Placed[][] = [];
  const seen = new Map<string, number>();
  documents.forEach((document, at) => {
    const turn = seen.get(document.id) ?? 0;
    seen.set(document.id, turn + 1);
    (rounds[turn] ??= []).push({ document, at });
  });
  return rounds;
}

interface Writing {
  rows: WriteRow[];
  request: WriteRequest;
  budget: ValidationBudget;
}

async function writeRound(round: Placed[], { rows, request, budget }: Writing): Promise<void> {
  const { store } = request.database;
  const revsLimit = request.database.revsLimit();
  const known = await store.metadata(round.map(({ document }) => document.id));
  const accepted: RevisionWrite[] = [];
  for (const [index, { document, at }] of round.entries()) {
    try {
      const prepared = await prepareOne(document, known[index], { request, budget });
      rows[at] = rowOf(document, prepared);
      if (prepared.outcome === 'new') {
        accepted.push({ revision: revisionToStore(prepared), known: known[index], revsLimit });
      }
    } catch (failure) {
      // A stub without its attachment fails the whole request, as in CouchDB.
      if (!(failure instanceof Refusal) || failure.error === 'missing_stub') throw failure;
      rows[at] = refusedRow(document, failure, request.newEdits);
    }
  }
  if (accepted.length === 0) return;
  await store.store(accepted);
  if (accepted.some(({ revision }) => revision.id.startsWith('_design/'))) {
    request.parts.validation.forget(request.database);
  }
}

type Outcome = Prepared | { outcome: 'known'; rev: string } | { outcome: 'local'; rev: string };

async function prepareOne(
  document: IncomingDocument,
  metadata: DocumentMetadata | undefined,
  { request, budget }: Pick<Writing, 'request' | 'budget'>,
): Promise<Outcome> {
  const { database, newEdits } = request;
  if (document.id.startsWith('_local/')) return writeLocalDocument(database.store, document);
  const prepare = newEdits ? prepareEdit : prepareReplicated;
  const prepared = await prepare(document, metadata, database.store);
  if (prepared.outcome === 'new') await checkWrite(prepared, request, budget);
  return prepared;
}

function rowOf(document: IncomingDocument, outcome: Outcome): WriteRow {
  const rev = outcome.outcome === 'new' ? revOf(outcome.path) : outcome.rev;
  return { outcome: 'stored', id: document.id, rev, deleted: document.deleted };
}

function refusedRow(document: IncomingDocument, refusal: Refusal, newEdits: boolean): WriteRow {
  const rev = newEdits ? {} : { rev: revOf(document.path) };
  return { outcome: 'refused', id: document.id, refusal, ...rev };
}

/** The single write of PUT, POST and DELETE: its refusal is the answer. */
export async function writeDocument(
  document: IncomingDocument,
  request: WriteRequest,
): Promise<{ id: string; rev: string; deleted: boolean }> {
  const [row] = await writeDocuments([document], request);
  if (!row) throw new Error('a write without a row');
  if (row.outcome === 'refused') throw row.refusal;
  return row;
}
