// Which answers of earlier visits still stand (与上次相同), so that a known fact is confirmed and not asked again.
// Invariant: a fact stands for less than half a year from the day it was last told or confirmed; one that calls for
// somebody to act (缺餐, a number that no longer works) never stands, it is asked until it is mended.
// Source: domain.md 3 (F0), 1 (row 44).
import type { Room } from './place.ts';
import { daysBetween, type IsoDate } from './time.ts';
import type { Answer, Answers, Visit } from './visit.ts';

/** Keys of lasting facts; every other question is about today. */
export const STANDING_FACTS = {
  f1: ['roomState', 'phoneOk'],
  f2: ['living', 'mobility', 'meals', 'meds', 'contactOk'],
} as const satisfies Record<Visit['form'], readonly string[]>;

/** Half a year, counted as the ordinary interval of visits is. */
const STANDS_FOR_DAYS = 182;

const CALLS_FOR_ACTION: Readonly<Record<string, Answer>> = {
  phoneOk: false,
  contactOk: false,
  meds: false,
  meals: 'short',
};

export interface LastAnswersInput {
  form: Visit['form'];
  /** F2: the resident it is about; other people's answers are not hers. */
  resident?: string;
  /** Of this household, in any order; visits that another one corrects count for nothing. */
  visits: readonly Visit[];
  room: Pick<Room, 'state'>;
  today: IsoDate;
}

export interface LastAnswers {
  /** Facts that still stand, by key. */
  standing: Answers;
  /** The newest visit with this form. */
  last?: { visit: string; on: IsoDate; answers: Answers };
}

export function lastAnswers({ form, resident, visits, room, today }: LastAnswersInput): LastAnswers {
  const corrected = new Set(visits.map((visit) => visit.corrects));
  const newestFirst = visits
    .filter((visit) => visit.form === form && !corrected.has(visit._id))
    .filter((visit) => form === 'f1' || visit.resident === resident)
    .filter((visit) => visit.occurredOn <= today)
    .sort((a, b) => b.occurredAt.localeCompare(a.occurredAt) || b._id.localeCompare(a._id));
  const standing: Answers = {};
  for (const key of STANDING_FACTS[form]) {
    const told = newestFirst.find((visit) => visit.answers[key] !== undefined);
    const answer = told?.answers[key];
    if (
      told &&
      answer !== undefined &&
      stands(key, answer, { room, days: daysBetween(told.occurredOn, today) })
    ) {
      standing[key] = answer;
    }
  }
  const last = newestFirst[0];
  return last
    ? { standing, last: { visit: last._id, on: last.occurredOn, answers: last.answers } }
    : { standing };
}

function stands(key: string, answer: Answer, known: { room: Pick<Room, 'state'>; days: number }): boolean {
  if (known.days >= STANDS_FOR_DAYS || answer === CALLS_FOR_ACTION[key]) return false;
  return key !== 'roomState' || answer === known.room.state;
}
