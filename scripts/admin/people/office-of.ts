// How the commands about people and grids come to the server, and how they end where something may not be.
import type { Author } from '#lib/domain/document-head.ts';
import type { Office, PeopleFault } from '../../people/office.ts';
import { readRoll, type Roll } from '../../people/roll.ts';
import { AdminError, type AdminCall } from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { peopleWords as words } from './people-words.ts';

export async function openOffice(call: AdminCall): Promise<{ office: Office; roll: Roll }> {
  const { couch } = await call.connect();
  const author: Author = authorOf(call);
  const roll = await readRoll(couch, author.now);
  if (roll.units.length === 0) throw new AdminError(words.noStreet);
  return { office: { couch, author }, roll };
}

type Outcome = { outcome: string };
type RefusedOutcome = { outcome: 'refused'; why: PeopleFault; of: string };

/** What was done; throws the sentence where it was refused. */
export function done<T extends Outcome>(result: T | RefusedOutcome): Exclude<T, RefusedOutcome> {
  if (result.outcome !== 'refused') return result as Exclude<T, RefusedOutcome>;
  const { why, of } = result as RefusedOutcome;
  throw new AdminError(words.fault(why, of));
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** `--until`; undefined where it is not given. */
export function untilOf(call: AdminCall): string | undefined {
  const until = call.text('until');
  if (until !== undefined && !(DAY.test(until) && new Date(until).toISOString().startsWith(until)))
    throw new AdminError(words.fault('past-day', until), 'usage');
  return until;
}
