// What the desk's screens show, as plain data. A desk stands where others look on: in lists names are masked, phones
// everywhere (screens.md).
import type { RequestLight } from './request-deadline.ts';
import type { RequestPhase } from './request-state.ts';
import type { Conclusion, InformWay, StepKind } from './request.ts';
import type { IsoDate, IsoInstant } from './time.ts';

/** Somebody of the staff. */
export interface StaffName {
  user: string;
  name: string;
}

/** One line of 接待台. */
export interface DeskRow {
  request: string;
  /** Short. */
  number: string;
  matterName: string;
  maskedName: string;
  firstAsked: StaffName;
  handler: StaffName;
  /** To whom it was handed, who has not answered yet. */
  offered?: StaffName;
  phase: RequestPhase;
  missing: readonly string[];
  /** `paused`: papers are missing; `closed`: done. */
  light: RequestLight | 'paused' | 'closed';
  /** Absent while it is paused. */
  dueOn?: IsoDate;
  /** Working days left; negative: overdue. */
  left: number;
  /** Saved here, and not on the server yet. */
  waiting: boolean;
}

/** Which requests a person looks at. `mine`: in hand or first asked; `withMe`: in hand, or handed to her. */
export type DeskList = 'all' | 'mine' | 'toTell' | 'papers' | 'offered' | 'withMe' | 'closed';

export interface DeskView {
  today: IsoDate;
  list: DeskList;
  /** Most pressing first. Of `closed`, those of the last days, newest first. */
  rows: DeskRow[];
  /** All that there are; `rows` holds the first of them. */
  total: number;
  counts: Record<Exclude<DeskList, 'closed' | 'withMe'>, number> & {
    late: number;
    due: number;
    calm: number;
  };
  /** Of today: how many were taken, and how many closed. */
  done: { taken: number; closed: number };
  /** Years counted in whose holidays nobody has published. */
  unknownYears: number[];
  /** Whether this tablet has numbers to give. */
  hasNumbers: boolean;
}

export interface StepView {
  step: string;
  kind: StepKind;
  at: IsoInstant;
  by: StaffName;
  text?: string;
  papers?: readonly string[];
  to?: StaffName;
  conclusion?: Conclusion;
  told?: { how: InformWay; whom: string; at: IsoInstant };
  waiting: boolean;
}

export interface RequestView extends DeskRow {
  /** Whole. */
  wholeNumber: string;
  name: string;
  maskedPhone?: string;
  /** Where she lives, where she is of the roster here. */
  door?: string;
  household?: string;
  workingDays: number;
  receivedAt: IsoInstant;
  note?: string;
  conclusion?: Conclusion;
  result?: string;
  steps: StepView[];
  /** What whoever looks may do next. */
  allowed: StepKind[];
  /** Papers the matter takes. */
  papers: readonly string[];
  /** To whom it may be handed. */
  colleagues: (StaffName & { grids: string[] })[];
  /** Whether all years it is counted in are known. */
  isKnown: boolean;
}

export interface IntakeView {
  matters: { code: string; name: string; workingDays: number; papers: readonly string[]; dueOn: IsoDate }[];
  today: IsoDate;
  hasNumbers: boolean;
  /** What was begun and not finished. */
  draft?: unknown;
}
