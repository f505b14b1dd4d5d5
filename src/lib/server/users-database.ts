// `_users`: what may stand in a user's document and who may write it; passwords are hashed before they are stored.
// Source: Apache CouchDB 3.5, "Authentication Database"; couch_users_db and the validation of `_design/_auth`.
// Invariant: no password in the clear is ever stored, and nobody but an administrator gives roles.
import { USER_PREFIX } from './accounts.ts';
import { type IncomingDocument } from './document-parse.ts';
import { isServerAdmin, type UserContext } from './exchange.ts';
import { hashPassword } from './password-hash.ts';
import { type StoredBody } from './pouch-layout.ts';
import { forbidden, notFound } from './refusal.ts';

export const USERS_DATABASE = '_users';

export function isOwnDocument(user: UserContext, id: string | undefined): boolean {
  return user.name !== null && id === USER_PREFIX + user.name;
}

/** Replaces a password by its hash. Reading somebody else's document or a design document is refused before. */
export async function hashIncomingPassword(document: IncomingDocument, iterations: number): Promise<void> {
  const { password } = document.fields;
  if (password === undefined || password === null) return;
  if (typeof password !== 'string')
    throw forbidden(`Password value of '${JSON.stringify(password)}' is invalid.`);
  const hashed = await hashPassword(password, iterations);
  const { password: _clear, ...fields } = document.fields;
  document.fields = { ...fields, ...hashed };
}

/** Who may write this document at all: administrators, and each her own. Others are told that it does not exist. */
export function requireOwnDocument(user: UserContext, id: string): void {
  if (!isServerAdmin(user) && !isOwnDocument(user, id)) throw notFound();
}

export function validateUser(
  document: IncomingDocument,
  previous: StoredBody | undefined,
  user: UserContext,
): void {
  if (document.deleted) {
    if (isServerAdmin(user) || user.name === previous?.name) return;
    throw forbidden('Only admins may delete other user docs.');
  }
  const { name, roles } = checkShape(document);
  if (previous && !previous._deleted && previous.name !== name)
    throw forbidden('Usernames can not be changed.');
  checkCredentials(document.fields);
  if (!isServerAdmin(user)) checkOwnChange({ name, roles, previous, user });
  if (roles.some((role) => role.startsWith('_'))) {
    throw forbidden('No system roles (starting with underscore) in users db.');
  }
  if (name.startsWith('_')) throw forbidden('Username may not start with underscore.');
  if (name.includes(':')) throw forbidden('Character `:` is not allowed in usernames.');
}

function checkShape({ id, fields }: IncomingDocument): { name: string; roles: string[] } {
  const { type, name, roles } = fields;
  if (type !== 'user') throw forbidden('doc.type must be user');
  if (typeof name !== 'string' || name === '') throw forbidden('doc.name is required');
  if (roles === undefined || roles === null) throw forbidden('doc.roles must exist');
  if (!Array.isArray(roles)) throw forbidden('doc.roles must be an array');
  if (!roles.every((role) => typeof role === 'string')) throw forbidden('doc.roles can only contain strings');
  if (id !== USER_PREFIX + name) throw forbidden('Doc ID must be of the form org.couchdb.user:name');
  return { name, roles };
}

function checkCredentials(fields: Record<string, unknown>): void {
  const { password_scheme: scheme, iterations, derived_key: key } = fields;
  if (scheme === undefined || scheme === null) return;
  if (scheme !== 'pbkdf2') throw forbidden(`Password scheme \`${String(scheme)}\` not supported.`);
  if (typeof iterations !== 'number') throw forbidden('iterations must be a number.');
  if (typeof key !== 'string') throw forbidden('derived_key must be a string.');
}

interface OwnChange {
  name: string;
  roles: string[];
  previous: StoredBody | undefined;
  user: UserContext;
}

function checkOwnChange({ name, roles, previous, user }: OwnChange): void {
  if (user.name !== name) throw forbidden('You may only update your own user document.');
  const before = Array.isArray(previous?.roles) ? (previous.roles as string[]) : undefined;
  if (!previous || previous._deleted) {
    if (roles.length > 0) throw forbidden('Only _admin may set roles');
  } else if ([...roles].sort().join('\n') !== [...(before ?? [])].sort().join('\n')) {
    throw forbidden('Only _admin may edit roles');
  }
}
