import { describe, expect, it } from 'vitest';
import calendars from './working-days.json' with { type: 'json' };
import { addDays, beijingInstant } from './time.ts';
import { workingDaysOf } from './working-days.ts';

const { isWorkingDay, isKnown, addWorkingDays, workingDaysBetween, workingDayFrom, countsAsOf } =
  workingDaysOf(calendars);

const daysOf = (from: string, count: number) => Array.from({ length: count }, (_, n) => addDays(from, n));
const open = (from: string, count: number) =>
  daysOf(from, count)
    .filter(isWorkingDay)
    .map((day) => day.slice(5));

describe('working days of 2026', () => {
  it('are Mondays to Fridays in a week without a holiday', () => {
    expect(open('2026-11-16', 7)).toEqual(['11-16', '11-17', '11-18', '11-19', '11-20']);
  });

  it('leave out the whole Spring Festival, and take in the Saturdays before and after', () => {
    expect(open('2026-02-12', 18)).toEqual([
      ...['02-12', '02-13', '02-14'],
      ...['02-24', '02-25', '02-26', '02-27', '02-28'],
    ]);
  });

  it('leave out National Day, and take in the Sunday before and the Saturday after', () => {
    expect(open('2026-09-19', 23)).toEqual([
      ...['09-20', '09-21', '09-22', '09-23', '09-24', '09-28', '09-29', '09-30'],
      ...['10-08', '10-09', '10-10'],
    ]);
  });

  it('are 248 in the year, as the notice leaves them', () => {
    expect(open('2026-01-01', 365)).toHaveLength(248);
  });

  it('leave out each first and last day of a holiday, and no day before or after that is a weekday', () => {
    for (const { from, to } of calendars[0]!.holidays)
      expect([isWorkingDay(from), isWorkingDay(to)]).toEqual([false, false]);
    expect(['2026-06-18', '2026-06-22', '2026-04-03', '2026-04-07'].map(isWorkingDay)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('take in every make-up day, each of which is a Saturday or Sunday', () => {
    for (const day of calendars[0]!.makeUpDays) {
      expect(isWorkingDay(day)).toBe(true);
      expect([0, 6]).toContain(new Date(day).getUTCDay());
    }
  });
});

describe('counting working days', () => {
  it('begins on the day after', () => {
    expect(addWorkingDays('2026-11-19', 3)).toBe('2026-11-24');
    expect(addWorkingDays('2026-11-19', 0)).toBe('2026-11-19');
  });

  it('goes over the Spring Festival by its make-up days', () => {
    expect(addWorkingDays('2026-02-12', 3)).toBe('2026-02-24');
    expect(addWorkingDays('2026-02-26', 2)).toBe('2026-02-28');
    expect(addWorkingDays('2026-02-26', 3)).toBe('2026-03-02');
  });

  it('goes over National Day to the Saturday that makes up for it', () => {
    expect(addWorkingDays('2026-09-30', 3)).toBe('2026-10-10');
    expect(addWorkingDays('2026-09-30', 4)).toBe('2026-10-12');
  });

  it('goes backwards alike', () => {
    expect(addWorkingDays('2026-10-10', -3)).toBe('2026-09-30');
  });

  it('between two days does not count the first and counts the last', () => {
    expect(workingDaysBetween('2026-11-19', '2026-11-24')).toBe(3);
    expect(workingDaysBetween('2026-11-24', '2026-11-19')).toBe(-3);
    expect(workingDaysBetween('2026-10-01', '2026-10-07')).toBe(0);
    expect(workingDaysBetween('2026-11-20', '2026-11-20')).toBe(0);
  });

  it('undoes what adding did, over every day of the year', () => {
    for (const day of daysOf('2026-01-01', 300))
      for (const count of [1, 5, 20]) expect(workingDaysBetween(day, addWorkingDays(day, count))).toBe(count);
  });

  it('finds the working day a day off leads to', () => {
    expect(workingDayFrom('2026-10-01')).toBe('2026-10-08');
    expect(workingDayFrom('2026-10-10')).toBe('2026-10-10');
  });
});

describe('what comes outside office hours', () => {
  it('counts as of the next working day', () => {
    expect(countsAsOf(beijingInstant('2026-11-20', '17:29'))).toBe('2026-11-20');
    expect(countsAsOf(beijingInstant('2026-11-20', '17:30'))).toBe('2026-11-23');
    expect(countsAsOf(beijingInstant('2026-11-21', '10:00'))).toBe('2026-11-23');
    expect(countsAsOf(beijingInstant('2026-11-23', '07:00'))).toBe('2026-11-23');
  });

  it('counts on a make-up Saturday, and not in a holiday', () => {
    expect(countsAsOf(beijingInstant('2026-10-10', '10:00'))).toBe('2026-10-10');
    expect(countsAsOf(beijingInstant('2026-09-30', '18:00'))).toBe('2026-10-08');
  });
});

describe('a year nobody has published', () => {
  it('is said to be unknown, and Mondays to Fridays count', () => {
    expect([isKnown('2026-12-31'), isKnown('2027-01-01')]).toEqual([true, false]);
    expect(isWorkingDay('2027-01-01')).toBe(true);
    expect(addWorkingDays('2026-12-31', 2)).toBe('2027-01-04');
  });

  it('becomes known with its document', () => {
    const holidays = [{ name: '元旦', from: '2027-01-01', to: '2027-01-03' }];
    const later = workingDaysOf([...calendars, { year: 2027, holidays, makeUpDays: [] }]);
    expect(later.isKnown('2027-01-01')).toBe(true);
    expect(later.addWorkingDays('2026-12-31', 2)).toBe('2027-01-05');
  });
});
