// Post, grids, restricted records and duties of somebody who is there, for good or until a day; and 代班, which is the grids of
// a colleague until a day. Invariant: nothing but roles follows from here; a post for a while leaves the one she has.
import { beijingDate } from '#lib/domain/time.ts';
import { postRoles } from '../provision/staff-account.ts';
import { changePerson } from './change-person.ts';
import { endOfDay, given, gridsForGood, taken, type HeldRoles } from './held-roles.ts';
import { refused, type Office, type PeopleFault, type Refused } from './office.ts';
import { hasCommunity, hasGrid, streetOf, type Person, type Roll } from './roll.ts';

export interface RoleChange {
  user: string;
  post?: 'worker' | 'clerk' | 'head' | 'supervisor' | undefined;
  /** Of the post, where it is another than hers. */
  community?: string | undefined;
  /** `grid:<15>`, `care:<15>`, `editor`, `auditor`. */
  give: readonly string[];
  take: readonly string[];
  /** The last day of what is given. */
  until?: string | undefined;
}

export type Changed = { outcome: 'changed' | 'same'; held: HeldRoles } | Refused;

const GIVEN = /^(?:(?:grid|care):(\d{15})|editor|auditor)$/;

export async function changeRoles(office: Office, roll: Roll, change: RoleChange): Promise<Changed> {
  const { user, post, give, take, until } = change;
  const person = roll.people.get(user);
  const fault = whyNot(person) ?? faultOf(roll, change, beijingDate(office.author.now));
  if (fault || !person) return refused(...(fault ?? ['no-such-person', user]));
  const { card } = person;
  const community = change.community ?? card.community;
  if (post && post !== 'supervisor' && (!community || !hasCommunity(roll, community)))
    return refused('no-such-community', community ?? '');
  const place = { street: streetOf(roll, community) ?? '', community };
  const end = until === undefined ? undefined : endOfDay(until);
  const isNewPost = post !== undefined && end === undefined;
  const former = isNewPost ? postRoles(card.role, { ...place, community: card.community }) : [];
  // A post for good takes the place of the former one; only a worker has grids of her own.
  const leaving =
    isNewPost && post !== 'worker' ? gridsForGood(person.held).map((grid) => `grid:${grid}`) : [];
  const without = taken(person.held, [...former, ...leaving, ...take]);
  const held = given(without, [...(post ? postRoles(post, place) : []), ...give], end);
  const its = isNewPost ? { role: post, community: post === 'supervisor' ? undefined : community } : {};
  const written = await changePerson(office, { roll, person }, { held, card: its, did: 'rolesChanged' });
  return { outcome: written ? 'changed' : 'same', held };
}

/** Why an account that should be there cannot be changed. */
export function whyNot(person: Person | undefined): [PeopleFault, string] | undefined {
  if (!person) return ['no-such-person', ''];
  if (person.card.left) return ['gone', person.card.user];
  return person.account ? undefined : ['no-account', person.card.user];
}

function faultOf(
  roll: Roll,
  { give, take, until }: RoleChange,
  today: string,
): [PeopleFault, string] | undefined {
  for (const role of [...give, ...take]) {
    const known = GIVEN.exec(role);
    if (!known) return ['no-role', role];
    if (give.includes(role) && known[1] !== undefined && !hasGrid(roll, known[1]))
      return ['no-such-grid', known[1]];
  }
  return until !== undefined && until < today ? ['past-day', until] : undefined;
}

export interface Cover {
  /** Who stands in. */
  user: string;
  /** For whom. */
  of: string;
  /** The last day. */
  until: string;
  /** The restricted records of those grids that the colleague has, too. */
  care: boolean;
}

export async function coverColleague(office: Office, roll: Roll, cover: Cover): Promise<Changed> {
  const { user, of, until } = cover;
  const [person, colleague] = [roll.people.get(user), roll.people.get(of)];
  if (!colleague) return refused('no-such-person', of);
  const fault = whyNot(person);
  if (fault || !person) return refused(fault?.[0] ?? 'no-such-person', user);
  if (until < beijingDate(office.author.now)) return refused('past-day', until);
  const roles = coveredRoles(colleague, cover.care);
  if (roles.length === 0 || user === of) return refused('nothing-to-cover', of);
  const held = given(person.held, roles, endOfDay(until));
  const written = await changePerson(office, { roll, person }, { held, did: 'covered' });
  return { outcome: written ? 'changed' : 'same', held };
}

/** Her grids for good, as roles, with what one needs to work in them. */
export function coveredRoles({ held, card }: Person, care: boolean): string[] {
  const grids = gridsForGood(held);
  if (grids.length === 0) return [];
  const cared = grids.map((grid) => `care:${grid}`).filter((role) => care && held.roles.includes(role));
  const worker = card.community ? [`worker:${card.community}`] : [];
  return [...grids.map((grid) => `grid:${grid}`), ...cared, ...worker];
}
