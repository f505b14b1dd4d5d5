// `_security`: who may read a database and who may govern it. Source: Apache CouchDB 3.5, "Security", `_security`.
// Invariant: a database without a security object of its own is its administrators' alone, as in CouchDB 3.
import { isServerAdmin, type UserContext } from './exchange.ts';
import { badRequest, forbidden, unauthorized } from './refusal.ts';
import { isObject } from './request-body.ts';

export type SecurityObject = Record<string, unknown>;

export const ADMINS_ONLY: SecurityObject = { members: { roles: ['_admin'] }, admins: { roles: ['_admin'] } };

interface Group {
  names: string[];
  roles: string[];
}

/** Refuses what is no security object. Unknown fields are kept: applications store their own there. */
export function parseSecurity(value: unknown): SecurityObject {
  if (!isObject(value)) throw badRequest('Invalid security object');
  for (const name of ['admins', 'members', 'readers']) checkGroup(name, value[name]);
  return value;
}

function checkGroup(name: string, group: unknown): void {
  if (group === undefined) return;
  if (!isObject(group)) throw badRequest(`${name} must be a JSON object`);
  for (const kind of ['names', 'roles']) {
    const list = group[kind];
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw badRequest(`${kind} must be a JSON list of strings`);
    }
  }
}

function groupOf(security: SecurityObject, name: string): Group {
  const group = security[name];
  const list = (kind: string): string[] =>
    isObject(group) && Array.isArray(group[kind]) ? (group[kind] as string[]) : [];
  return { names: list('names'), roles: list('roles') };
}

function isIn(user: UserContext, group: Group): boolean {
  if (user.name !== null && group.names.includes(user.name)) return true;
  return user.roles.some((role) => group.roles.includes(role));
}

export function isDatabaseAdmin(user: UserContext, security: SecurityObject): boolean {
  return isServerAdmin(user) || isIn(user, groupOf(security, 'admins'));
}

function isMember(user: UserContext, security: SecurityObject): boolean {
  if (isDatabaseAdmin(user, security)) return true;
  const members = groupOf(security, security.members === undefined ? 'readers' : 'members');
  if (members.names.length === 0 && members.roles.length === 0) return true;
  return isIn(user, members);
}

export function requireMember(user: UserContext, security: SecurityObject): void {
  if (isMember(user, security)) return;
  if (user.name === null) throw unauthorized('You are not authorized to access this db.');
  throw forbidden('You are not allowed to access this db.');
}

/** For the upkeep of a database CouchDB refuses a signed-in person with 401 too, and in other words. */
export function requireUpkeep(user: UserContext, security: SecurityObject): void {
  if (!isDatabaseAdmin(user, security)) throw unauthorized('You are not a server or db admin.');
}

export function requireDatabaseAdmin(user: UserContext, security: SecurityObject): void {
  if (isDatabaseAdmin(user, security)) return;
  const reason = 'You are not a db or server admin.';
  throw user.name === null ? unauthorized(reason) : forbidden(reason);
}
