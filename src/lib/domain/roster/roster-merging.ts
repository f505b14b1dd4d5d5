// Whether a roster comes into a grid that has households of its own: a demo, another file, what somebody typed. Where most
// of the roster's households are there already from an import, it is the same roster again, and nothing is to be asked.
import type { ExistingRoster, Stored } from './existing-roster.ts';
import type { RosterHousehold } from './roster-record.ts';
import { IMPORT_DEVICE } from './roster-writes.ts';

/** A household of the roster, the one on the server it was found to be, and the room it stands in. */
export interface PlacedHousehold {
  record: RosterHousehold;
  stored: Stored<'household'> | undefined;
  room: string;
}

/** All in households (户). */
export interface RosterMerging {
  /** In the grid now, and not from an earlier import of this roster. */
  others: number;
  /** Of those: found in the roster too, by door and people. They stay one household. */
  matched: number;
  /** Of the roster: to be added. */
  added: number;
  /** Of the added: their door already has another household, and they will stand beside it. */
  sameDoor: number;
}

/** Undefined where the grid has no other households, or the roster has been imported before. */
export function mergingOf(
  placed: readonly PlacedHousehold[],
  existing: ExistingRoster,
): RosterMerging | undefined {
  const fromImport = (household: Stored<'household'>) =>
    household.device === IMPORT_DEVICE ||
    (existing.membershipsIn.get(household._id) ?? []).some(({ device }) => device === IMPORT_DEVICE);
  const matched = placed.flatMap(({ stored }) => (stored ? [stored] : []));
  const again = new Set(matched.filter(fromImport).map(({ _id }) => _id));
  const others = [...existing.households.values()].filter(
    (household) => household.closedOn === undefined && !again.has(household._id),
  );
  if (others.length === 0 || (again.size > 0 && again.size * 2 >= placed.length)) return undefined;
  const added = placed.filter(({ stored }) => stored === undefined);
  const taken = new Set(others.map(({ room }) => room));
  return {
    others: others.length,
    matched: others.filter(({ _id }) => matched.some((household) => household._id === _id)).length,
    added: added.length,
    sameDoor: added.filter(({ room }) => taken.has(room)).length,
  };
}
