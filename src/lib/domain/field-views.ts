// What the field screens show, as plain data: made from the roster in memory by the worker, drawn by components.
// Phones and ID numbers stand here masked; names stand in full, since the field tablet is one person's.
import type { NamedPerson } from './household-name.ts';
import type { RoomState } from './place.ts';
import type { VisitResult } from './people.ts';
import type { IsoDate, IsoInstant } from './time.ts';
import type { Answers } from './visit.ts';

/** late: should have been visited before today; due: today; done: met or spoken to today; none: nothing to do now. */
export type Light = 'late' | 'due' | 'done' | 'none';

/** When somebody is to come again: an instant where an hour was told, else the day alone. */
export type Promised = { dueAt: IsoInstant } | { dueDay: IsoDate };

/** Why a household is due. */
export type DueReason =
  | ({ kind: 'recheck'; lastTriedOn?: IsoDate } & Promised)
  | ({ kind: 'task'; reason: 'planned' | 'followUp' } & Promised)
  | { kind: 'tag'; code: string; intervalDays: number }
  | { kind: 'ordinary'; intervalDays: number };

/** One line of 今日. */
export interface DueRow {
  household: string;
  /** The resident it is about, where it is about one. */
  resident?: string;
  building: string;
  door: string;
  /** Compound or grid, where the door alone does not tell it from another on this tablet. */
  place?: string;
  /** The household's name (household-name.ts), with the age of whom it is called by. */
  name: string;
  age?: number;
  /** Whom to ask for, where that is somebody else. */
  about?: NamedPerson;
  memberCount: number;
  light: Light;
  reason: DueReason;
  /** Codes of tag-kinds.json that people need to know at the door, most urgent first. */
  tags: string[];
  dueOn: IsoDate;
  /** Days late; 0 today. */
  lateDays: number;
  form: 'f1' | 'f2';
  task?: string;
  lastVisit?: { on: IsoDate; result: VisitResult };
}

export interface TodayView {
  today: IsoDate;
  grids: { code: string; name: string }[];
  counts: { late: number; due: number; done: number };
  /** Re-checks first, then late, then due; within them by building so that stairs are climbed once. */
  rows: DueRow[];
  /** Households visited today, newest first. */
  done: DueRow[];
  householdCount: number;
}

export interface BuildingRow {
  building: string;
  grid: string;
  gridName: string;
  compound?: string;
  number: string;
  /** Per unit: households (户) living in it, those of them that are late or due today, and vacant dwellings (套). */
  units: { number: string; households: number; vacant: number; late: number; due: number }[];
}

export interface MatrixCell {
  room: string;
  roomNumber: string;
  state: RoomState;
  light: Light;
  /** Households living in it, the most pressing first; usually one. */
  households: {
    household: string;
    /** The form its next visit asks for, and whom it is about where it is about one. */
    visit: { form: 'f1' | 'f2'; resident?: string };
    name: string;
    age?: number;
    light: Light;
    memberCount: number;
    tags: string[];
    notes: string[];
  }[];
}

export interface MatrixView {
  building: string;
  buildingNumber: string;
  compound?: string;
  /** Compound or grid, where the number alone does not tell it from another on this tablet. */
  place?: string;
  unitNumber: string;
  units: string[];
  /** Highest floor first. */
  floors: { floor: number; cells: MatrixCell[] }[];
  /** Rooms (套), the vacant among them; households (户), those of them due today or late. */
  counts: { rooms: number; vacant: number; households: number; due: number; late: number };
  /** Where somebody can be asked when nobody is home. */
  head?: { name: string; maskedPhone?: string };
}

export interface MemberView {
  resident: string;
  name: string;
  /** GB/T 4761 code. */
  relation: string;
  sex?: string;
  age?: number;
  birth?: IsoDate;
  /** Which of her numbers it is says `field`, as `device.reveal()` takes it. */
  maskedId?: { field: 'idNumber' | 'documentNumber'; number: string };
  /** In the order of `phones`, by whose position `device.reveal()` asks. */
  maskedPhones: string[];
  work?: string;
  tags: string[];
}

/** A photo of a visit, and whether the server has it. */
export interface VisitPhoto {
  photo: string;
  digest: string;
  state: 'waiting' | 'refused' | 'sent';
}

/** One visit, as it was made. */
export interface VisitRow {
  visit: string;
  on: IsoDate;
  at: IsoInstant;
  form: 'f1' | 'f2';
  formVersion: string;
  /** Whom it was about, where it was about one (敲门). */
  resident?: string;
  result: VisitResult;
  answers: Answers;
  by: string;
  waiting: boolean;
  lateEntry: boolean;
  /** 敲门 found something wrong: codes of F2 `abnormal`; empty where all was well. */
  abnormal: string[];
  remark?: string;
  /** In the order in which they were taken; empty where there are none. */
  photos: VisitPhoto[];
}

export interface HouseholdView {
  household: string;
  room: string;
  building: string;
  unitNumber: string;
  door: string;
  /** As in a row of 今日. */
  place?: string;
  name: string;
  kind: 'family' | 'collective' | 'registeredOnly' | 'residing';
  roomState: RoomState;
  rosterVerifiedOn?: IsoDate;
  notes: string[];
  /** Codes of tags that are the household's, not one person's. */
  tags: string[];
  members: MemberView[];
  due: DueRow[];
  /** Newest first. */
  visits: VisitRow[];
  /** An unfinished form for this household, if one is kept. */
  draft?: { form: 'f1' | 'f2'; resident?: string; savedAt: IsoInstant };
  closedOn?: IsoDate;
  /** What is restricted of the people here may be asked for: a matter of whoever looks, which says nothing of them. */
  mayCare?: true;
}

export interface SearchHit {
  resident: string;
  household: string;
  name: string;
  age?: number;
  sex?: string;
  door: string;
  grid: string;
  /** As in a row of 今日. */
  place?: string;
  maskedPhone?: string;
  tags: string[];
}

export interface SearchView {
  hits: SearchHit[];
  /** All that match; `hits` holds the first of them. */
  total: number;
}
