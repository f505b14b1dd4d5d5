// Does what the head of a community asked and may, by the functions of the commands. Invariant: judged before, here nothing is.
import type {
  AdministeredPerson,
  AdministrationAnswer,
  AdministrationCall,
} from '#lib/domain/administration.ts';
import { communityOfGrid } from '#lib/domain/scopes.ts';
import { addPerson } from '../people/add-person.ts';
import { changeRoles, coverColleague } from '../people/change-roles.ts';
import { removePerson, resetPassword } from '../people/end-account.ts';
import { lastDayOf } from '../people/held-roles.ts';
import type { Office } from '../people/office.ts';
import type { Person, Roll } from '../people/roll.ts';
import { isHers, mayReset, type Head } from './head-rules.ts';

export interface Asked {
  office: Office;
  roll: Roll;
  head: Head;
}

export async function perform(
  { office, roll, head }: Asked,
  call: AdministrationCall,
): Promise<AdministrationAnswer> {
  if (call.call === 'list') return listFor(head, roll);
  if (call.call === 'add' || call.call === 'reset') {
    const made =
      call.call === 'add'
        ? await addPerson(office, roll, { ...call, care: [] })
        : await resetPassword(office, roll, call.user);
    if (made.outcome === 'refused') return made;
    return { outcome: 'password', user: call.user, password: made.password };
  }
  const result = await changed({ office, roll, head }, call);
  return result.outcome === 'refused' ? result : { outcome: 'done' };
}

type Change = Extract<AdministrationCall, { call: 'grids' | 'cover' | 'remove' }>;

function changed({ office, roll }: Asked, call: Change) {
  const { user } = call;
  if (call.call === 'remove') return removePerson(office, roll, { user, dryRun: false });
  if (call.call === 'cover') return coverColleague(office, roll, { ...call, care: false });
  const role = (grid: string) => `grid:${grid}`;
  // What is restricted of a grid goes with the grid.
  const take = call.take.flatMap((grid) => [role(grid), `care:${grid}`]);
  return changeRoles(office, roll, { user, give: call.give.map(role), take, until: call.until });
}

function listFor(head: Head, roll: Roll): AdministrationAnswer {
  const isOfHers = (code: string | undefined) => code !== undefined && head.communities.includes(code);
  return {
    outcome: 'listed',
    communities: roll.units
      .filter(({ level, code }) => level === 'community' && isOfHers(code))
      .map(({ code, name }) => ({ code, name })),
    grids: roll.grids
      .filter(({ code }) => isOfHers(communityOfGrid(code)))
      .map(({ code, name }) => ({ code, name }))
      .sort((a, b) => a.code.localeCompare(b.code)),
    people: [...roll.people.values()]
      .filter(
        ({ card }) => isOfHers(card.community) && card.left === undefined && card.role !== 'administrator',
      )
      .map((person) => shown(head, person))
      .sort((a, b) => a.user.localeCompare(b.user)),
  };
}

function shown(head: Head, person: Person): AdministeredPerson {
  const { card, held, account } = person;
  const grids = held.roles.flatMap((role) => {
    if (!role.startsWith('grid:')) return [];
    const end = Object.hasOwn(held.ends, role) ? held.ends[role] : undefined;
    return [{ code: role.slice('grid:'.length), ...(end === undefined ? {} : { until: lastDayOf(end) }) }];
  });
  return {
    ...{ user: card.user, name: card.name, post: card.role, grids },
    ...{ account: account !== undefined, yours: isHers(head, person), resettable: mayReset(head, person) },
  };
}
