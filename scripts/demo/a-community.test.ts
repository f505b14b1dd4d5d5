import { describe, expect, it } from 'vitest';
import { emptyFieldModel, putIntoModel } from '#lib/domain/field-model.ts';
import { readIdNumber } from '#lib/domain/id-number.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import type { Household, Resident } from '#lib/domain/people.ts';
import { addDays, ageOn, yearOf } from '#lib/domain/time.ts';
import { todayView } from '#lib/domain/today.ts';
import { aCommunity, documentsByScope, type InventedGrid } from './a-community.ts';

const TODAY = '2026-11-22';
const GRIDS = ['001', '002', '003'].map((serial) => ({
  code: `999999001001${serial}`,
  workers: [`limin${serial}`, `wangfang${serial}`],
}));
const made = (wish: { seed?: string; today?: string; households?: number } = {}) =>
  aCommunity({ seed: 'test', today: TODAY, households: 600, grids: GRIDS, ...wish });
const documentsOf = (community: ReturnType<typeof made>) => [...documentsByScope(community).values()].flat();

/** What a worker's 今日 would show. */
function todayIn(grid: InventedGrid, today: string) {
  const model = emptyFieldModel();
  for (const document of grid.roster) putIntoModel(model, `grid-${grid.code}`, document);
  return todayView(model, today);
}

describe('aCommunity', () => {
  it('is the same to the last id for the same seed and day, and another for another seed', () => {
    expect(JSON.stringify(made())).toBe(JSON.stringify(made()));
    expect(JSON.stringify(made({ seed: 'other' }))).not.toBe(JSON.stringify(made()));
  });

  it('has 600 households of 2.62 people, and one room in twelve or so empty', () => {
    const documents = documentsOf(made());
    const count = (type: string) => documents.filter((document) => document.type === type).length;
    expect(count('household')).toBe(600);
    expect(count('resident') / 600).toBeGreaterThan(2.55);
    expect(count('resident') / 600).toBeLessThan(2.7);
    expect(count('membership')).toBe(count('resident'));
    expect(count('room')).toBeGreaterThan(640);
    expect(count('room')).toBeLessThan(720);
  });

  it('is wholly readable by the app, with ids of their type, each once', () => {
    const documents = documentsOf(made());
    const unread = documents.filter((document) => parseDocument(document.type, document).outcome !== 'read');
    expect(unread).toEqual([]);
    expect(new Set(documents.map((document) => document._id)).size).toBe(documents.length);
  });

  it('gives nobody an ID number that is wrong, issued or another one’s', () => {
    const residents = documentsOf(made()).filter((one): one is Resident => one.type === 'resident');
    const numbers = residents.flatMap((one) => (one.idNumber ? [one.idNumber] : []));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const { idNumber, sex, birth } of residents) {
      if (!idNumber) continue;
      const read = readIdNumber(idNumber, { today: TODAY, sex });
      expect(read).toMatchObject({ outcome: 'valid', birth, warnings: ['unknown-area'] });
      expect(idNumber).toMatch(/^999999/);
    }
  });

  it.each([
    ['test', TODAY],
    ['b', '2026-02-28'],
    ['c', '2027-01-01'],
    ['d', '2028-02-29'],
  ])('has a sane 今日 in every grid (seed %s, %s)', (seed, today) => {
    for (const grid of made({ seed, today }).grids) {
      const view = todayIn(grid, today);
      expect(view.rows[0]?.reason.kind).toBe('recheck');
      expect(view.counts.late).toBeGreaterThanOrEqual(3);
      expect(view.counts.late).toBeLessThanOrEqual(6);
      expect(view.counts.due).toBeGreaterThanOrEqual(5);
      expect(view.counts.due).toBeLessThanOrEqual(11);
      expect(view.counts.done).toBe(0);
    }
  });

  it('has visits that agree with what the household says of its last one', () => {
    for (const grid of made().grids) {
      const visitsOf = grouped(grid);
      for (const household of grid.roster.filter((one): one is Household => one.type === 'household')) {
        const visits = [...(visitsOf.get(household._id) ?? [])].sort((a, b) =>
          a.occurredAt.localeCompare(b.occurredAt),
        );
        const last = visits.at(-1)!;
        expect(household.lastVisit).toEqual({
          visit: last._id,
          on: last.occurredOn,
          form: last.form,
          result: last.result,
          by: last.createdBy,
        });
        const contact = visits.filter(({ result }) => result === 'met' || result === 'phone').at(-1);
        expect(household.lastContactOn).toBe(contact?.occurredOn);
      }
    }
  });

  it('puts visits into events of this year and last, none of them in the future', () => {
    const community = made({ today: '2027-02-03' });
    const scopes = [...documentsByScope(community).keys()].filter((scope) => scope.startsWith('events-'));
    expect(new Set(scopes.map((scope) => scope.slice(-4)))).toEqual(new Set(['2026', '2027']));
    for (const visit of community.grids.flatMap((grid) => grid.visits)) {
      expect(visit.occurredOn <= addDays('2027-02-03', -1)).toBe(true);
      expect(yearOf(visit.occurredOn)).toBeGreaterThanOrEqual(2026);
    }
  });

  it('tags only those whom a tag fits', () => {
    const documents = documentsOf(made());
    const ages = new Map(
      documents
        .filter((one): one is Resident => one.type === 'resident')
        .map((one) => [one._id, ageOn(one.birth!, TODAY)]),
    );
    for (const tag of documents.filter((one) => one.type === 'tag')) {
      const age = ages.get(String(tag.resident)) ?? 0;
      if (tag.code === 'alone80') expect(age).toBeGreaterThanOrEqual(80);
      if (tag.code === 'infant') expect(age).toBeLessThan(7);
      if (tag.code === 'pregnant') expect(age).toBeGreaterThan(20);
    }
  });

  it('makes 10,000 households', () => {
    const grids = Array.from({ length: 33 }, (_, at) => ({
      code: `999999001001${String(at + 1).padStart(3, '0')}`,
      workers: ['limin'],
    }));
    expect(
      documentsOf(aCommunity({ seed: 'big', today: TODAY, households: 10_000, grids })).length,
    ).toBeGreaterThan(80_000);
  });
});

function grouped(grid: InventedGrid) {
  const groups = new Map<string, typeof grid.visits>();
  for (const visit of grid.visits) {
    const group = groups.get(visit.household);
    if (group) group.push(visit);
    else groups.set(visit.household, [visit]);
  }
  return groups;
}
