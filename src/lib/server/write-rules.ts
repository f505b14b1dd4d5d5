// What a write must pass beside the conflict check: design documents are administrators', users are themselves,
// and the database's own validation has its say, administrators included (CouchDB asks it of them too).
import { type WriteRequest } from './document-writes.ts';
import { type Prepared } from './prepare-write.ts';
import { requireDatabaseAdmin } from './security-object.ts';
import { requireOwnDocument, USERS_DATABASE, validateUser } from './users-database.ts';

export async function checkWrite(prepared: Prepared, request: WriteRequest): Promise<void> {
  const { database, user } = request;
  const { document, readPrevious } = prepared;
  if (document.id.startsWith('_design/')) {
    requireDatabaseAdmin(user, database.security());
    return;
  }
  if (database.name === USERS_DATABASE) {
    requireOwnDocument(user, document.id);
    validateUser(document, await readPrevious(), user);
  }
}
