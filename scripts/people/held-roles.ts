// The roles of an account and until when: `roles` and `role_ends` of its document in `_users` (server/role-ends.ts).
// Invariants: pure; what somebody has for good is never shortened by giving it for a while.
import { addDays, beijingDate, beijingInstant, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';

export interface HeldRoles {
  /** Sorted. */
  roles: readonly string[];
  /** Of some of them. */
  ends: Readonly<Record<string, IsoInstant>>;
}

export const NO_ROLES: HeldRoles = { roles: [], ends: {} };

/** Beijing's midnight after this day. */
export const endOfDay = (day: IsoDate): IsoInstant => beijingInstant(addDays(day, 1), '00:00');

/** The last whole day before an end. */
export const lastDayOf = (end: IsoInstant): IsoDate =>
  beijingDate(new Date(Date.parse(end) - 1).toISOString());

/** What a document says and has not ended by now. */
export function heldIn(account: Readonly<Record<string, unknown>> | undefined, now: IsoInstant): HeldRoles {
  const { roles, role_ends: ends } = account ?? {};
  const known = (ends ?? {}) as Record<string, unknown>;
  const isReadable = typeof known === 'object' && !Array.isArray(known);
  const all = Array.isArray(roles) && isReadable ? roles.filter((role) => typeof role === 'string') : [];
  const endOf = (role: string) => (Object.hasOwn(known, role) ? String(known[role]) : undefined);
  const isOver = (role: string) => {
    const end = endOf(role);
    return end !== undefined && !(Date.parse(end) > Date.parse(now));
  };
  return held(
    all.filter((role) => !isOver(role)),
    endOf,
  );
}

function held(roles: Iterable<string>, endOf: (role: string) => IsoInstant | undefined): HeldRoles {
  const sorted = [...new Set(roles)].sort();
  const ends = sorted.flatMap((role) => {
    const end = endOf(role);
    return end === undefined ? [] : [[role, end] as const];
  });
  return { roles: sorted, ends: Object.fromEntries(ends) };
}

const endIn = ({ ends }: HeldRoles, role: string) => (Object.hasOwn(ends, role) ? ends[role] : undefined);
const isForGood = (of: HeldRoles, role: string) => of.roles.includes(role) && endIn(of, role) === undefined;

/** `until`: of those she does not have for good. */
export function given(before: HeldRoles, roles: readonly string[], until?: IsoInstant): HeldRoles {
  return held([...before.roles, ...roles], (role) => {
    if (!roles.includes(role)) return endIn(before, role);
    return isForGood(before, role) ? undefined : until;
  });
}

export function taken(before: HeldRoles, roles: readonly string[]): HeldRoles {
  return held(
    before.roles.filter((role) => !roles.includes(role)),
    (role) => endIn(before, role),
  );
}

/** What both allow: the roles in both, each until the earlier end. */
export function commonOf(a: HeldRoles, b: HeldRoles): HeldRoles {
  return held(
    a.roles.filter((role) => b.roles.includes(role)),
    (role) => [endIn(a, role), endIn(b, role)].filter((end) => end !== undefined).sort()[0],
  );
}

/** 15-digit codes of the grids she has for good. */
export const gridsForGood = (of: HeldRoles): string[] =>
  of.roles.filter((role) => role.startsWith('grid:') && isForGood(of, role)).map((role) => role.slice(5));
