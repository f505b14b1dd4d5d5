// What a write must pass beside the conflict check: design documents are administrators', users are themselves,
// and the database's own validation has its say, administrators included (CouchDB asks it of them too).
import { type ValidationBudget } from './design-validation.ts';
import { type WriteRequest } from './write-request.ts';
import { type Prepared } from './prepare-write.ts';
import { badRequest, Refusal } from './refusal.ts';
import { requireDatabaseAdmin } from './security-object.ts';
import { requireOwnDocument, USERS_DATABASE, validateUser } from './users-database.ts';

export async function checkWrite(
  prepared: Prepared,
  request: WriteRequest,
  budget: ValidationBudget,
): Promise<void> {
  const { database, user, parts } = request;
  const { document, readPrevious } = prepared;
  if (document.id.startsWith('_design/')) {
    requireDatabaseAdmin(user, database.security());
    checkDesign(document.fields);
    return;
  }
  if (database.name === USERS_DATABASE) {
    requireOwnDocument(user, document.id);
    validateUser(document, await readPrevious(), user);
  }
  await parts.validation.check(prepared, { database, user, budget });
}

/** CouchDB looks at the shape of a design document only; a function that does not compile fails when it is called. */
function checkDesign({
  validate_doc_update: validate,
  language = 'javascript',
}: Record<string, unknown>): void {
  if (validate !== undefined && typeof validate !== 'string') {
    throw new Refusal(400, 'invalid_design_doc', '`validate_doc_update` must be a string');
  }
  if (validate !== undefined && language !== 'javascript') {
    throw badRequest(`Design functions in ${JSON.stringify(language)} are not run here, only javascript.`);
  }
}
