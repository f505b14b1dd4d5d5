// The names of scopes (a scope is a database, sync.md 1) and which of them a person's tablet replicates.
import { yearOf, type IsoDate } from './time.ts';

export const DIRECTORY = 'directory';
export const communityScope = (code12: string) => `community-${code12}`;
export const deskScope = (code12: string, year: number) => `desk-${code12}-${year}`;
export const gridScope = (code15: string) => `grid-${code15}`;
export const eventsScope = (code15: string, year: number) => `events-${code15}-${year}`;
export const careScope = (code15: string) => `care-${code15}`;
export const ownScope = (person: string) => `own-${person.toLowerCase()}`;
export const photosScope = (code: string) => `photos-${code}`;
export const auditScope = (code12: string) => `audit-${code12}`;

/** Codes: street 9, community 12, grid 15 digits (GB/T 2260 county + street + committee + serial). */
export const communityOfGrid = (code15: string) => code15.slice(0, 12);
export const streetOfGrid = (code: string) => code.slice(0, 9);

/** Codes named by roles of one kind: `codesOf(['grid:110'], 'grid')` is `['110']`. */
function codesOf(roles: readonly string[], kind: string): string[] {
  return roles.filter((role) => role.startsWith(`${kind}:`)).map((role) => role.slice(kind.length + 1));
}

/**
 * The grids a person may read: her own, and of all known ones those in her community or street.
 * `knownGrids` are the 15-digit codes in the directory.
 */
export function gridsOf(roles: readonly string[], knownGrids: readonly string[]): string[] {
  const own = codesOf(roles, 'grid');
  const wider = [...codesOf(roles, 'community'), ...codesOf(roles, 'street')];
  return [
    ...new Set([...own, ...knownGrids.filter((grid) => wider.some((code) => grid.startsWith(code)))]),
  ].sort();
}

/** The 12-digit communities a person works in. */
export function communitiesOf(roles: readonly string[], knownGrids: readonly string[]): string[] {
  const named = [...codesOf(roles, 'community'), ...codesOf(roles, 'worker')];
  return [...new Set([...named, ...gridsOf(roles, knownGrids).map(communityOfGrid)])].sort();
}

/** The desks of the communities she is named to; one who sees a whole street looks at no desk from a tablet. */
const desksOf = (roles: readonly string[]): string[] =>
  [...new Set([...codesOf(roles, 'community'), ...codesOf(roles, 'worker')])].sort();

/**
 * The scopes a field tablet replicates on this day, in the order they are wanted: directory, rosters, this year's events,
 * last year's, communities, desks. Empty for somebody without the role `staff`.
 */
export function scopesFor(roles: readonly string[], knownGrids: readonly string[], today: IsoDate): string[] {
  if (!roles.includes('staff')) return [];
  const grids = gridsOf(roles, knownGrids);
  const year = yearOf(today);
  return [
    DIRECTORY,
    ...grids.map(gridScope),
    ...grids.map((grid) => eventsScope(grid, year)),
    ...grids.map((grid) => eventsScope(grid, year - 1)),
    ...communitiesOf(roles, knownGrids).map(communityScope),
    ...desksOf(roles).flatMap((code) => [deskScope(code, year), deskScope(code, year - 1)]),
  ];
}

/**
 * What of a person's scopes stands on no tablet but one of her own: her diary, and what is restricted of her grids. On a
 * desk tablet nothing of care ever does, whatever her roles (security.md 2).
 */
export function privateScopes(roles: readonly string[], her: { user: string; isDesk: boolean }): string[] {
  if (!roles.includes('staff')) return [];
  return [...(her.isDesk ? [] : codesOf(roles, 'care').sort().map(careScope)), ownScope(her.user)];
}

/** What is restricted of a grid. */
export const isCare = (scope: string): boolean => scope.startsWith('care-');

/** Of one person or a few: a street may not have made its database yet. */
export const isPrivate = (scope: string): boolean => isCare(scope) || scope.startsWith('own-');

/** A year's scope older than those a tablet holds: this year's and last year's (sync.md 1). */
export function isPastYears(scope: string, today: IsoDate): boolean {
  const year = /^(?:events|desk)-\d+-(\d{4})$/.exec(scope)?.[1];
  return year !== undefined && Number(year) < yearOf(today) - 1;
}

/**
 * Written from here and never read back: everyone signed in may append to an audit, nobody but an auditor may read it
 * (sync.md 1). No copy of it stays here as the server's.
 */
export const isPushOnly = (scope: string): boolean => scope.startsWith('audit-');

/** The grid a scope belongs to, undefined for scopes above grids. */
export function gridOfScope(scope: string): string | undefined {
  return /^(?:grid|events|care|photos)-(\d{15})(?:-|$)/.exec(scope)?.[1];
}

/**
 * Whether these roles, as the server says them, let a tablet hold a scope: the readers each kind of database is given
 * (layout of the server). Of a kind this build does not know: yes, the server will say otherwise.
 */
export function mayHold(roles: readonly string[], scope: string): boolean {
  if (!roles.includes('staff')) return false;
  if (scope.startsWith('own-')) return true;
  const [, kind = '', code = ''] = /^([a-z]+)-(\d{15}|\d{12})(?:-|$)/.exec(scope) ?? [];
  if (kind === 'care') return roles.includes(`care:${code}`);
  if (kind === 'audit') return roles.includes('auditor');
  const wide = [...codesOf(roles, 'community'), ...codesOf(roles, 'street')];
  if (wide.some((prefix) => code.startsWith(prefix))) return true;
  if (code.length === 15) return roles.includes(`grid:${code}`);
  if (code.length === 12)
    return (
      codesOf(roles, 'worker').includes(code) || codesOf(roles, 'grid').some((grid) => grid.startsWith(code))
    );
  return true;
}
