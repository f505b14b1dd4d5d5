// Whether cards, accounts and roles fit each other, and whether the organisation's key is the one its id names.
import { Buffer } from 'node:buffer';
import { streetOfGrid } from '#lib/domain/scopes.ts';
import { keyIdOf } from '#lib/storage/envelope-keys.ts';
import { hasCommunity, hasGrid, type Roll } from '../../people/roll.ts';
import type { AdminServer } from '../admin-command.ts';
import { readOrganisationKey } from '../organisation-key.ts';
import { doctorWords as words } from './doctor-words.ts';
import { look, wrong, type Finding } from './finding.ts';

export function checkPeople(roll: Roll): Finding[] {
  const { people, accounts } = roll;
  const noCard = [...accounts].filter((user) => !people.has(user)).sort();
  const noAccount = [...people.values()]
    .filter(({ card, account }) => !account && card.role !== 'administrator' && card.left === undefined)
    .map(({ card }) => card.user);
  const unknown = [...people.values()].flatMap(({ card, held }) =>
    held.roles.filter((role) => !isKnown(role, roll)).map((role) => `${card.user} ${role}`),
  );
  return [
    ...(noCard.length > 0 ? [wrong('account-without-card', words.noCard(noCard))] : []),
    ...(noAccount.length > 0 ? [look('card-without-account', words.noAccount(noAccount))] : []),
    ...(unknown.length > 0 ? [wrong('unknown-role', words.unknownRoles(unknown))] : []),
  ];
}

/** What names no unit is not for here. */
function isKnown(role: string, roll: Roll): boolean {
  const [, kind, code = ''] = /^(grid|care|community|worker|street):(\d+)$/.exec(role) ?? [];
  switch (kind) {
    case 'grid':
    case 'care':
      return hasGrid(roll, code);
    case 'community':
    case 'worker':
      return hasCommunity(roll, code);
    case 'street':
      return roll.units.some((unit) => unit.level === 'street' && streetOfGrid(unit.code) === code);
    default:
      return true;
  }
}

export async function checkKey({ couch }: AdminServer): Promise<Finding[]> {
  const key = await readOrganisationKey(couch);
  if (!key) return [wrong('no-key', words.noKey)];
  const named = await keyIdOf(crypto, new Uint8Array(Buffer.from(key.key, 'base64')));
  return named === key.keyId ? [] : [wrong('forged-key', words.forgedKey)];
}
