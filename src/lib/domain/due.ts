// Who is due (domain.md 2.5): the shortest interval among a household's tags, counted from the day somebody was last
// met or spoken to; a household without such tags twice a year. An open re-check comes before all of it.
import type { DueReason, DueRow, Light } from './field-views.ts';
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import { namedPerson, namesake } from './household-name.ts';
import type { Household, Tag, VisitTask } from './people.ts';
import { doorOf, type Room } from './place.ts';
import { byRank, ORDINARY_INTERVAL_DAYS, tagKind } from './tag-kinds.ts';
import { addDays, beijingDate, daysBetween, type IsoDate } from './time.ts';

/** The day a household's intervals are counted from. */
function countedFrom(household: Household): IsoDate {
  return household.lastContactOn ?? household.rosterVerifiedOn ?? beijingDate(household.createdAt);
}

/** Met or spoken to on this day. */
export function wasContacted(household: Household, on: IsoDate): boolean {
  return household.lastContactOn === on;
}

function mostPressingTask(tasks: Iterable<VisitTask>): VisitTask | undefined {
  return [...tasks]
    .filter((task) => task.status === 'open')
    .sort(
      (a, b) =>
        Number(b.reason === 'recheck') - Number(a.reason === 'recheck') || a.dueAt.localeCompare(b.dueAt),
    )[0];
}

/** Of several that ask as often, the first. */
function mostPressingTag(tags: readonly Tag[]): { tag: Tag; intervalDays: number } | undefined {
  let pressing: { tag: Tag; intervalDays: number } | undefined;
  for (const tag of tags) {
    const intervalDays = tagKind(tag.code)?.intervalDays;
    if (intervalDays !== undefined && !(pressing && pressing.intervalDays <= intervalDays))
      pressing = { tag, intervalDays };
  }
  return pressing;
}

export interface Due {
  on: IsoDate;
  reason: DueReason;
  form: 'f1' | 'f2';
  resident?: string | undefined;
  task?: string | undefined;
}

/** 敲门 alone asks for an hour (domain.md 3: `nextCheck`); elsewhere a day is told, or none but the interval's. */
const hasHour = (task: VisitTask) => task.form === 'f2' && task.reason === 'recheck';

function dueByTask(task: VisitTask, household: Household): Due {
  const last = household.lastVisit;
  const promised = hasHour(task) ? { dueAt: task.dueAt } : { dueDay: beijingDate(task.dueAt) };
  const reason: DueReason =
    task.reason === 'recheck'
      ? { kind: 'recheck', ...promised, ...(last ? { lastTriedOn: last.on } : {}) }
      : { kind: 'task', reason: task.reason, ...promised };
  return { on: beijingDate(task.dueAt), reason, form: task.form, resident: task.resident, task: task._id };
}

function dueByInterval(household: Household, tags: readonly Tag[]): Due {
  const pressing = mostPressingTag(tags);
  if (!pressing) {
    const reason: DueReason = { kind: 'ordinary', intervalDays: ORDINARY_INTERVAL_DAYS };
    return { on: addDays(countedFrom(household), ORDINARY_INTERVAL_DAYS), reason, form: 'f1' };
  }
  const { tag, intervalDays } = pressing;
  return {
    on: addDays(countedFrom(household), intervalDays),
    reason: { kind: 'tag', code: tag.code, intervalDays },
    form: tagKind(tag.code)?.form ?? 'f1',
    resident: tag.resident,
  };
}

/** A re-check leads, yet a weekly visit that is late makes it late too; any other task only where it comes first. */
function moreUrgent(byTask: Due | undefined, byInterval: Due): Due {
  if (!byTask) return byInterval;
  const on = byTask.on < byInterval.on ? byTask.on : byInterval.on;
  return byTask.reason.kind === 'recheck' || byTask.on <= byInterval.on ? { ...byTask, on } : byInterval;
}

function lightOf(dueOn: IsoDate, contactedToday: boolean, today: IsoDate): Light {
  if (dueOn < today) return 'late';
  if (dueOn === today) return 'due';
  return contactedToday ? 'done' : 'none';
}

/** What a household is due for next, before anybody who lives there is looked at. */
export interface DueHousehold {
  household: Household;
  room: Room;
  tags: readonly Tag[];
  due: Due;
  light: Light;
}

/** Whenever it is due. Undefined for one that is closed or whose room is unknown. */
export function dueHousehold(
  model: FieldModel,
  household: Household,
  today: IsoDate,
): DueHousehold | undefined {
  const room = model.rooms.get(household.room);
  if (household.closedOn !== undefined || !room) return undefined;
  const tags = tagsOn(model, household._id, today);
  const task = mostPressingTask(model.tasksOf.get(household._id)?.values() ?? []);
  const due = moreUrgent(task && dueByTask(task, household), dueByInterval(household, tags));
  return { household, room, tags, due, light: lightOf(due.on, wasContacted(household, today), today) };
}

/** The same with who lives there, as lists show it. */
export function dueRowOf(model: FieldModel, household: Household, today: IsoDate): DueRow | undefined {
  const found = dueHousehold(model, household, today);
  return found && dueRow(model, found, today);
}

export function dueRow(
  model: FieldModel,
  { household, room, tags, due, light }: DueHousehold,
  today: IsoDate,
): DueRow {
  const named = namesake(model, household);
  const about = due.resident === undefined ? undefined : model.residents.get(due.resident);
  const tagsOfWhom = due.resident
    ? tags.filter((tag) => !tag.resident || tag.resident === due.resident)
    : tags;
  return {
    household: household._id,
    ...(due.resident ? { resident: due.resident } : {}),
    building: room.building,
    door: doorOf(room),
    ...(named ? namedPerson(named, today) : { name: '' }),
    ...(about && about !== named ? { about: namedPerson(about, today) } : {}),
    memberCount: membersOf(model, household).length,
    light,
    reason: due.reason,
    tags: byRank(tagsOfWhom.map((tag) => tag.code)),
    dueOn: due.on,
    lateDays: Math.max(0, daysBetween(due.on, today)),
    form: due.form,
    ...(due.task ? { task: due.task } : {}),
    ...(household.lastVisit
      ? { lastVisit: { on: household.lastVisit.on, result: household.lastVisit.result } }
      : {}),
  };
}
