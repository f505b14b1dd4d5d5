import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { householdView } from './household-card.ts';
import { namesake } from './household-name.ts';
import { matrixView } from './matrix.ts';
import { todayView } from './today.ts';

const HOUSEHOLD = 'household:502';
const household = (fields: Record<string, unknown>) =>
  aDocument(HOUSEHOLD, { room: 'room:502', kind: 'family', ...fields });
const person = (key: string, name: string, fields: Record<string, unknown> = {}) =>
  aDocument(`resident:${key}`, { name, ...fields });
const member = (key: string, relation: string, fields: Record<string, unknown> = {}) =>
  aDocument(`membership:${key}`, {
    ...{ household: HOUSEHOLD, resident: `resident:${key}`, relation },
    ...fields,
  });
const nameIn = (...more: Parameters<typeof aModel>) => {
  const model = aModel(...more);
  return namesake(model, model.households.get(HOUSEHOLD)!)?.name;
};

describe('what a household is called', () => {
  it('is its head’s name', () => {
    expect(nameIn()).toBe('陈丽华');
    expect(nameIn(household({ head: 'resident:502b' }))).toBe('周子涵');
  });

  it('is the next one’s by relation and age where the head is unknown or has moved out', () => {
    const gone = member('502a', '02', { to: '2026-10-01' });
    const elder = [person('502c', '周建国', { birth: '1970-01-01' }), member('502c', '30')];
    expect(nameIn(household({ head: 'resident:502a' }), gone)).toBe('周子涵');
    expect(nameIn(household({}), gone, ...elder)).toBe('周建国');
  });

  it('is the same whatever the order in which two of no known age arrive', () => {
    const two = [
      [person('502d', '丁一'), member('502d', '01')],
      [person('502e', '丁二'), member('502e', '01')],
    ] as const;
    expect(nameIn(household({}), ...two[0], ...two[1])).toBe('丁一');
    expect(nameIn(household({}), ...two[1], ...two[0])).toBe('丁一');
  });

  it('is the same in 今日, in the plan and on the card, also where somebody else of it is to be seen', () => {
    const elder = [
      person('502f', '周老太', { birth: '1940-02-01' }),
      member('502f', '51'),
      aDocument('tag:f', { code: 'alone80', household: HOUSEHOLD, resident: 'resident:502f' }),
      household({ head: 'resident:502a', lastContactOn: '2026-11-01' }),
    ];
    const model = aModel(...elder);
    const row = todayView(model, TODAY).rows.find((each) => each.household === HOUSEHOLD);
    const cell = matrixView(model, { building: 'building:3', unit: '2' }, TODAY)?.floors[0]?.cells[1];
    const card = householdView(model, HOUSEHOLD, { today: TODAY, visits: [] });
    expect([row?.name, cell?.households[0]?.name, card?.name]).toEqual(['陈丽华', '陈丽华', '陈丽华']);
    expect(row).toMatchObject({ resident: 'resident:502f', about: { name: '周老太', age: 86 } });
    expect(card?.due[0]?.name).toBe('陈丽华');
  });
});
