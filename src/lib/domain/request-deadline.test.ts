import { describe, expect, it } from 'vitest';
import { deadlineOf, lightOf } from './request-deadline.ts';
import { beijingInstant } from './time.ts';
import { workingDaysOf } from './working-days.ts';
import calendars from './working-days.json' with { type: 'json' };

const days = workingDaysOf(calendars);
const at = (date: string, time = '10:00') => beijingInstant(date, time);
const due = (received: string, workingDays: number, ...pauses: { from: string; to?: string }[]) =>
  deadlineOf({ receivedAt: received, workingDays, pauses }, days);

describe('the last day of a request', () => {
  it('of three working days from a Thursday is the Tuesday', () => {
    expect(due(at('2026-11-19'), 3)).toEqual({ dueOn: '2026-11-24', left: 3, isKnown: true });
  });

  it('is the same day where it is done at once, or the next working day after hours', () => {
    expect(due(at('2026-11-19'), 0).dueOn).toBe('2026-11-19');
    expect(due(at('2026-11-20', '18:00'), 0).dueOn).toBe('2026-11-23');
  });

  it('counts what came on a Saturday as of Monday', () => {
    expect(due(at('2026-11-21'), 1).dueOn).toBe('2026-11-24');
  });

  it('goes over National Day, by the Saturday that makes up for it', () => {
    expect(due(at('2026-09-29'), 3).dueOn).toBe('2026-10-09');
    expect(due(at('2026-09-29'), 5).dueOn).toBe('2026-10-12');
    expect(due(at('2026-10-10'), 1).dueOn).toBe('2026-10-12');
  });

  it('goes over the Spring Festival', () => {
    expect(due(at('2026-02-13'), 2).dueOn).toBe('2026-02-24');
    expect(due(at('2026-02-13', '17:30'), 2).dueOn).toBe('2026-02-25');
  });

  it('says where a year is counted in that nobody has published', () => {
    expect(due(at('2026-12-30'), 1)).toEqual({ dueOn: '2026-12-31', left: 1, isKnown: true });
    expect(due(at('2026-12-30'), 2)).toEqual({ dueOn: '2027-01-01', left: 2, isKnown: false });
  });
});

describe('while papers are missing', () => {
  it('the clock stands, with so many days left', () => {
    expect(due(at('2026-11-16'), 5, { from: at('2026-11-18') })).toEqual({ left: 3, isKnown: true });
  });

  it('and goes on the day after they came', () => {
    expect(due(at('2026-11-16'), 5, { from: at('2026-11-18'), to: at('2026-11-26') }).dueOn).toBe(
      '2026-12-01',
    );
  });

  it('nothing changes where they came the same day', () => {
    const pause = { from: at('2026-11-18', '09:00'), to: at('2026-11-18', '16:00') };
    expect(due(at('2026-11-16'), 5, pause).dueOn).toBe(due(at('2026-11-16'), 5).dueOn);
  });

  it('what was incomplete when it came begins the day after it is complete', () => {
    expect(due(at('2026-11-16'), 5, { from: at('2026-11-16', '10:01') })).toMatchObject({ left: 5 });
    expect(due(at('2026-11-16'), 5, { from: at('2026-11-16', '10:01'), to: at('2026-11-20') }).dueOn).toBe(
      '2026-11-27',
    );
  });

  it('papers that come after hours count as of the next working day', () => {
    const pause = { from: at('2026-11-16', '10:01'), to: at('2026-11-20', '19:00') };
    expect(due(at('2026-11-16'), 5, pause).dueOn).toBe('2026-11-30');
  });

  it('what was overdue stays so, whatever is asked for now', () => {
    expect(due(at('2026-11-09'), 3, { from: at('2026-11-16') }).dueOn).toBe('2026-11-12');
  });

  it('twice, each is taken off', () => {
    const twice = [
      { from: at('2026-11-17'), to: at('2026-11-19') },
      { from: at('2026-11-20'), to: at('2026-11-24') },
    ];
    expect(due(at('2026-11-16'), 5, ...twice).dueOn).toBe('2026-11-27');
  });
});

describe('the light of a request', () => {
  const light = (today: string, dueOn: string, workingDays: number) =>
    lightOf(dueOn, workingDays, { today, days });

  it('is calm while more than a third of its time is left', () => {
    expect(light('2026-11-16', '2026-11-25', 10)).toEqual({ light: 'calm', left: 7 });
    expect(light('2026-11-20', '2026-11-26', 10)).toEqual({ light: 'calm', left: 4 });
  });

  it('is due in the last third, and with one working day left', () => {
    expect(light('2026-11-23', '2026-11-26', 10)).toEqual({ light: 'due', left: 3 });
    expect(light('2026-11-25', '2026-11-26', 2)).toEqual({ light: 'due', left: 1 });
    expect(light('2026-11-26', '2026-11-26', 10)).toEqual({ light: 'due', left: 0 });
  });

  it('over a week-end counts Monday as one day', () => {
    expect(light('2026-11-20', '2026-11-23', 10)).toEqual({ light: 'due', left: 1 });
  });

  it('is late from the day after, and counts working days', () => {
    expect(light('2026-11-27', '2026-11-26', 3)).toEqual({ light: 'late', left: -1 });
    expect(light('2026-11-30', '2026-11-26', 3)).toEqual({ light: 'late', left: -2 });
    expect(light('2026-11-28', '2026-11-27', 3)).toEqual({ light: 'late', left: 0 });
  });
});
