// An open form as screens see it: pages of questions, answers as JSON, a draft that restores exactly. The engine behind
// it is nobody else's business. Invariants: everything readable here is live where `openForm` was given a reactive
// `stateFactory`; a question that is not relevant keeps what was typed, but is absent from the answers; the draft has
// both. Nothing here reads a clock.
import type { IsoDate, IsoInstant } from '#lib/domain/time.ts';
import type { Answers } from '#lib/domain/visit.ts';

export type FormName = 'f1' | 'f2';
export type FormLanguage = 'zh-CN' | 'en';

/** What a form needs to know of the door it is filled in at. */
export interface FormContext {
  /** Taken once, when the form is opened. */
  now: IsoInstant;
  /** Who lives here, in the order they are to be shown. */
  members: readonly { resident: string; name: string }[];
  /** Colleagues who may come along. */
  staff?: readonly { user: string; name: string }[];
  /** F2: the resident it is about. */
  resident?: string;
  /** The last form of this kind filled in here, shown as 上次. */
  last?: { on: IsoDate; answers: Answers };
}

export interface Choice {
  value: string;
  /** In the form's language; empty for `somebodyElse` alone, for which the screen has the word. */
  label: string;
  /** "None of these": chosen, it takes the others away. */
  exclusive: boolean;
}

interface QuestionCommon {
  /** Unique in the form and stable while it is open; may stand in an HTML id. */
  readonly id: string;
  /** The key of the answer. */
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly required: boolean;
  /** Not relevant: not shown, not validated, not answered. */
  readonly relevant: boolean;
  /** What to do to make it right, in the form's language; only after `next` or `finish` found it wrong. */
  readonly error: string | undefined;
  /** Rarely changed or rarely needed: shown with its neighbours as one line until somebody opens it. */
  readonly folded: boolean;
  /** What was answered last time, in words. */
  readonly last: { on: IsoDate; words: string } | undefined;
}

/** One of few. Yes and no are the values `true` and `false`, and booleans in the answers. */
export interface OneQuestion extends QuestionCommon {
  readonly kind: 'one';
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  set(value: string | undefined): void;
}

export interface ManyQuestion extends QuestionCommon {
  readonly kind: 'many';
  readonly value: readonly string[];
  readonly choices: readonly Choice[];
  set(value: readonly string[]): void;
}

export interface TextQuestion extends QuestionCommon {
  readonly kind: 'text';
  readonly value: string;
  /** Lines to show; 1 is a single line. */
  readonly rows: number;
  readonly keyboard: 'text' | 'tel';
  /** Words that stand for an answer in place of text (`refused`: would not say); the screen has them in words. */
  readonly instead: readonly ('none' | 'refused' | 'unknown')[];
  set(value: string): void;
}

export interface IntegerQuestion extends QuestionCommon {
  readonly kind: 'integer';
  readonly value: number | undefined;
  set(value: number | undefined): void;
}

export interface DateQuestion extends QuestionCommon {
  readonly kind: 'date';
  readonly value: IsoDate | undefined;
  /** One tap each; `days` from today, negative in the past. */
  readonly quick: readonly { value: IsoDate; days: number }[];
  set(value: IsoDate | undefined): void;
}

export interface DateTimeQuestion extends QuestionCommon {
  readonly kind: 'dateTime';
  readonly value: IsoInstant | undefined;
  /** One tap each; `hours` from when the form was opened, negative in the past. */
  readonly quick: readonly { value: IsoInstant; hours: number }[];
  set(value: IsoInstant | undefined): void;
}

/** Text to read, nothing to answer. */
export interface NoteQuestion extends QuestionCommon {
  readonly kind: 'note';
  readonly value: string;
}

/** 与上次相同: one tap confirms all the facts that still stand; their own questions are then not asked. */
export interface SameQuestion extends QuestionCommon {
  readonly kind: 'same';
  readonly value: boolean;
  readonly facts: readonly { name: string; label: string; value: string }[];
  set(value: boolean): void;
}

/** Photos of what is seen. The form holds their ids; the pictures lie where whoever draws the question keeps them. */
export interface PhotosQuestion extends QuestionCommon {
  readonly kind: 'photos';
  /** Ids, in the order in which they were taken. */
  readonly value: readonly string[];
  readonly atMost: number;
  set(value: readonly string[]): void;
}

export interface RepeatItem {
  readonly id: string;
  readonly questions: readonly Question[];
}

export interface RepeatQuestion extends QuestionCommon {
  readonly kind: 'repeat';
  readonly items: readonly RepeatItem[];
  add(): void;
  remove(id: string): void;
}

export type Question =
  | OneQuestion
  | ManyQuestion
  | TextQuestion
  | IntegerQuestion
  | DateQuestion
  | DateTimeQuestion
  | NoteQuestion
  | SameQuestion
  | PhotosQuestion
  | RepeatQuestion;

export interface Page {
  readonly name: string;
  readonly label: string;
  readonly questions: readonly Question[];
}

/** `question`: id of the first one that is wrong, on the page that is now shown. */
export type StepOutcome = { outcome: 'moved' } | { outcome: 'invalid'; question: string };
export type FinishOutcome =
  { outcome: 'complete'; answers: Answers } | { outcome: 'invalid'; question: string };

/** Plain JSON; what is in it is nobody's business but `openForm`'s. */
export interface FormDraft {
  definition: FormName;
  version: string;
  page: string;
  values: Answers;
}

export interface OpenForm {
  readonly definition: FormName;
  readonly version: string;
  /** The moment `quick` answers and limits are counted from. */
  readonly now: IsoInstant;
  readonly language: FormLanguage;
  /** The relevant pages, in order; their number changes with the answers. */
  readonly pages: readonly Page[];
  /** Position in `pages`. */
  readonly currentPage: number;
  readonly page: Page;
  /** Nothing follows, as far as the answers tell; before the first answer anything may follow. */
  readonly isLastPage: boolean;
  /** Validates the shown page; moves only when it is right. On the last page it stays. */
  next(): StepOutcome;
  /** Never validates and never loses. On the first page it stays. */
  back(): void;
  /** Validates every page and shows the first that is wrong. */
  finish(): FinishOutcome;
  /** What is answered now, right or not: relevant questions and computed values. */
  answers(): Answers;
  draft(): FormDraft;
  setLanguage(language: FormLanguage): void;
}
