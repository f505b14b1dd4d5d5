// Which databases a street needs, who may read each, and which rules guard it: the table of sync.md 1 as a function.
// Invariant: security follows from the name alone, so it is written once; people come and go through roles.
import {
  auditScope,
  careScope,
  communityScope,
  deskScope,
  DIRECTORY,
  eventsScope,
  gridScope,
  ownScope,
  photosScope,
  streetOfGrid,
  communityOfGrid,
} from '#lib/domain/scopes.ts';
import { yearOf, type IsoDate } from '#lib/domain/time.ts';
import type { StreetDescription } from './street-description.ts';
import type { ScopeKind } from './type-rules.ts';

export interface ScopePlan {
  name: string;
  kind: ScopeKind;
  security: {
    admins: { names: string[]; roles: string[] };
    members: { names: string[]; roles: string[] };
  };
}

/** Every scope of a street on this day. */
export function planScopes(street: StreetDescription, today: IsoDate): ScopePlan[] {
  const years = yearsOn(today);
  return [
    scope(DIRECTORY, 'directory', { roles: ['staff'] }),
    ...street.communities.flatMap((community) => communityScopes(community.code, years)),
    ...street.communities.flatMap(({ grids }) => grids.flatMap((grid) => gridScopes(grid.code, years))),
    ...street.staff.map(({ user }) => scope(ownScope(user), 'own', { names: [user] })),
  ];
}

/** Last year and this one; in December next year too, so that the first visit of January has a place to go. */
export function yearsOn(today: IsoDate): number[] {
  const year = yearOf(today);
  return today.slice(5, 7) === '12' ? [year - 1, year, year + 1] : [year - 1, year];
}

function communityScopes(code12: string, years: readonly number[]): ScopePlan[] {
  const readers = { roles: [`community:${code12}`, `street:${streetOfGrid(code12)}`, `worker:${code12}`] };
  return [
    scope(communityScope(code12), 'community', readers),
    ...years.map((year) => scope(deskScope(code12, year), 'desk', readers)),
    scope(photosScope(code12), 'desk-photos', readers),
    // Everyone signed in may append, nobody but an auditor may read: CouchDB cannot say that, so the gateway appends.
    scope(auditScope(code12), 'audit', { roles: ['auditor'] }),
  ];
}

function gridScopes(code15: string, years: readonly number[]): ScopePlan[] {
  const readers = {
    roles: [`grid:${code15}`, `community:${communityOfGrid(code15)}`, `street:${streetOfGrid(code15)}`],
  };
  return [
    scope(gridScope(code15), 'grid', readers),
    ...years.map((year) => scope(eventsScope(code15, year), 'events', readers)),
    scope(careScope(code15), 'care', { roles: [`care:${code15}`] }),
    scope(photosScope(code15), 'photos', readers),
  ];
}

function scope(name: string, kind: ScopeKind, members: { names?: string[]; roles?: string[] }): ScopePlan {
  return {
    name,
    kind,
    security: {
      admins: { names: [], roles: ['_admin'] },
      members: { names: members.names ?? [], roles: members.roles ?? [] },
    },
  };
}
