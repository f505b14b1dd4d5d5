// What one visit writes: the shapes that go into `planVisit` and come out of it.
// Invariant: everything in one plan is saved in one transaction or not at all.
import type { Author } from './document-head.ts';
import type { IdSource } from './document-id.ts';
import type { Household, Membership, Resident, VisitTask } from './people.ts';
import type { PhotoNamed } from './photo.ts';
import type { Room } from './place.ts';
import type { IsoDate, IsoInstant } from './time.ts';
import type { Answers, Visit } from './visit.ts';

export interface PlanVisitInput {
  form: 'f1' | 'f2';
  formVersion: string;
  answers: Answers;
  household: Household;
  room: Room;
  /** Of this household, open and closed. */
  memberships: readonly Membership[];
  /** At least those of the open memberships. */
  residents: readonly Resident[];
  /** Open tasks of this household. */
  openTasks: readonly VisitTask[];
  /** F2: id of the resident it is about. */
  resident?: string;
  author: Author;
  ids: IdSource;
  startedAt: IsoInstant;
  endedAt: IsoInstant;
  /** Taken at it, in the order of the answers. */
  photos?: readonly PhotoNamed[];
  /** Its id, where it has one already: refused by the server, and mended. */
  visit?: string;
  /** The visit this one corrects. */
  corrects?: string;
}

/**
 * One document to write. `events`: into the grid's events of the year of `visit.occurredOn`; `grid`: into the grid's
 * roster. Without `before` it is new. Stamps (`changedBy`) are put on by whoever knows the revisions.
 */
export type PlannedWrite =
  | { scope: 'events'; after: Visit }
  | { scope: 'grid'; before?: Household; after: Household }
  | { scope: 'grid'; before?: Room; after: Room }
  | { scope: 'grid'; before?: Resident; after: Resident }
  | { scope: 'grid'; before?: Membership; after: Membership }
  | { scope: 'grid'; before?: VisitTask; after: VisitTask };

/** Told at the door and in the visit's answers, but not applied until a second person confirms it (domain.md 2.4). */
export interface ToConfirm {
  kind: 'death' | 'headChange' | 'split' | 'merge';
  /** Id of the resident it is about; of a new head, the one who left. */
  resident: string;
  on: IsoDate;
}

export interface VisitPlan {
  visit: Visit;
  /** The visit first. */
  writes: PlannedWrite[];
  toConfirm: ToConfirm[];
  /** When somebody must come again, where nobody was met. */
  recheckAt?: IsoInstant;
}

export type PlanVisitOutcome =
  | { outcome: 'planned'; plan: VisitPlan }
  /** The answers are not those of a whole form: nothing is written. `key` names the answer. */
  | { outcome: 'refused'; reason: 'missing' | 'tooOld' | 'inFuture'; key: string };
