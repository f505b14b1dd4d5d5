// When a visit happened, and when it was written down. Invariants: start ≤ end ≤ start + 12 h, whatever the tablet's
// clock did; a visit is at most seven days older than its form; one written down on a later day is 补记 (domain.md 3, F0).
import { beijingDate, type IsoDate, type IsoInstant } from './time.ts';
import type { PlanVisitInput } from './visit-plan.ts';

const HOUR_MS = 3_600_000;
const LONGEST_MS = 12 * HOUR_MS;
const OLDEST_MS = 7 * 24 * HOUR_MS;
/** Clocks and quarter hours: a little ahead is now, more is a mistake. */
const AHEAD_MS = HOUR_MS;

export interface VisitTime {
  occurredAt: IsoInstant;
  occurredOn: IsoDate;
  startedAt: IsoInstant;
  endedAt: IsoInstant;
  lateEntry: boolean;
}

export type VisitTimeOutcome = { outcome: 'known'; time: VisitTime } | { outcome: 'tooOld' | 'inFuture' };

export function planVisitTime(
  input: Pick<PlanVisitInput, 'answers' | 'startedAt' | 'endedAt'>,
): VisitTimeOutcome {
  const startedMs = Date.parse(input.startedAt);
  const savedMs = Math.max(startedMs, Date.parse(input.endedAt));
  const told = typeof input.answers.occurredAt === 'string' ? Date.parse(input.answers.occurredAt) : savedMs;
  if (Number.isNaN(told) || told > savedMs + AHEAD_MS) return { outcome: 'inFuture' };
  if (told < startedMs - OLDEST_MS) return { outcome: 'tooOld' };
  const occurredAt = new Date(Math.min(told, savedMs)).toISOString();
  const occurredOn = beijingDate(occurredAt);
  return {
    outcome: 'known',
    time: {
      occurredAt,
      occurredOn,
      startedAt: new Date(startedMs).toISOString(),
      endedAt: new Date(Math.min(savedMs, startedMs + LONGEST_MS)).toISOString(),
      lateEntry: occurredOn !== beijingDate(new Date(savedMs).toISOString()),
    },
  };
}
