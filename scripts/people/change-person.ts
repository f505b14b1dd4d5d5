// Moves a person's account and her card in the directory together. The order of writes is the invariant: first the audit,
// then whatever is taken away, then the card, then what is given; cut short anywhere, she has no right that is in neither the
// old state nor the new one, and the same call again completes it.
import { sameJson } from '#lib/domain/same-json.ts';
import type { Staff } from '#lib/domain/staff.ts';
import type { DirectoryBody } from '../provision/directory-documents.ts';
import { ensureDirectory } from '../provision/ensure-directory.ts';
import { communitiesOfRoles, writeAdministered, type Administered } from './administered.ts';
import { commonOf, gridsForGood, lastDayOf, type HeldRoles } from './held-roles.ts';
import type { Office } from './office.ts';
import type { Person, Roll } from './roll.ts';

export interface PersonChange {
  held: HeldRoles;
  /** Of her card, beside what follows from the roles. */
  card?: Partial<Pick<Staff, 'role' | 'community' | 'left'>>;
  did: Administered['did'];
}

/** True where anything was written. */
export async function changePerson(
  office: Office,
  { roll, person }: { roll: Roll; person: Person },
  { held, card = {}, did }: PersonChange,
): Promise<boolean> {
  const { account } = person;
  const wanted = { ...cardOf({ ...person.card, ...card }, held) };
  const isSame = (a: HeldRoles, b: HeldRoles) => sameJson(a, b);
  const isCardSame = sameJson(wanted, cardOf(person.card, { roles: [], ends: {} }, person.card));
  if (isSame(held, person.held) && isCardSame) return false;
  const communities = communitiesOfRoles(roll, [person.held, held], person.card.community);
  await writeAdministered(office, communities, { did, whom: person.card.user });
  const kept = commonOf(person.held, held);
  if (account && !isSame(kept, person.held)) await putRoles(office, account._id, kept);
  await ensureDirectory(office.couch, [wanted], office.author);
  if (account && !isSame(kept, held)) await putRoles(office, account._id, held);
  return true;
}

async function putRoles({ couch }: Office, id: string, { roles, ends }: HeldRoles): Promise<void> {
  const stored = await couch.readDocument('_users', id);
  if (stored) await couch.putDocument('_users', { ...stored, roles, role_ends: ends });
}

/** Restricted records and duties are no matter of a card everybody reads. */
const isPublic = (role: string) => /^(grid|worker|community|street|head):/.test(role);

/** What her card says with these roles; `as`: what it says now. */
export function cardOf(card: Staff, held: HeldRoles, as?: Staff): DirectoryBody {
  const { user, name, role, community, left, phone } = card;
  const ends = Object.entries(held.ends).filter(([of]) => isPublic(of));
  const until = Object.fromEntries(ends.map(([of, end]) => [of, lastDayOf(end)]));
  return {
    _id: card._id,
    ...{ type: 'staff', user, name, role, phone, community, left },
    grids: as ? as.grids : gridsForGood(held),
    until: as ? as.until : ends.length > 0 ? until : undefined,
  };
}
