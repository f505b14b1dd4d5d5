// What became of a request: the steps in their order, read one after another. Pure.
// Invariants: the order of steps follows from what their authors knew, not from clocks, and is the same on every tablet;
// closed is closed; nothing here changes who was first asked.
import { deadlineOf, type Deadline, type Pause } from './request-deadline.ts';
import type { Conclusion, RequestStep, ServiceRequest } from './request.ts';
import type { WorkingDays } from './working-days.ts';

/** handling: with `handler`; papers: the clock stands; toTell: a result, and nobody has told the applicant; closed. */
export type RequestPhase = 'handling' | 'papers' | 'toTell' | 'closed';

export interface RequestState {
  phase: RequestPhase;
  /** Who has it in hand. */
  handler: string;
  /** Whom it was handed to, until she takes it over or gives it back. */
  offered?: string;
  missing: readonly string[];
  conclusion?: Conclusion;
  result?: string;
  closedBy?: RequestStep;
  deadline: Deadline;
  /** In their order. */
  steps: readonly RequestStep[];
}

export function inOrder(steps: readonly RequestStep[]): RequestStep[] {
  const by = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...steps].sort((a, b) => a.order - b.order || by(a.createdAt, b.createdAt) || by(a._id, b._id));
}

/** The `order` of a step written by somebody who knows these. */
export const nextOrder = (steps: readonly RequestStep[]): number =>
  steps.reduce((most, { order }) => Math.max(most, order), 0) + 1;

interface Course {
  handler: string;
  offered?: string | undefined;
  missing: readonly string[];
  decided?: RequestStep | undefined;
  closedBy?: RequestStep | undefined;
  pauses: Pause[];
}

export function requestState(
  request: ServiceRequest,
  unordered: readonly RequestStep[],
  days: WorkingDays,
): RequestState {
  const steps = inOrder(unordered);
  const course: Course = { handler: request.firstAsked, missing: [], pauses: [] };
  for (const step of steps) if (!course.closedBy) follow(course, step);
  const { handler, offered, missing, decided, closedBy, pauses } = course;
  const { receivedAt, workingDays } = request;
  return {
    phase: phaseOf(course),
    handler,
    ...(offered === undefined ? {} : { offered }),
    missing,
    ...(decided?.conclusion ? { conclusion: decided.conclusion } : {}),
    ...(decided?.text === undefined ? {} : { result: decided.text }),
    ...(closedBy ? { closedBy } : {}),
    deadline: deadlineOf({ receivedAt, workingDays, pauses }, days),
    steps,
  };
}

function phaseOf({ closedBy, decided, pauses }: Course): RequestPhase {
  if (closedBy) return 'closed';
  if (decided) return 'toTell';
  return isPaused(pauses) ? 'papers' : 'handling';
}

const isPaused = (pauses: readonly Pause[]) => pauses.length > 0 && pauses.at(-1)!.to === undefined;

function follow(course: Course, step: RequestStep): void {
  switch (step.kind) {
    case 'supplementAsked':
      course.missing = step.papers ?? [];
      if (!isPaused(course.pauses)) course.pauses.push({ from: step.createdAt });
      return;
    case 'supplemented':
      course.missing = [];
      resume(course, step);
      return;
    case 'handed':
      course.offered = step.to;
      return;
    case 'taken':
      course.handler = step.createdBy;
      course.offered = undefined;
      return;
    case 'returned':
      course.offered = undefined;
      return;
    case 'decided':
      // What was decided needs no more papers. Of two who decided unknowing of one another the first in the order stands.
      course.missing = [];
      resume(course, step);
      course.decided ??= step;
      return;
    case 'told':
      // Nobody can be told of what is not decided.
      if (course.decided && step.told) course.closedBy = step;
      return;
    case 'accepted':
    case 'note':
  }
}

function resume({ pauses }: Course, { createdAt }: RequestStep): void {
  const last = pauses.at(-1);
  if (last && last.to === undefined) pauses[pauses.length - 1] = { from: last.from, to: createdAt };
}

/** What this person may do next; an empty list where it is closed. */
export function stepsFor(
  state: Pick<RequestState, 'phase' | 'handler' | 'offered'>,
  who: { user: string; isDesk: boolean },
): RequestStep['kind'][] {
  const { phase, handler, offered } = state;
  if (phase === 'closed') return [];
  const hers = handler === who.user;
  const answers: RequestStep['kind'][] = offered === who.user ? ['taken', 'returned'] : [];
  if (!hers && !who.isDesk) return [...answers, ...(answers.length > 0 ? (['note'] as const) : [])];
  const papers: RequestStep['kind'][] =
    phase === 'papers' ? ['supplemented'] : phase === 'handling' ? ['supplementAsked'] : [];
  return [
    ...answers,
    ...(phase === 'toTell' ? (['told'] as const) : (['decided'] as const)),
    ...(phase === 'toTell' ? [] : (['handed'] as const)),
    ...papers,
    'note',
  ];
}
