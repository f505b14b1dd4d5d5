// When a sign-in ends that the server confirmed at a given moment: noon of the second working day after, in Beijing, and
// never in less than 36 hours (security.md 2). A Friday evening reaches over the weekend.
import { beijingDate, beijingInstant } from './time.ts';
import { workingDaysOf, type YearOfWork } from './working-days.ts';

const WORKING_DAYS = 2;
const ENDS_AT = '12:00';
const LEAST_MS = 36 * 3_600_000;

/** Milliseconds since 1970. Where a year's calendar is not known its Mondays to Fridays count. */
export function leaseEndMs(contactMs: number, calendars: readonly YearOfWork[]): number {
  const day = beijingDate(new Date(contactMs).toISOString());
  const last = workingDaysOf(calendars).addWorkingDays(day, WORKING_DAYS);
  return Math.max(Date.parse(beijingInstant(last, ENDS_AT)), contactMs + LEAST_MS);
}
