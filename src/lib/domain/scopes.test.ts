import { describe, expect, it } from 'vitest';
import { isPastYears, mayHold, privateScopes, scopesFor } from './scopes.ts';

const GRID = '110101001001001';
const OTHER = '110101001001002';
const COMMUNITY = '110101001001';
const everyKind = (code15: string) => [
  `grid-${code15}`,
  `events-${code15}-2026`,
  `events-${code15}-2025`,
  `photos-${code15}`,
];

describe('what a tablet may hold', () => {
  it.each([
    ['a worker', [`grid:${GRID}`, `worker:${COMMUNITY}`]],
    ['a head', [`community:${COMMUNITY}`]],
    ['a street’s administrator', ['street:110101001']],
  ])('of %s is everything she replicates', (_who, roles) => {
    const all = ['staff', ...roles];
    const scopes = scopesFor(all, [GRID, OTHER], '2026-11-22');
    expect(scopes.length).toBeGreaterThan(3);
    expect(scopes.filter((scope) => !mayHold(all, scope))).toEqual([]);
    expect(everyKind(GRID).filter((scope) => !mayHold(all, scope))).toEqual([]);
  });

  it('ends with the role, whatever the year of the events', () => {
    const roles = ['staff', `grid:${OTHER}`, `worker:${COMMUNITY}`];
    expect(everyKind(GRID).filter((scope) => mayHold(roles, scope))).toEqual([]);
    expect(everyKind(OTHER).filter((scope) => !mayHold(roles, scope))).toEqual([]);
    expect(mayHold(roles, `community-${COMMUNITY}`)).toBe(true);
    expect(mayHold(roles, `desk-${COMMUNITY}-2026`)).toBe(true);
    expect(mayHold(roles, 'community-110101001002')).toBe(false);
  });

  it('is of care only what the role for care says, even for a head', () => {
    expect(mayHold(['staff', `community:${COMMUNITY}`], `care-${GRID}`)).toBe(false);
    expect(mayHold(['staff', `care:${GRID}`], `care-${GRID}`)).toBe(true);
  });

  it('that is hers alone is her diary and the care she is named for, and at a desk no care', () => {
    const roles = ['staff', `grid:${GRID}`, `care:${GRID}`];
    expect(privateScopes(roles, { user: 'Li', isDesk: false })).toEqual([`care-${GRID}`, 'own-li']);
    expect(privateScopes(roles, { user: 'li', isDesk: true })).toEqual(['own-li']);
    expect(privateScopes(['staff', `grid:${GRID}`], { user: 'li', isDesk: false })).toEqual(['own-li']);
    expect(privateScopes([`care:${GRID}`], { user: 'li', isDesk: false })).toEqual([]);
    expect(
      privateScopes(roles, { user: 'li', isDesk: false }).filter((scope) => !mayHold(roles, scope)),
    ).toEqual([]);
  });

  it('is nothing but her own without the role staff', () => {
    expect(mayHold([`grid:${GRID}`], 'directory')).toBe(false);
    expect(mayHold([], 'own-li')).toBe(false);
    expect(mayHold(['staff'], 'own-li')).toBe(true);
  });
});

it('of scopes of a year a tablet holds this year’s and last year’s', () => {
  const past = (scope: string) => isPastYears(scope, '2026-01-02');
  expect([2024, 2025, 2026, 2027].map((year) => past(`events-${GRID}-${String(year)}`))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(past(`desk-${COMMUNITY}-2024`)).toBe(true);
  expect([`grid-${GRID}`, `photos-${GRID}`, 'directory', 'own-li-2024'].filter(past)).toEqual([]);
});
