// Writes into a community's audit what is about to be administered there: by whom, what, to whom, never of a resident.
// Invariants: written before it is done; events of one community's administration bear consecutive numbers, which their ids
// carry, so that two who administer at once cannot both have one.
import { auditEvent, type ADMINISTERED } from '#lib/domain/audit-event.ts';
import { auditScope, communityOfGrid } from '#lib/domain/scopes.ts';
import { systemChance } from '../system-chance.ts';
import { administrationEventId, administrationEventNumber } from './administration-events.ts';
import type { Office } from './office.ts';
import type { HeldRoles } from './held-roles.ts';
import type { Roll } from './roll.ts';

export interface Administered {
  did: (typeof ADMINISTERED)[number];
  /** User name. */
  whom?: string;
  grid?: string;
  /** Id of a document. */
  about?: string;
  /** Of what goes by age or is erased, how many documents. */
  count?: number;
  why?: string;
}

const TRIES = 20;

/** One event in the audit of each of these communities. */
export async function writeAdministered(
  office: Office,
  communities: readonly string[],
  what: Administered,
): Promise<void> {
  for (const code of communities) await writeOne(office, code, what);
}

async function writeOne({ couch, author }: Office, code12: string, what: Administered): Promise<void> {
  const device = `administration-${code12}`;
  const scope = auditScope(code12);
  const last = await couch.lastId(scope, `audit:${device}-`);
  let number = ((last === undefined ? undefined : administrationEventNumber(last)) ?? 0) + 1;
  const ids = { nowMs: () => Date.parse(author.now), ...systemChance };
  for (const end = number + TRIES; number < end; number++) {
    const event = auditEvent(
      { what: 'administered', ...what },
      { author: { ...author, device }, ids, number },
    );
    if (await couch.putNew(scope, { ...event, _id: administrationEventId(code12, number) })) return;
  }
  throw new Error(`${scope}: no number is free`);
}

/** The communities whose audit tells of a person with these roles; all of the street of who is above them. */
export function communitiesOfRoles({ units }: Roll, held: readonly HeldRoles[], own?: string): string[] {
  const all = units.filter(({ level }) => level === 'community').map(({ code }) => code);
  const codes = held.flatMap(({ roles }) =>
    roles.flatMap((role) => {
      const [, kind, code = ''] = /^(grid|care|worker|community|street):(\d{9,15})$/.exec(role) ?? [];
      if (kind === undefined) return [];
      return kind === 'street' ? all.filter((one) => one.startsWith(code)) : [communityOfGrid(code)];
    }),
  );
  const named = [...new Set([...codes, ...(own ? [own] : [])])].filter((code) => all.includes(code));
  return (named.length > 0 ? named : all).sort();
}
