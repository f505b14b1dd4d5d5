// What a server already holds of one grid, indexed by what a roster knows things by: doors, people's numbers, names.
// Invariant: a document this build cannot read is counted: who cannot read all of a grid must not write to it.
import { parseDocument, type DocumentOf, type DocumentType } from '../parse-document.ts';

/** A document as the server gave it, with its revision. */
export type Stored<T extends DocumentType> = DocumentOf<T> & { _rev?: string };

export interface ExistingRoster {
  /** Documents of these types that this build cannot read: of a newer one, or broken. */
  unreadable: number;
  buildings: Stored<'building'>[];
  rooms: Map<string, Stored<'room'>>;
  /** Open or closed: a family that moved away is still known, so that an old roster does not bring it back. */
  households: Map<string, Stored<'household'>>;
  residents: Map<string, Stored<'resident'>>;
  /** Open or ended, by household. */
  membershipsIn: Map<string, Stored<'membership'>[]>;
  /** Open or ended, by household. */
  tagsIn: Map<string, Stored<'tag'>[]>;
  householdsByRoom: Map<string, Stored<'household'>[]>;
  residentByNumber: Map<string, Stored<'resident'>>;
  /** Residents in no household: an earlier import that broke off before its memberships. */
  unattached: Stored<'resident'>[];
}

/** Indexes the bodies of a grid's scope and of the directory; buildings of other grids are left out. */
export function existingRoster(
  grid: string,
  bodies: readonly Readonly<Record<string, unknown>>[],
): ExistingRoster {
  let unreadable = 0;
  const all = <T extends DocumentType>(type: T): Stored<T>[] =>
    bodies.flatMap((body) => {
      if (body.type !== type) return [];
      const parsed = parseDocument(type, body);
      if (parsed.outcome === 'read') return [parsed.document as Stored<T>];
      unreadable += 1;
      return [];
    });
  const buildings = all('building').filter((building) => building.grid === grid);
  const rooms = all('room');
  const tags = all('tag');
  const residents = all('resident');
  const households = all('household');
  const memberships = all('membership');
  const attached = new Set(memberships.map((membership) => membership.resident));
  return {
    unreadable,
    buildings,
    rooms: byId(rooms),
    households: byId(households),
    residents: byId(residents),
    membershipsIn: grouped(memberships, (membership) => membership.household),
    tagsIn: grouped(tags, (tag) => tag.household),
    householdsByRoom: grouped(households, (household) => household.room),
    residentByNumber: new Map(
      residents.flatMap((resident) =>
        resident.idNumber === undefined ? [] : [[resident.idNumber, resident]],
      ),
    ),
    unattached: residents.filter((resident) => !attached.has(resident._id)),
  };
}

const byId = <T extends { _id: string }>(items: readonly T[]) =>
  new Map(items.map((item) => [item._id, item]));

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
