// What the head of a community may do with her people. She is known by her roles of this moment: `head:<12>` beside
// `community:<12>`. Invariants: nobody above her, beside her or of another community is hers, nor she herself; she gives
// nothing that she does not have, and no post but worker and clerk; a password she makes opens nothing that she has not.
//
// Restricted records (`care`): she gives them to nobody here; she may cover for, take from and remove who has them; the
// password of whoever has some that she has not is an administrator's to make, since it would open them to her.
import type { AdministrationCall } from '#lib/domain/administration.ts';
import { communityOfGrid } from '#lib/domain/scopes.ts';
import { coveredRoles } from '../people/change-roles.ts';
import { refused, type Refused } from '../people/office.ts';
import type { Person, Roll } from '../people/roll.ts';

export interface Head {
  user: string;
  roles: readonly string[];
  /** 12 digits each. */
  communities: readonly string[];
}

/** Undefined for who is head of nothing. */
export function headOf(user: { name: string | null; roles: readonly string[] }): Head | undefined {
  const { name, roles } = user;
  const communities = roles.flatMap((role) => {
    const code = /^head:(\d{12})$/.exec(role)?.[1];
    return code !== undefined && roles.includes(`community:${code}`) ? [code] : [];
  });
  return name === null || communities.length === 0 ? undefined : { user: name, roles, communities };
}

const isIn = (head: Head, code12: string | undefined) =>
  code12 !== undefined && head.communities.includes(code12);

/** Whose every role lies in the head's communities. */
export function isHers(head: Head, { card, held }: Person): boolean {
  if (card.user === head.user || card.left !== undefined || !isIn(head, card.community)) return false;
  if (card.role !== 'worker' && card.role !== 'clerk') return false;
  return held.roles.every((role) => {
    const [, , code = ''] = /^(worker|community|grid|care):(\d{12,15})$/.exec(role) ?? [];
    return role === 'staff' || isIn(head, communityOfGrid(code));
  });
}

/** Her password opens to the head nothing that she does not have. */
export const mayReset = (head: Head, person: Person): boolean =>
  isHers(head, person) &&
  person.held.roles.every((role) => !role.startsWith('care:') || head.roles.includes(role));

const mayGive = (head: Head, role: string): boolean => {
  const [, , code = ''] = /^(worker|community|grid):(\d{12,15})$/.exec(role) ?? [];
  return isIn(head, communityOfGrid(code));
};

/** Undefined where it is hers to do. */
export function judgeHead(head: Head, call: AdministrationCall, roll: Roll): Refused | undefined {
  if (call.call === 'list') return undefined;
  if (call.call === 'add') {
    const stranger = call.grids.find((grid) => !mayGive(head, `grid:${grid}`));
    if (!isIn(head, call.community)) return refused('not-yours', call.community);
    return stranger === undefined ? undefined : refused('not-yours', stranger);
  }
  const person = roll.people.get(call.user);
  // Who is not hers and who does not exist are one answer.
  if (!person || !isHers(head, person)) return refused('not-yours', call.user);
  if (call.call === 'reset') return mayReset(head, person) ? undefined : refused('not-yours', call.user);
  if (call.call === 'grids') {
    const stranger = [...call.give, ...call.take].find((grid) => !mayGive(head, `grid:${grid}`));
    return stranger === undefined ? undefined : refused('not-yours', stranger);
  }
  if (call.call !== 'cover') return undefined;
  const colleague = roll.people.get(call.of);
  if (!colleague || !isIn(head, colleague.card.community)) return refused('not-yours', call.of);
  const stranger = coveredRoles(colleague, false).find((role) => !mayGive(head, role));
  return stranger === undefined ? undefined : refused('not-yours', call.of);
}
