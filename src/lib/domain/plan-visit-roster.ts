// What an F1 visit does to the roster: who moved in or out, the state of the room, a new phone number. Invariants: a
// membership is closed with date and reason, never deleted; a death and a change of the head are told, not applied
// (domain.md 2.4); what no longer fits the roster as it stands now stays in the answers and stops nothing.
import { headOf } from './document-head.ts';
import { newDocumentId } from './document-id.ts';
import type { Membership, Resident } from './people.ts';
import { readPhones } from './phone.ts';
import { ROOM_STATES, type RoomState } from './place.ts';
import type { RosterEdits } from './roster-edits.ts';
import type { IsoDate } from './time.ts';
import type { PlanVisitInput, ToConfirm } from './visit-plan.ts';

/** One row of F1's `changes`. */
interface Change {
  kind: string;
  on: IsoDate;
  person?: string;
  name?: string;
  relation?: string;
  reason?: string;
}

const COMING = new Set(['moveIn', 'floatIn', 'birth']);
const LEAVING = new Set(['moveOut', 'floatOut']);
const CONFIRMED_BY_A_SECOND: readonly string[] = [
  'death',
  'headChange',
  'split',
  'merge',
] satisfies ToConfirm['kind'][];

const openMemberships = ({ memberships }: PlanVisitInput) => memberships.filter(({ to }) => to === undefined);

function changesOf({ answers }: PlanVisitInput): Change[] {
  if (answers.rosterState !== 'changed' || !Array.isArray(answers.changes)) return [];
  return answers.changes.flatMap((row) => {
    if (typeof row !== 'object' || Array.isArray(row)) return [];
    const text = (key: string) => (typeof row[key] === 'string' ? { [key]: row[key] } : {});
    const { kind, date } = row;
    if (typeof kind !== 'string' || typeof date !== 'string') return [];
    return { kind, on: date, ...text('person'), ...text('name'), ...text('relation'), ...text('reason') };
  });
}

/** Applies what may be applied, and says what a second person must confirm. */
export function planRoster(input: PlanVisitInput, edits: RosterEdits): ToConfirm[] {
  planRoomState(input, edits);
  planPhone(input, edits);
  return changesOf(input).flatMap((change) => planChange(input, change, edits));
}

function planChange(input: PlanVisitInput, change: Change, edits: RosterEdits): ToConfirm[] {
  if (COMING.has(change.kind)) addMember(input, change, edits);
  if (LEAVING.has(change.kind)) return closeMembership(input, change, edits);
  if (!CONFIRMED_BY_A_SECOND.includes(change.kind) || !change.person) return [];
  return [{ kind: change.kind as ToConfirm['kind'], resident: change.person, on: change.on }];
}

function addMember({ author, ids, household }: PlanVisitInput, change: Change, edits: RosterEdits): void {
  if (!change.name || !change.relation) return;
  const resident: Resident = {
    ...headOf(author, ids),
    _id: newDocumentId('resident', ids),
    type: 'resident',
    name: change.name,
    ...(change.kind === 'birth' ? { birth: change.on } : {}),
    ...(change.kind === 'floatIn' ? { residenceKind: 'floating' } : {}),
  };
  const membership: Membership = {
    ...headOf(author, ids),
    _id: newDocumentId('membership', ids),
    type: 'membership',
    household: household._id,
    resident: resident._id,
    relation: change.relation,
    from: change.on,
  };
  edits.add(resident);
  edits.add(membership);
}

/** Who leaves as head of the household leaves it to a second person to say who is head now. */
function closeMembership(input: PlanVisitInput, change: Change, edits: RosterEdits): ToConfirm[] {
  const membership = openMemberships(input).find(({ resident }) => resident === change.person);
  if (!membership) return [];
  const said = change.reason ? { reasonText: change.reason } : {};
  edits.change(membership, { to: change.on, reason: change.kind, ...said });
  if (input.household.head !== membership.resident) return [];
  return [{ kind: 'headChange', resident: membership.resident, on: change.on }];
}

function planRoomState({ answers, room }: PlanVisitInput, edits: RosterEdits): void {
  const state = ROOM_STATES.find((known): known is RoomState => known === answers.roomState);
  if (state) edits.change(room, { state });
}

/** The number that no longer works stands first; the new one takes its place. */
function planPhone(input: PlanVisitInput, edits: RosterEdits): void {
  const { answers, residents, household } = input;
  const told =
    answers.phoneOk === false && typeof answers.phone === 'string'
      ? readPhones(answers.phone).phones[0]
      : undefined;
  if (told === undefined) return;
  const members = openMemberships(input).map((membership) => membership.resident);
  const of = [answers.respondent, household.head, ...members].find(
    (id) => typeof id === 'string' && members.includes(id),
  );
  const resident = residents.find(({ _id }) => _id === of);
  if (!resident) return;
  const others = (resident.phones ?? []).slice(1).filter((phone) => phone !== told);
  edits.change(resident, { phones: [told, ...others] });
}
