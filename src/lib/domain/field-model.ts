// The roster in memory: what the worker unseals once and answers every screen from.
// Invariant: the model is a pure function of the documents put into it, whatever their order; a document that does not
// parse is counted and left out, never half taken.
import { parseDocument, type DocumentType } from './parse-document.ts';
import type { Household, Membership, Resident, Tag, VisitTask } from './people.ts';
import type { Building, Grid, Room } from './place.ts';
import type { Staff } from './staff.ts';
import { isRestrictedTag } from './tag-kinds.ts';
import { typeOfId } from './document-id.ts';

type ById<T> = Map<string, T>;
type Grouped<T> = Map<string, ById<T>>;

export interface FieldModel {
  grids: ById<Grid>;
  buildings: ById<Building>;
  staff: ById<Staff>;
  rooms: ById<Room>;
  households: ById<Household>;
  residents: ById<Resident>;
  memberships: ById<Membership>;
  tags: ById<Tag>;
  tasks: ById<VisitTask>;
  /** The scope each document of the roster was read from: where an edit of it goes. */
  scopes: Map<string, string>;
  membershipsOf: Grouped<Membership>;
  tagsOf: Grouped<Tag>;
  tasksOf: Grouped<VisitTask>;
  roomsOf: Grouped<Room>;
  householdsIn: Grouped<Household>;
  /** Documents this build cannot read: "needs a newer app". */
  unreadable: Set<string>;
}

export function emptyFieldModel(): FieldModel {
  return {
    grids: new Map(),
    buildings: new Map(),
    staff: new Map(),
    rooms: new Map(),
    households: new Map(),
    residents: new Map(),
    memberships: new Map(),
    tags: new Map(),
    tasks: new Map(),
    scopes: new Map(),
    membershipsOf: new Map(),
    tagsOf: new Map(),
    tasksOf: new Map(),
    roomsOf: new Map(),
    householdsIn: new Map(),
    unreadable: new Set(),
  };
}

/** Types the model holds; everything else is read when asked for. */
export const MODEL_TYPES = {
  directory: ['grid', 'building', 'staff'],
  grid: ['room', 'household', 'resident', 'membership', 'tag', 'task'],
} as const satisfies Record<string, readonly DocumentType[]>;

interface Grouping<T> {
  groups: Grouped<T>;
  groupOf(item: T): string;
}

function regroup<T extends { _id: string }>(
  { groups, groupOf }: Grouping<T>,
  known: T | undefined,
  item: T,
): void {
  const before = known && groupOf(known);
  const after = groupOf(item);
  if (before !== undefined && before !== after) groups.get(before)?.delete(item._id);
  const group = groups.get(after);
  if (group) group.set(item._id, item);
  else groups.set(after, new Map([[item._id, item]]));
}

function place<T extends { _id: string }>(all: ById<T>, item: T, grouping?: Grouping<T>): void {
  if (grouping) regroup(grouping, all.get(item._id), item);
  all.set(item._id, item);
}

/** How the types that are looked up by something else are grouped. */
const groupings = {
  room: (model: FieldModel): Grouping<Room> => ({ groups: model.roomsOf, groupOf: (room) => room.building }),
  household: (model: FieldModel): Grouping<Household> => ({
    groups: model.householdsIn,
    groupOf: (household) => household.room,
  }),
  membership: (model: FieldModel): Grouping<Membership> => ({
    groups: model.membershipsOf,
    groupOf: (membership) => membership.household,
  }),
  tag: (model: FieldModel): Grouping<Tag> => ({ groups: model.tagsOf, groupOf: (tag) => tag.household }),
  task: (model: FieldModel): Grouping<VisitTask> => ({
    groups: model.tasksOf,
    groupOf: (task) => task.household,
  }),
};

