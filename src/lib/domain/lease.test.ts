import { describe, expect, it } from 'vitest';
import calendars from './working-days.json' with { type: 'json' };
import { leaseEndMs } from './lease-end.ts';
import {
  beginLastLook,
  countOn,
  lastLookOf,
  leaseEndToTell,
  leaseHasEnded,
  newLease,
  type Lease,
} from './lease.ts';

const HOUR_MS = 3_600_000;
const at = (beijing: string) => Date.parse(`${beijing.replace(' ', 'T')}:00+08:00`);
const endOf = (contact: string) => {
  const end = leaseEndMs(at(contact), calendars);
  return new Date(end + 8 * HOUR_MS).toISOString().slice(0, 16).replace('T', ' ');
};

describe('a sign-in is good until noon of the second working day after the last contact', () => {
  it.each([
    ['in the middle of a week', '2026-11-24 09:00', '2026-11-26 12:00'],
    ['on a Friday evening, over the weekend and Monday', '2026-11-20 18:30', '2026-11-24 12:00'],
    ['on a Thursday, over the weekend', '2026-11-19 17:00', '2026-11-23 12:00'],
    ['on a Saturday', '2026-11-21 10:00', '2026-11-24 12:00'],
    ['before National Day, over all of it', '2026-09-30 17:00', '2026-10-09 12:00'],
    ['before a Saturday the offices are open', '2026-10-08 17:00', '2026-10-10 12:00'],
    ['over the end of the year, of which nothing is known after', '2026-12-31 17:00', '2027-01-04 12:00'],
  ])('%s', (_when, contact, end) => {
    expect(endOf(contact)).toBe(end);
  });

  it('and never in less than 36 hours, to the last minute of a day', () => {
    for (let minute = 0; minute < 24 * 60; minute += 7) {
      const contact = at('2026-11-24 00:00') + minute * 60_000;
      expect(leaseEndMs(contact, calendars) - contact).toBeGreaterThanOrEqual(36 * HOUR_MS);
    }
  });
});

const CONTACT = at('2026-11-24 09:00');
const ENDS = at('2026-11-26 12:00');
/** The clock of the tablet shows the right time at the contact. */
const fresh = (): Lease => newLease(CONTACT, ENDS, CONTACT);

describe('the time of a lease', () => {
  it('runs with the clock of the tablet, in however many looks', () => {
    let lease = fresh();
    for (let hour = 1; hour <= 50; hour++) lease = countOn(lease, CONTACT + hour * HOUR_MS);
    expect(leaseHasEnded(lease)).toBe(false);
    expect(leaseHasEnded(countOn(lease, ENDS))).toBe(true);
    expect(leaseHasEnded(countOn(fresh(), ENDS))).toBe(true);
  });

  it('is that of the server, by whatever the clock of the tablet is wrong', () => {
    const wrong = -300 * 24 * HOUR_MS;
    const lease = newLease(CONTACT, ENDS, CONTACT + wrong);
    expect(leaseHasEnded(countOn(lease, ENDS + wrong - 1))).toBe(false);
    expect(leaseHasEnded(countOn(lease, ENDS + wrong))).toBe(true);
  });

  it('is not given back to whoever turns the clock back: that costs half a day, and time runs on from there', () => {
    const late = countOn(fresh(), ENDS - 14 * HOUR_MS);
    const back = countOn(late, CONTACT);
    expect(back.countedMs).toBe(late.countedMs + 12 * HOUR_MS);
    expect(leaseHasEnded(back)).toBe(false);
    expect(leaseHasEnded(countOn(back, CONTACT + 2 * HOUR_MS))).toBe(true);
    expect(leaseHasEnded(countOn(back, CONTACT - 24 * HOUR_MS))).toBe(true);
  });

  it('is used up by turning the clock back again and again', () => {
    let lease = countOn(fresh(), CONTACT + HOUR_MS);
    for (let times = 0; times < 5; times++) lease = countOn(countOn(lease, CONTACT), CONTACT + HOUR_MS);
    expect(leaseHasEnded(lease)).toBe(true);
  });

  it('does not come back with a clock that was turned forward and back again', () => {
    const forward = countOn(fresh(), ENDS + HOUR_MS);
    expect(leaseHasEnded(countOn(forward, CONTACT + HOUR_MS))).toBe(true);
  });

  it('runs on under a clock that is set back by a little again and again', () => {
    let lease = fresh();
    for (let times = 0; times < 6 * 52; times++)
      lease = countOn(countOn(lease, CONTACT - 9 * 60_000), CONTACT + 60_000);
    expect(leaseHasEnded(lease)).toBe(true);
  });

  it('loses no more than those minutes by a clock that sets itself right', () => {
    const lease = countOn(fresh(), CONTACT + HOUR_MS);
    const minutes = (count: number) => CONTACT + HOUR_MS + count * 60_000;
    const set = countOn(lease, minutes(-5));
    expect(set.countedMs).toBe(lease.countedMs + 5 * 60_000);
    expect(countOn(set, minutes(5)).countedMs).toBe(lease.countedMs + 15 * 60_000);
    expect(countOn(set, minutes(-11)).countedMs).toBe(lease.countedMs + 11 * 60_000);
  });
});

it('its end is told in the last twelve hours, and not after', () => {
  expect(leaseEndToTell(countOn(fresh(), ENDS - 12 * HOUR_MS - 1))).toBeUndefined();
  expect(leaseEndToTell(countOn(fresh(), ENDS - 12 * HOUR_MS))).toBe(ENDS);
  expect(leaseEndToTell(countOn(fresh(), ENDS - 1))).toBe(ENDS);
  expect(leaseEndToTell(countOn(fresh(), ENDS))).toBeUndefined();
});

describe('the last look', () => {
  const ended = () => countOn(fresh(), ENDS);

  it('is there once a lease has ended, and not before', () => {
    expect(lastLookOf(countOn(fresh(), ENDS - 1)).state).toBe('notEnded');
    expect(lastLookOf(ended()).state).toBe('mayBegin');
    expect(beginLastLook(fresh())).toEqual(fresh());
  });

  it('goes on for 24 hours from its beginning, and is not begun again', () => {
    const begun = beginLastLook(ended());
    expect(lastLookOf(begun)).toEqual({
      state: 'running',
      untilMs: ENDS + 24 * HOUR_MS,
      leftMs: 24 * HOUR_MS,
    });
    const later = countOn(begun, ENDS + 23 * HOUR_MS);
    expect(lastLookOf(beginLastLook(later))).toMatchObject({ state: 'running', leftMs: HOUR_MS });
    const over = countOn(later, ENDS + 24 * HOUR_MS);
    expect(lastLookOf(beginLastLook(over)).state).toBe('over');
  });

  it('gains nothing by a clock that is turned back', () => {
    const begun = countOn(beginLastLook(ended()), ENDS + 13 * HOUR_MS);
    expect(lastLookOf(countOn(begun, ENDS - 13 * HOUR_MS)).state).toBe('over');
  });

  it('may be had again after the server was heard', () => {
    const again = newLease(ENDS, ENDS + 48 * HOUR_MS, ENDS);
    expect(lastLookOf(countOn(again, ENDS + 48 * HOUR_MS)).state).toBe('mayBegin');
  });
});
