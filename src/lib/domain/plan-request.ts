// What is written when a request is taken, and when a step is added: whole documents, not yet saved. Pure.
// Invariants: a request is never made without its first step; it is closed by the step that says who was told how and when,
// and by nothing else; what may be done next is asked of the state, not of the screen.
import { headOf, type Author } from './document-head.ts';
import { newDocumentId, type IdSource } from './document-id.ts';
import { requestNumber } from './request-number.ts';
import { nextOrder, requestState, stepsFor } from './request-state.ts';
import type { Conclusion, InformWay, RequestStep, ServiceRequest, StepKind } from './request.ts';
import { readPhones } from './phone.ts';
import { beijingDate, type IsoInstant } from './time.ts';
import type { WorkingDays } from './working-days.ts';

/** As the clerk typed it. */
export interface NewRequest {
  /** Of the roster; absent: somebody new. */
  resident?: { id: string; household: string };
  name: string;
  phone: string;
  matter: string;
  /** What of the papers is missing. */
  missing: string[];
  note: string;
}

export interface Taking {
  community: string;
  block: number;
  serial: number;
  matter: { code: string; name: string; workingDays: number };
  author: Author;
  ids: IdSource;
}

const filled = (text: string): string | undefined => text.trim() || undefined;

/** What is wrong with what was typed; undefined: nothing. */
export function faultOf({ name, phone, matter }: NewRequest): 'name' | 'phone' | 'matter' | undefined {
  if (filled(name) === undefined) return 'name';
  if (filled(phone) !== undefined && readPhones(phone).phones.length !== 1) return 'phone';
  return matter === '' ? 'matter' : undefined;
}

export function planRequest(
  typed: NewRequest,
  { community, block, serial, matter, author, ids }: Taking,
): { request: ServiceRequest; steps: RequestStep[] } {
  const [phone] = readPhones(typed.phone).phones;
  const note = filled(typed.note);
  const { resident } = typed;
  const request: ServiceRequest = {
    _id: newDocumentId('request', ids),
    type: 'request',
    ...headOf(author, ids),
    number: requestNumber({ community, on: beijingDate(author.now), block, serial }),
    community,
    applicant: {
      name: typed.name.trim(),
      ...(resident ? { resident: resident.id, household: resident.household } : {}),
      ...(phone === undefined ? {} : { phone }),
    },
    matter: matter.code,
    matterName: matter.name,
    workingDays: matter.workingDays,
    ...(note === undefined ? {} : { note }),
    firstAsked: author.person,
    receivedAt: author.now,
    status: 'open',
  };
  const about = { request: request._id, author, ids };
  const accepted = newStep(about, { kind: 'accepted' }, 1);
  const asked = newStep(about, { kind: 'supplementAsked', papers: typed.missing }, 2);
  return { request, steps: typed.missing.length > 0 ? [accepted, asked] : [accepted] };
}

export type NewStep =
  | { kind: 'supplementAsked'; papers: string[]; text?: string }
  | { kind: 'supplemented' | 'taken'; text?: string }
  | { kind: 'returned' | 'note'; text: string }
  | { kind: 'handed'; to: string; text?: string }
  | { kind: 'decided'; conclusion: Conclusion; text: string }
  | { kind: 'told'; told: { how: InformWay; whom: string; at: IsoInstant }; text?: string };

/** One thing done to a request: a result may be told at once. */
export type NewSteps = readonly NewStep[];

type Written = NewStep | { kind: 'accepted' };

function newStep(
  { request, author, ids }: { request: string; author: Author; ids: IdSource },
  step: Written,
  order: number,
): RequestStep {
  const { kind, ...said } = step;
  const texts = 'text' in said ? { text: filled(said.text ?? '') } : {};
  const all: Record<string, unknown> = { ...said, ...texts };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return {
    _id: newDocumentId('request-step', ids),
    type: 'request-step',
    ...headOf(author, ids),
    request,
    kind,
    order,
    ...kept,
  };
}

/** What it takes beside its kind; nothing is written without it. */
function isWhole(step: NewStep): boolean {
  switch (step.kind) {
    case 'supplementAsked':
      return step.papers.length > 0;
    case 'returned':
    case 'note':
    case 'decided':
      return filled(step.text) !== undefined;
    case 'handed':
      return step.to !== '';
    case 'told':
      return filled(step.told.whom) !== undefined;
    case 'supplemented':
    case 'taken':
      return true;
  }
}

export type PlannedSteps =
  | { outcome: 'planned'; steps: RequestStep[]; closes: boolean }
  /** Somebody else did something meanwhile, or it lacks something. */
  | { outcome: 'notNow'; kind: StepKind };

export function planSteps(
  { request, steps }: { request: ServiceRequest; steps: readonly RequestStep[] },
  wanted: NewSteps,
  { author, ids, isDesk, days }: { author: Author; ids: IdSource; isDesk: boolean; days: WorkingDays },
): PlannedSteps {
  const known = [...steps];
  const made: RequestStep[] = [];
  for (const step of wanted) {
    const state = requestState(request, known, days);
    const phase = request.status === 'closed' ? 'closed' : state.phase;
    const allowed = stepsFor({ ...state, phase }, { user: author.person, isDesk });
    if (!allowed.includes(step.kind) || !isWhole(step)) return { outcome: 'notNow', kind: step.kind };
    const next = newStep({ request: request._id, author, ids }, step, nextOrder(known));
    known.push(next);
    made.push(next);
  }
  const closes = requestState(request, known, days).phase === 'closed';
  return { outcome: 'planned', steps: made, closes };
}
