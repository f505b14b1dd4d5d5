import { describe, expect, it } from 'vitest';
import { roundFindings, type RoundTablet } from './before-round.ts';
import type { RoundFacts } from './round-facts.ts';

const NOW = Date.parse('2026-11-22T00:30:00.000Z');
const facts = (changed: Partial<RoundFacts> = {}): RoundFacts => ({
  today: '2026-11-22',
  unreadable: 0,
  households: 300,
  gridsMissing: [],
  shift: { lastAt: '2026-11-21T09:12:00.000Z', lastOn: '2026-11-21' },
  ...changed,
});
const tablet = (changed: Partial<RoundTablet> = {}): RoundTablet => ({
  nowMs: NOW,
  completedAt: '2026-11-22T00:21:00.000Z',
  refused: 0,
  keptOffline: true,
  roomBytes: 5_000_000_000,
  battery: { level: 0.8, charging: false },
  ...changed,
});
const bad = (...checked: Parameters<typeof roundFindings>) =>
  roundFindings(...checked).filter(({ ok }) => !ok);

describe('the check before a round', () => {
  it('finds nothing where all is well, and tells everything it looked at', () => {
    expect(bad(facts(), tablet())).toEqual([]);
    expect(roundFindings(facts(), tablet()).map(({ item }) => item)).toEqual([
      'roster',
      'missing',
      'forms',
      'shift',
      'space',
      'battery',
    ]);
  });

  it.each([
    [{ item: 'roster', ok: false }, facts(), tablet({ completedAt: undefined })],
    [
      { item: 'roster', ok: false, at: '2026-11-20T00:00:00.000Z' },
      facts(),
      tablet({ completedAt: '2026-11-20T00:00:00.000Z' }),
    ],
    [{ item: 'missing', ok: false, unreadable: 2 }, facts({ unreadable: 2 }), tablet()],
    [
      { item: 'missing', ok: false, unreadable: 0, grid: '第二网格' },
      facts({ gridsMissing: ['第二网格'] }),
      tablet(),
    ],
    [{ item: 'forms', ok: false }, facts(), tablet({ keptOffline: false })],
    [{ item: 'refused', ok: false, count: 2 }, facts(), tablet({ refused: 2 })],
    [
      { item: 'shift', ok: false, openSince: '2026-11-21' },
      facts({ shift: { openSince: '2026-11-21' } }),
      tablet(),
    ],
    [{ item: 'space', ok: false, megabytes: 80 }, facts(), tablet({ roomBytes: 80_000_000 })],
    [
      { item: 'battery', ok: false, percent: 12 },
      facts(),
      tablet({ battery: { level: 0.12, charging: false } }),
    ],
  ])('finds %j', (finding, known, has) => {
    expect(bad(known, has)).toEqual([finding]);
  });

  it('says nothing of a battery or a shift nobody can tell it of, and lets a charging tablet go', () => {
    const { shift: _shift, ...above } = facts();
    const found = roundFindings(above, tablet({ battery: undefined, roomBytes: undefined }));
    expect(found.map(({ item }) => item)).toEqual(['roster', 'missing', 'forms']);
    expect(bad(facts(), tablet({ battery: { level: 0.1, charging: true } }))).toEqual([]);
  });
});
