// 限时办结: by when a request is to be done (domain.md 2.6). Counted in working days from the day after it counts as received;
// while papers are missing the clock stands, and goes on the day after they are complete.
// Invariant: the day papers were asked for is used up, the day they came is not: both on one day change nothing.
import { beijingDate, type IsoDate, type IsoInstant } from './time.ts';
import type { WorkingDays } from './working-days.ts';

export interface Promised {
  receivedAt: IsoInstant;
  /** 0: at once, within the day it counts as received. */
  workingDays: number;
  /** In order; only the last may be open. */
  pauses: readonly Pause[];
}

export interface Pause {
  from: IsoInstant;
  /** Absent: still. */
  to?: IsoInstant | undefined;
}

export interface Deadline {
  /** The last day, until office hours end; absent while the clock stands. */
  dueOn?: IsoDate;
  /** While it stands: working days left when it goes on. */
  left: number;
  /** Whether every day counted is in a year whose holidays are known. */
  isKnown: boolean;
}

export function deadlineOf({ receivedAt, workingDays, pauses }: Promised, days: WorkingDays): Deadline {
  let from = days.countsAsOf(receivedAt);
  let left = workingDays;
  let isKnown = days.isKnown(beijingDate(receivedAt));
  for (const pause of pauses) {
    const stop = beijingDate(pause.from);
    const dueBefore = days.addWorkingDays(from, left);
    // It was late already: nothing that is asked for now makes good for it.
    if (stop > dueBefore) return { dueOn: dueBefore, left: 0, isKnown: isKnown && days.isKnown(dueBefore) };
    if (stop > from) left -= days.workingDaysBetween(from, stop);
    isKnown &&= days.isKnown(stop);
    if (pause.to === undefined) return { left, isKnown };
    const resumed = days.countsAsOf(pause.to);
    if (resumed > from) from = resumed;
  }
  const dueOn = days.addWorkingDays(from, left);
  return { dueOn, left, isKnown: isKnown && days.isKnown(from) && days.isKnown(dueOn) };
}

/** late: overdue; due: a third of the time or one working day is left, or less; calm: more (domain.md 2.6). */
export type RequestLight = 'late' | 'due' | 'calm';

/** `left`: working days until the last day; negative, the working days it is overdue; 0 today, or over since a day off. */
export function lightOf(
  dueOn: IsoDate,
  workingDays: number,
  { today, days }: { today: IsoDate; days: WorkingDays },
): { light: RequestLight; left: number } {
  const left = days.workingDaysBetween(today, dueOn);
  if (today > dueOn) return { light: 'late', left };
  return { light: left <= 1 || left * 3 <= workingDays ? 'due' : 'calm', left };
}
