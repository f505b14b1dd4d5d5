// From a person of the street to her account in `_users`: what she may see follows from her post (sync.md 1).
import { streetOfGrid } from '#lib/domain/scopes.ts';
import type { StaffDescription, StreetDescription } from './street-description.ts';

/** Sorted, so that they compare. A person without a post in a grid, community or street reads the directory alone. */
export function rolesOf(person: StaffDescription, street: Pick<StreetDescription, 'code'>): string[] {
  const roles = new Set<string>(['staff', ...(person.duties ?? [])]);
  for (const grid of person.grids) roles.add(`grid:${grid}`);
  for (const grid of person.care ?? []) roles.add(`care:${grid}`);
  for (const role of postRoles(person.role, { ...person, street: street.code })) roles.add(role);
  return [...roles].sort();
}

export interface PostPlace {
  /** 12 digits. */
  community?: string | undefined;
  street: string;
}

/** What follows from a post alone. `head:` opens no database: by it the head's calls are judged. */
export function postRoles(post: StaffDescription['role'], { community, street }: PostPlace): string[] {
  if (post === 'supervisor') return [`street:${streetOfGrid(street)}`];
  if (!community || post === 'administrator') return [];
  if (post === 'worker') return [`worker:${community}`];
  return [`community:${community}`, ...(post === 'head' ? [`head:${community}`] : [])];
}

/** A name that can stand in the name of a database, and that nobody misreads. */
export const USER_NAME = /^[a-z][a-z0-9]{1,31}$/;

export const accountId = (user: string) => `org.couchdb.user:${user}`;
