// The lines of 接待台 and a request's own page, from the documents. Pure.
// Invariant: the most pressing first: overdue, then by the last day; those whose clock stands after them.
import type { DeskList, DeskRow, DeskView, RequestView, StaffName, StepView } from './desk-views.ts';
import { maskName } from './mask-name.ts';
import { maskPhone } from './phone.ts';
import { lightOf } from './request-deadline.ts';
import { numberMatches, shortNumber } from './request-number.ts';
import { requestState, stepsFor, type RequestState } from './request-state.ts';
import type { RequestStep, ServiceRequest } from './request.ts';
import { beijingDate, yearOf, type IsoDate } from './time.ts';
import type { WorkingDays } from './working-days.ts';

/** A request as it lies in the store, with its steps. */
export interface HeldRequest {
  request: ServiceRequest;
  steps: readonly RequestStep[];
  /** Ids of those documents that the server has not confirmed. */
  waiting: ReadonlySet<string>;
}

export interface DeskFacts {
  today: IsoDate;
  days: WorkingDays;
  user: string;
  nameOf(user: string): string;
}

interface Looked {
  held: HeldRequest;
  state: RequestState;
  row: DeskRow;
}

const named = (facts: DeskFacts, user: string): StaffName => ({ user, name: facts.nameOf(user) });

function lookAt(held: HeldRequest, facts: DeskFacts): Looked {
  const { request, steps, waiting } = held;
  const state = requestState(request, steps, facts.days);
  const { dueOn, left: kept } = state.deadline;
  const measured = dueOn === undefined ? undefined : lightOf(dueOn, request.workingDays, facts);
  const isClosed = state.phase === 'closed' || request.status === 'closed';
  const row: DeskRow = {
    request: request._id,
    number: shortNumber(request.number),
    matterName: request.matterName,
    maskedName: maskName(request.applicant.name),
    firstAsked: named(facts, request.firstAsked),
    handler: named(facts, state.handler),
    ...(state.offered === undefined ? {} : { offered: named(facts, state.offered) }),
    phase: isClosed ? 'closed' : state.phase,
    missing: state.missing,
    light: isClosed ? 'closed' : (measured?.light ?? 'paused'),
    ...(dueOn === undefined ? {} : { dueOn }),
    left: measured?.left ?? kept,
    waiting: waiting.has(request._id) || steps.some(({ _id }) => waiting.has(_id)),
  };
  return { held, state, row };
}

const RANK = { late: 0, due: 1, calm: 1, paused: 2, closed: 3 };

function moreUrgent({ row: a }: Looked, { row: b }: Looked): number {
  const byDay = (a.dueOn ?? '').localeCompare(b.dueOn ?? '');
  return RANK[a.light] - RANK[b.light] || byDay || a.number.localeCompare(b.number);
}

const newestClosed = ({ state: a, held: x }: Looked, { state: b, held: y }: Looked) =>
  (b.closedBy?.createdAt ?? y.request.updatedAt).localeCompare(a.closedBy?.createdAt ?? x.request.updatedAt);

function isIn(list: DeskList, { row }: Looked, user: string): boolean {
  if ((row.phase === 'closed') !== (list === 'closed')) return false;
  switch (list) {
    case 'all':
    case 'closed':
      return true;
    case 'mine':
      return row.handler.user === user || row.firstAsked.user === user;
    case 'withMe':
      return row.handler.user === user || row.offered?.user === user;
    case 'offered':
      return row.offered?.user === user;
    case 'toTell':
      return row.phase === 'toTell';
    case 'papers':
      return row.phase === 'papers';
  }
}

/** `typed`: part of a number or of the applicant's name, among all there are; empty: the list. */
export interface DeskQuery {
  list: DeskList;
  typed: string;
  limit: number;
}

export function deskView(
  all: readonly HeldRequest[],
  { list, typed, limit }: DeskQuery,
  facts: DeskFacts,
): Omit<DeskView, 'hasNumbers'> {
  const looked = all.map((held) => lookAt(held, facts));
  const open = looked.filter(({ row }) => row.phase !== 'closed');
  const wanted = typed.trim().normalize('NFKC');
  const found =
    wanted === '' ? looked.filter((each) => isIn(list, each, facts.user)) : looked.filter(matches);
  function matches({ held: { request } }: Looked): boolean {
    return request.applicant.name.includes(wanted) || numberMatches(request.number, wanted);
  }
  const count = (of: DeskList) => open.filter((each) => isIn(of, each, facts.user)).length;
  const lit = (light: DeskRow['light']) => open.filter(({ row }) => row.light === light).length;
  const sorted = found.sort(list === 'closed' && wanted === '' ? newestClosed : moreUrgent);
  return {
    today: facts.today,
    list,
    rows: sorted.slice(0, limit).map(({ row }) => row),
    total: found.length,
    counts: {
      ...{ all: open.length, mine: count('mine'), toTell: count('toTell') },
      ...{ papers: count('papers'), offered: count('offered') },
      ...{ late: lit('late'), due: lit('due'), calm: lit('calm') },
    },
    done: {
      taken: all.filter(({ request }) => beijingDate(request.receivedAt) === facts.today).length,
      closed: looked.filter(
        ({ state }) => state.closedBy && beijingDate(state.closedBy.createdAt) === facts.today,
      ).length,
    },
    unknownYears: unknownYears(open, facts),
  };
}

function unknownYears(open: readonly Looked[], { today, days }: DeskFacts): number[] {
  const dates = [today, ...open.flatMap(({ row }) => row.dueOn ?? [])];
  return [...new Set(dates.filter((date) => !days.isKnown(date)).map(yearOf))].sort();
}

export interface PageFacts extends DeskFacts {
  isDesk: boolean;
  papers: readonly string[];
  colleagues: RequestView['colleagues'];
  door?: string | undefined;
}

export function requestView(held: HeldRequest, facts: PageFacts): RequestView {
  const { state, row } = lookAt(held, facts);
  const { request, waiting } = held;
  const { applicant } = request;
  return {
    ...row,
    wholeNumber: request.number,
    name: applicant.name,
    ...(applicant.phone === undefined ? {} : { maskedPhone: maskPhone(applicant.phone) }),
    ...(applicant.household === undefined ? {} : { household: applicant.household }),
    ...(facts.door === undefined ? {} : { door: facts.door }),
    workingDays: request.workingDays,
    receivedAt: request.receivedAt,
    ...(request.note === undefined ? {} : { note: request.note }),
    ...(state.conclusion ? { conclusion: state.conclusion } : {}),
    ...(state.result === undefined ? {} : { result: state.result }),
    steps: state.steps.map((step) => stepView(step, waiting, facts)),
    allowed: stepsFor({ ...state, phase: row.phase }, { user: facts.user, isDesk: facts.isDesk }),
    papers: facts.papers,
    colleagues: facts.colleagues,
    isKnown: state.deadline.isKnown,
  };
}

function stepView(step: RequestStep, waiting: ReadonlySet<string>, facts: DeskFacts): StepView {
  const { text, papers, to, conclusion, told } = step;
  return {
    ...{ step: step._id, kind: step.kind, at: step.createdAt, by: named(facts, step.createdBy) },
    ...(text === undefined ? {} : { text }),
    ...(papers === undefined ? {} : { papers }),
    ...(to === undefined ? {} : { to: named(facts, to) }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(told === undefined ? {} : { told: { how: told.how, whom: told.whom, at: told.at } }),
    waiting: waiting.has(step._id),
  };
}
