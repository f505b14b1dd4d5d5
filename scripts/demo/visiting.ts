// When the households of a grid were visited, so that 今日 is a sane working day whenever it is started: some late, some
// due today, one re-check, the rest spread over their intervals.
// Invariant: `lastVisit` and `lastContactOn` of a household say what its newest visits say.
import type { Household, VisitTask } from '#lib/domain/people.ts';
import { ORDINARY_INTERVAL_DAYS } from '#lib/domain/tag-kinds.ts';
import { addDays, beijingDate, beijingInstant, daysBetween, yearOf, type IsoDate } from '#lib/domain/time.ts';
import type { Visit } from '#lib/domain/visit.ts';
import type { Chance } from './chance.ts';
import { drawVisit } from './drawn-visit.ts';
import type { DrawnHousehold } from './drawn-household.ts';
import type { Maker } from './maker.ts';

export interface GridVisits {
  /** The households with what their visits left in them, in the order they came. */
  households: Household[];
  /** Oldest first. */
  visits: Visit[];
  tasks: VisitTask[];
}

interface Visiting {
  chance: Chance;
  maker: Maker;
  /** User names of the grid's workers. */
  workers: readonly string[];
}

const HISTORY_SHARE = 0.08;
const HISTORY_VISITS = 8;
const NOBODY_SHARE = 0.1;
/** Late in the day, so that whoever starts the demo still has it before her. */
const TRIED_AT = '16:40';
const RECHECK_AT = '16:30';

export function visitGrid(drawn: readonly DrawnHousehold[], visiting: Visiting): GridVisits {
  const dueOn = dueDays(drawn, visiting);
  const contactOnOf = (one: DrawnHousehold) => addDays(dueOn.get(one)!, -one.visits.intervalDays);
  const recheck = drawn.find(
    (one) =>
      one.visits.form === 'f2' &&
      dueOn.get(one)! > visiting.maker.today &&
      daysBetween(contactOnOf(one), visiting.maker.today) > 1,
  );
  const households: Household[] = [];
  const visits: Visit[] = [];
  const tasks: VisitTask[] = [];
  for (const one of drawn) {
    const contactOn = contactOnOf(one);
    const made = [
      ...historyOf(one, contactOn, visiting),
      drawVisit(one, { ...visiting, on: contactOn, result: contactResult(one, visiting.chance) }),
    ];
    if (one === recheck) made.push(nobodyYesterday(one, visiting));
    else if (visiting.chance.happens(NOBODY_SHARE)) made.push(...triedInVain(one, contactOn, visiting));
    if (one === recheck) tasks.push(recheckTask(one, made.at(-1)!, visiting));
    visits.push(...made);
    households.push(afterVisits(one.household, made, contactOn));
  }
  return { households, visits: visits.sort((a, b) => a.occurredAt.localeCompare(b.occurredAt)), tasks };
}

/** The day each household is due: 3–6 late, 5–10 today, the others somewhere within their interval. */
function dueDays(
  drawn: readonly DrawnHousehold[],
  { chance, maker }: Visiting,
): Map<DrawnHousehold, IsoDate> {
  const order = alternating(chance.shuffled(drawn));
  const late = Math.min(chance.int(3, 6), Math.floor(drawn.length / 20));
  const today = Math.min(chance.int(5, 10), Math.floor(drawn.length / 12));
  return new Map(
    order.map((one, at) => {
      if (at < late) return [one, addDays(maker.today, -chance.int(1, 9))];
      if (at < late + today) return [one, maker.today];
      return [one, addDays(maker.today, chance.int(1, one.visits.intervalDays - 1))];
    }),
  );
}

/** A household of a tag, an ordinary one, and so on, so that what is due has some of both. */
function alternating(drawn: readonly DrawnHousehold[]): DrawnHousehold[] {
  const tagged = drawn.filter((one) => one.visits.intervalDays < ORDINARY_INTERVAL_DAYS);
  const ordinary = drawn.filter((one) => one.visits.intervalDays === ORDINARY_INTERVAL_DAYS);
  return drawn.map(
    (_, at) => (at % 2 === 0 ? tagged.pop() : ordinary.pop()) ?? tagged.pop() ?? ordinary.pop()!,
  );
}

const contactResult = (one: DrawnHousehold, chance: Chance) =>
  chance.happens(one.visits.form === 'f2' ? 0.9 : 0.8) ? 'met' : 'phone';

/** For a few households a row of visits before the last one, an interval apart. Event databases go back to last January. */
function historyOf(one: DrawnHousehold, contactOn: IsoDate, visiting: Visiting): Visit[] {
  const { chance, maker } = visiting;
  const often = one.visits.intervalDays <= 31 && chance.happens(0.4);
  if (!often && !chance.happens(HISTORY_SHARE / 2)) return [];
  const earliest = `${yearOf(maker.today) - 1}-01-01`;
  const spacing = Math.min(one.visits.intervalDays, 45);
  return Array.from({ length: HISTORY_VISITS }, (_, at) =>
    addDays(contactOn, -(at + 1) * spacing - chance.int(0, 2)),
  )
    .filter((on) => on >= earliest)
    .map((on) => drawVisit(one, { ...visiting, on, result: chance.happens(0.15) ? 'nobody' : 'met' }));
}

/** After the last contact somebody came once more, and nobody was there. */
function triedInVain(one: DrawnHousehold, contactOn: IsoDate, visiting: Visiting): Visit[] {
  const days = daysBetween(contactOn, visiting.maker.today);
  if (days < 4) return [];
  const on = addDays(contactOn, visiting.chance.int(3, days - 1));
  return [drawVisit(one, { ...visiting, on, result: visiting.chance.happens(0.85) ? 'nobody' : 'refused' })];
}

function nobodyYesterday(one: DrawnHousehold, visiting: Visiting): Visit {
  return drawVisit(one, {
    ...visiting,
    on: addDays(visiting.maker.today, -1),
    time: TRIED_AT,
    result: 'nobody',
  });
}

/** Within 24 hours of the visit that found nobody (domain.md 3, F2). */
function recheckTask(one: DrawnHousehold, visit: Visit, { maker }: Visiting): VisitTask {
  return {
    ...maker.head('task', visit.createdBy, visit.endedAt),
    type: 'task',
    household: one.household._id,
    ...(one.visits.resident ? { resident: one.visits.resident } : {}),
    form: 'f2',
    reason: 'recheck',
    dueAt: beijingInstant(maker.today, RECHECK_AT),
    assignee: visit.createdBy,
    status: 'open',
    madeBy: visit._id,
  };
}

function afterVisits(household: Household, visits: readonly Visit[], contactOn: IsoDate): Household {
  const last = visits.reduce((a, b) => (b.occurredAt > a.occurredAt ? b : a));
  const verified = visits
    .filter((visit) => visit.form === 'f1' && visit.result === 'met')
    .map((visit) => visit.occurredOn)
    .sort()
    .at(-1);
  return {
    ...household,
    updatedAt: last.endedAt,
    updatedBy: last.updatedBy,
    lastVisit: {
      visit: last._id,
      on: last.occurredOn,
      form: last.form,
      result: last.result,
      by: last.createdBy,
    },
    lastContactOn: contactOn,
    rosterVerifiedOn: verified ?? beijingDate(household.createdAt),
  };
}