/** Takes in one document, new or changed. Returns false where this build cannot read it. */
export function putIntoModel(
  model: FieldModel,
  scope: string,
  body: Readonly<Record<string, unknown>>,
): boolean {
  const id = String(body._id);
  const parsed = parseDocument(body.type as DocumentType, body);
  if (parsed.outcome === 'unreadable') {
    removeFromModel(model, id);
    model.unreadable.add(id);
    return false;
  }
  model.unreadable.delete(id);
  model.scopes.set(id, scope);
  const document = parsed.document;
  switch (document.type) {
    case 'grid':
      place(model.grids, document);
      break;
    case 'building':
      place(model.buildings, document);
      break;
    case 'staff':
      place(model.staff, document);
      break;
    case 'room':
      place(model.rooms, document, groupings.room(model));
      break;
    case 'household':
      place(model.households, document, groupings.household(model));
      break;
    case 'resident':
      place(model.residents, document);
      break;
    case 'membership':
      place(model.memberships, document, groupings.membership(model));
      break;
    case 'tag':
      place(model.tags, document, groupings.tag(model));
      break;
    case 'task':
      place(model.tasks, document, groupings.task(model));
      break;
    default: // Events and units are read when they are asked for.
      break;
  }
  return true;
}

/** Forgets a document that was deleted. */
export function removeFromModel(model: FieldModel, id: string): void {
  const drop = <T>(all: ById<T>, grouping?: Grouping<T>) => {
    const known = all.get(id);
    if (known !== undefined && grouping) grouping.groups.get(grouping.groupOf(known))?.delete(id);
    all.delete(id);
  };
  model.scopes.delete(id);
  model.unreadable.delete(id);
  switch (typeOfId(id)) {
    case 'grid':
      return drop(model.grids);
    case 'building':
      return drop(model.buildings);
    case 'staff':
      return drop(model.staff);
    case 'room':
      return drop(model.rooms, groupings.room(model));
    case 'household':
      return drop(model.households, groupings.household(model));
    case 'resident':
      return drop(model.residents);
    case 'membership':
      return drop(model.memberships, groupings.membership(model));
    case 'tag':
      return drop(model.tags, groupings.tag(model));
    case 'task':
      return drop(model.tasks, groupings.task(model));
  }
}

/** Ids of all documents of a type in the model; none for a type it does not hold. */
export function idsInModel(model: FieldModel, type: string): Iterable<string> {
  const held: Record<string, ReadonlyMap<string, unknown>> = {
    grid: model.grids,
    building: model.buildings,
    staff: model.staff,
    room: model.rooms,
    household: model.households,
    resident: model.residents,
    membership: model.memberships,
    tag: model.tags,
    task: model.tasks,
  };
  return held[type]?.keys() ?? [];
}

const UNKNOWN_BIRTH = '9999';

/** Open memberships of a household, its head first, then by relation, the older before the younger. */
export function membersOf(
  model: FieldModel,
  household: Household,
): { membership: Membership; resident: Resident }[] {
  return [...(model.membershipsOf.get(household._id)?.values() ?? [])]
    .filter((membership) => membership.to === undefined)
    .flatMap((membership) => {
      const resident = model.residents.get(membership.resident);
      return resident ? [{ membership, resident }] : [];
    })
    .sort(
      (a, b) =>
        Number(b.resident._id === household.head) - Number(a.resident._id === household.head) ||
        a.membership.relation.localeCompare(b.membership.relation) ||
        (a.resident.birth ?? UNKNOWN_BIRTH).localeCompare(b.resident.birth ?? UNKNOWN_BIRTH) ||
        a.resident._id.localeCompare(b.resident._id),
    );
}

/** Tags of a household that are on today; one that is restricted was written here by mistake, and is shown to nobody. */
export function tagsOn(model: FieldModel, household: string, today: string): Tag[] {
  return [...(model.tagsOf.get(household)?.values() ?? [])].filter(
    (tag) => (tag.until === undefined || tag.until >= today) && !isRestrictedTag(tag.code),
  );
}
