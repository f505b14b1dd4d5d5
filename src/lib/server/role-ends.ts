// A role until a day: a document of `_users` may say in `role_ends` until which instant it has a role of its `roles`
// (`{"grid:…": "2026-12-05T16:00:00.000Z"}`). CouchDB keeps the field and does not know it: the roles are left out here, with
// every request. Invariant: an end that cannot be read has passed; a role without an end has none.
import { isObject } from './request-body.ts';

/** By role, milliseconds since the epoch. */
export type RoleEnds = ReadonlyMap<string, number>;

export interface RolesNow {
  roles: readonly string[];
  /** Those of the document that have ended; none where there are none. */
  ended: readonly string[];
  /** When the next of `roles` ends. */
  endsMs?: number;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** What a document of `_users` says; `every` where its field is none of ours, so that all its roles have ended. */
export function parseRoleEnds({ role_ends: ends }: Record<string, unknown>): RoleEnds | 'every' {
  if (ends === undefined || ends === null) return new Map();
  if (!isObject(ends)) return 'every';
  return new Map(Object.entries(ends).map(([role, end]) => [role, instantMs(end)]));
}

function instantMs(end: unknown): number {
  const ms = typeof end === 'string' && INSTANT.test(end) ? Date.parse(end) : NaN;
  return Number.isNaN(ms) ? -Infinity : ms;
}

export function rolesAt(roles: readonly string[], ends: RoleEnds | 'every', nowMs: number): RolesNow {
  if (ends === 'every') return { roles: [], ended: roles };
  const isOver = (role: string): boolean => (ends.get(role) ?? Infinity) <= nowMs;
  const left = roles.filter((role) => !isOver(role));
  const endsMs = Math.min(...left.map((role) => ends.get(role) ?? Infinity));
  return { roles: left, ended: roles.filter(isOver), ...(endsMs < Infinity ? { endsMs } : {}) };
}
