// What a page can ask about requests: the part of the device's contract behind 接待台.
import type { DeskQuery } from '#lib/domain/desk-rows.ts';
import type { DeskView, IntakeView, RequestView } from '#lib/domain/desk-views.ts';
import type { NewRequest, NewStep } from '#lib/domain/plan-request.ts';
import type { Live } from './live-data.ts';

export type TakeOutcome =
  /** On this tablet. */
  | { outcome: 'taken'; request: string }
  | { outcome: 'unfit'; field: 'name' | 'phone' | 'matter' }
  /** This tablet has no block of numbers yet: it gets one when it reaches the server. */
  | { outcome: 'noNumbers' | 'full' | 'failed' };

/** `notNow`: somebody else did something to it meanwhile, or it lacks something; look again. */
export type StepOutcome = { outcome: 'saved' | 'notNow' | 'gone' | 'full' | 'failed' };

export interface DeskDevice {
  watchDesk(query: () => DeskQuery): Live<DeskView>;
  watchRequest(id: () => string): Live<RequestView | null>;
  /** Matters, and what was begun; asked once. */
  readIntake(): Promise<IntakeView>;
  /** Answers after it is on this tablet; the number is given then. */
  takeRequest(typed: NewRequest): Promise<TakeOutcome>;
  /** What was typed so far, sealed; undefined drops it. */
  keepIntake(typed: NewRequest | undefined): Promise<void>;
  /** One thing done: all steps or none. */
  addSteps(request: string, steps: NewStep[]): Promise<StepOutcome>;
}
