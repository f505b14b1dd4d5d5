// Makes everything a street needs on a CouchDB: databases, who may read them, the rules for writing, accounts, directory.
// Over HTTP, so that it serves the embedded server and Apache CouchDB 3.5. Invariants: run twice, the second run writes
// nothing; cut short and run again, it completes; nothing is ever removed, and no password that exists is changed.
import { type Author } from '#lib/domain/document-head.ts';
import { TABLETS } from '#lib/domain/tablet-card.ts';
import { sameJson } from '#lib/domain/same-json.ts';
import { beijingDate } from '#lib/domain/time.ts';
import type { CouchClient } from '../couch-client.ts';
import { couchAdministrator, type CouchAdministrator, type StoredDocument } from './couch-administrator.ts';
import { directoryDocuments } from './directory-documents.ts';
import { ProvisionError } from './provision-error.ts';
import { planScopes } from './scope-plan.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { ensureScope } from './ensure-scope.ts';
import { accountId, rolesOf, USER_NAME } from './staff-account.ts';
import type { StaffDescription, StreetDescription } from './street-description.ts';

export interface ProvisionOptions {
  author: Author;
  /** Told after each database, account and batch. */
  onProgress?: (done: number, of: number) => void;
}

/** How many of each were written; all zero where nothing differed. */
export interface Provisioned {
  databases: number;
  securities: number;
  rules: number;
  accounts: number;
  documents: number;
}

/** Throws a `ProvisionError`; what was written until then stays and is completed by the next run. */
export async function provisionStreet(
  client: CouchClient,
  street: StreetDescription,
  { author, onProgress = () => undefined }: ProvisionOptions,
): Promise<Provisioned> {
  checkNames(street);
  const couch = couchAdministrator(client);
  const scopes = planScopes(street, beijingDate(author.now));
  const there = await couch.listDatabases();
  const written: Provisioned = { databases: 0, securities: 0, rules: 0, accounts: 0, documents: 0 };
  const steps = scopes.length + street.staff.length + 1;
  let done = 0;
  const step = () => onProgress(++done, steps);
  if (!there.has('_users')) await couch.createDatabase('_users');
  await ensureTablets(couch, { exists: there.has(TABLETS), written });
  for (const scope of scopes) {
    const made = await ensureScope(couch, scope, there.has(scope.name));
    written.databases += Number(made.database);
    written.securities += Number(made.security);
    written.rules += Number(made.rules);
    step();
  }
  for (const person of street.staff) {
    if (person.role !== 'administrator' && (await ensureAccount(couch, person, street))) written.accounts++;
    step();
  }
  written.documents = await ensureDirectory(couch, directoryDocuments(street), author);
  step();
  return written;
}

const ADMINISTRATORS = { names: [], roles: ['_admin'] };

/** Where the gate keeps a card of each tablet: administrators alone, so that nobody reads whose is whose. */
async function ensureTablets(
  couch: CouchAdministrator,
  { exists, written }: { exists: boolean; written: Provisioned },
): Promise<void> {
  if (!exists) {
    await couch.createDatabase(TABLETS);
    written.databases++;
  }
  const security = { admins: ADMINISTRATORS, members: ADMINISTRATORS };
  if (await couch.ensureSecurity(TABLETS, security)) written.securities++;
}

function checkNames(street: StreetDescription): void {
  const wrong = street.staff.find(({ user }) => !USER_NAME.test(user));
  if (!wrong) return;
  throw new ProvisionError(
    'description',
    `"${wrong.user}" is no user name: a small letter, then letters and digits`,
  );
}

/** A new account needs a password; one that is there gets its roles put right. */
async function ensureAccount(
  couch: CouchAdministrator,
  person: StaffDescription,
  street: StreetDescription,
): Promise<boolean> {
  const roles = rolesOf(person, street);
  const stored = await couch.readDocument('_users', accountId(person.user));
  if (stored && sameJson(sortedRoles(stored), roles)) return false;
  if (stored) {
    await couch.putDocument('_users', { ...stored, roles });
    return true;
  }
  if (person.password === undefined) {
    throw new ProvisionError(
      'description',
      `${person.user} has no account yet, and no password was given for one`,
    );
  }
  const account = {
    _id: accountId(person.user),
    type: 'user',
    name: person.user,
    roles,
    password: person.password,
  };
  await couch.putDocument('_users', account);
  return true;
}

const sortedRoles = (account: StoredDocument) =>
  Array.isArray(account.roles) ? [...account.roles].sort() : [];
