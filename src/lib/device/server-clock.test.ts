import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const answer = (date: string, type = 'application/json') =>
  new Response('{}', { headers: { date: new Date(date).toUTCString(), 'content-type': type } });

describe("the tablet's date beside the server's", () => {
  it('is wrong in another year and on another day, and right within a morning', () => {
    const clock = new ServerClock();
    for (const [date, wrong] of [
      ['2031-11-22T08:00:00Z', true],
      ['2026-11-22T08:00:04Z', false],
      ['2026-11-21T08:00:00Z', true],
      ['2026-11-22T12:00:00Z', false],
    ] as const) {
      clock.heard(answer(date), NOW);
      expect(clock.isFarOff, date).toBe(wrong);
    }
  });

  it("believes neither a portal's page nor an answer without a date", () => {
    const clock = new ServerClock();
    clock.heard(answer('2019-01-01T00:00:00Z', 'text/html'), NOW);
    clock.heard(Response.json({}), NOW);
    expect(clock.isFarOff).toBe(false);
  });
});
