// A new password, and the end of an account. With either all her sessions end: a session is proven by the salt of her
// password (server/session-cookie.ts). Invariants: what she wrote stays, and so does what lies unsent on a tablet; whoever
// is gone is cut off before her card says so.
import { beijingDate } from '#lib/domain/time.ts';
import { ensureDirectory } from '../provision/ensure-directory.ts';
import { newPassword } from '../start-data-folder.ts';
import { communitiesOfRoles, writeAdministered } from './administered.ts';
import { whyNot } from './change-roles.ts';
import { cardOf } from './change-person.ts';
import { NO_ROLES } from './held-roles.ts';
import { refused, type Office, type Refused } from './office.ts';
import type { Roll } from './roll.ts';

export type Reset = { outcome: 'reset'; password: string } | Refused;

export async function resetPassword(office: Office, roll: Roll, user: string): Promise<Reset> {
  const person = roll.people.get(user);
  const fault = whyNot(person);
  if (fault || !person?.account) return refused(fault?.[0] ?? 'no-account', user);
  const communities = communitiesOfRoles(roll, [person.held], person.card.community);
  await writeAdministered(office, communities, { did: 'passwordReset', whom: user });
  const password = newPassword();
  await office.couch.putDocument('_users', { ...person.account, password });
  return { outcome: 'reset', password };
}

export type Removed = { outcome: 'removed' | 'would-remove' | 'same'; left: string } | Refused;

export async function removePerson(
  office: Office,
  roll: Roll,
  { user, dryRun }: { user: string; dryRun: boolean },
): Promise<Removed> {
  const person = roll.people.get(user);
  if (!person) return refused('no-such-person', user);
  const { card, account, held } = person;
  const left = card.left ?? beijingDate(office.author.now);
  if (card.left !== undefined && !account) return { outcome: 'same', left };
  if (dryRun) return { outcome: 'would-remove', left };
  const communities = communitiesOfRoles(roll, [held], card.community);
  await writeAdministered(office, communities, { did: 'personRemoved', whom: user });
  if (account) {
    const { _id, _rev, name } = account;
    await office.couch.putDocument('_users', { _id, _rev, name, type: 'user', _deleted: true });
  }
  await ensureDirectory(office.couch, [cardOf({ ...card, left }, NO_ROLES)], office.author);
  return { outcome: 'removed', left };
}
