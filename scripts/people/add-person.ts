// A person who begins: her own database, her card, her account, in this order, so that a call cut short gives no rights, and
// the same call again completes it. A user name is never given twice: her diary and what she wrote go by it.
import type { Staff } from '#lib/domain/staff.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { ensureDirectory } from '../provision/ensure-directory.ts';
import { ensureScope } from '../provision/ensure-scope.ts';
import { planScopes } from '../provision/scope-plan.ts';
import { accountId, rolesOf, USER_NAME } from '../provision/staff-account.ts';
import { newPassword } from '../start-data-folder.ts';
import { communitiesOfRoles, writeAdministered } from './administered.ts';
import { cardOf } from './change-person.ts';
import { endOfDay, given, NO_ROLES } from './held-roles.ts';
import { refused, type Office, type Refused } from './office.ts';
import { hasCommunity, hasGrid, streetOf, type Roll } from './roll.ts';

export interface NewPerson {
  user: string;
  name: string;
  post: 'worker' | 'clerk' | 'head' | 'supervisor';
  community?: string | undefined;
  /** 15 digits each. */
  grids: string[];
  care: string[];
  duties?: ('editor' | 'auditor')[];
  phone?: string | undefined;
  /** The last day of her post. */
  until?: string | undefined;
}

export type Added = { outcome: 'added'; user: string; password: string } | Refused;

export async function addPerson(office: Office, roll: Roll, wanted: NewPerson): Promise<Added> {
  const fault = faultOf(roll, wanted, beijingDate(office.author.now));
  if (fault) return fault;
  const { user, name, post: role, community, phone, until, grids, care, duties = [] } = wanted;
  const street = streetOf(roll, community) ?? '';
  const description = { user, name, role, grids, care, duties, ...(community ? { community } : {}) };
  const [always, theRest] = [['staff'], rolesOf(description, { code: street })];
  const held = given(given(NO_ROLES, always), theRest, until === undefined ? undefined : endOfDay(until));
  const there = await office.couch.listDatabases();
  const scopes = planScopes(
    { code: street, name: '', communities: [], staff: [description] },
    beijingDate(office.author.now),
  );
  for (const scope of scopes.filter(({ kind }) => kind === 'own'))
    await ensureScope(office.couch, scope, there.has(scope.name));
  const communities = communitiesOfRoles(roll, [held], community);
  await writeAdministered(office, communities, { did: 'personAdded', whom: user });
  const before = { _id: `staff:${user}`, user, name, role, community, phone } as Staff;
  await ensureDirectory(office.couch, [cardOf(before, held)], office.author);
  const password = newPassword();
  const roles = { roles: held.roles, role_ends: held.ends };
  await office.couch.putDocument('_users', {
    _id: accountId(user),
    type: 'user',
    name: user,
    ...roles,
    password,
  });
  return { outcome: 'added', user, password };
}

function faultOf(roll: Roll, wanted: NewPerson, today: string): Refused | undefined {
  const { user, name, post, community, grids, care, until } = wanted;
  if (!USER_NAME.test(user)) return refused('bad-name', user);
  if (name.trim() === '' || [...name].length > 40) return refused('bad-name', name);
  if (post !== 'supervisor' && (!community || !hasCommunity(roll, community)))
    return refused('no-such-community', community ?? '');
  const noGrid = [...grids, ...care].find((code) => !hasGrid(roll, code));
  if (noGrid !== undefined) return refused('no-such-grid', noGrid);
  if (until !== undefined && until < today) return refused('past-day', until);
  const card = roll.people.get(user)?.card;
  const isBegun = card?.name === name && card.role === post && card.community === community && !card.left;
  return roll.accounts.has(user) || (card && !isBegun) ? refused('name-taken', user) : undefined;
}
