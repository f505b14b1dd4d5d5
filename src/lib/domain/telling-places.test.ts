import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { householdView } from './household-card.ts';
import { matrixView } from './matrix.ts';
import { buildSearchIndex, searchPeople } from './search-people.ts';
import { tellingPlaces } from './telling-places.ts';
import { todayView } from './today.ts';

const FIRST = '999999001001001';
const SECOND = '999999001001002';

/** A building with one room and a household in it that has long been due. */
const aBuilding = (id: string, fields: { grid?: string; number: string; compound?: string }) => [
  aDocument(`building:${id}`, { grid: FIRST, units: [], ...fields }),
  aDocument(`room:${id}`, {
    ...{ building: `building:${id}`, buildingNumber: fields.number, unitNumber: '2' },
    ...{ floor: 5, roomNumber: '501', state: 'owner' },
  }),
  aDocument(`household:${id}`, { room: `room:${id}`, kind: 'family', lastContactOn: '2026-01-05' }),
];
const secondGrid = aDocument(`grid:${SECOND}`, { code: SECOND, name: '第三网格', kind: 'residential' });
const placesOf = (...more: Parameters<typeof aModel>) => Object.fromEntries(tellingPlaces(aModel(...more)));

describe('what tells one door from another', () => {
  it('is nothing in one grid whose buildings have numbers of their own', () => {
    expect(placesOf(...aBuilding('4', { number: '4', compound: '桂花苑' }))).toEqual({});
  });

  it('is no matter of buildings that only the directory knows', () => {
    const elsewhere = aDocument('building:9', { grid: SECOND, number: '3', units: [] });
    expect(placesOf(secondGrid, elsewhere)).toEqual({});
  });

  it('is the compound where one grid has two buildings of a number, and the grid where one has none', () => {
    expect(placesOf(...aBuilding('3b', { number: '3', compound: '桂花苑' }))).toEqual({
      'building:3': '第二网格',
      'building:3b': '桂花苑',
    });
  });

  it('is said of every door where the tablet has several grids', () => {
    const other = aBuilding('7', { number: '7', grid: SECOND, compound: '和平里' });
    expect(placesOf(secondGrid, ...other)).toEqual({ 'building:3': '第二网格', 'building:7': '和平里' });
  });

  it('is the grid where a compound lies in two, and both where that is not enough', () => {
    const shared = '幸福小区';
    expect(
      placesOf(
        secondGrid,
        ...aBuilding('a', { number: '3', compound: shared }),
        ...aBuilding('b', { number: '3', compound: shared, grid: SECOND }),
      ),
    ).toEqual({
      'building:3': '第二网格',
      'building:a': '第二网格 幸福小区',
      'building:b': '第三网格',
    });
  });

  it('stands in 今日, in 查找, on the card and over the plan alike', () => {
    const model = aModel(
      ...aBuilding('3b', { number: '3', compound: '桂花苑' }),
      aDocument('resident:x', { name: '王桂兰' }),
      aDocument('membership:x', { household: 'household:3b', resident: 'resident:x', relation: '02' }),
    );
    const found = searchPeople(model, buildSearchIndex(model), { text: '王桂兰', limit: 9, today: TODAY });
    expect(found.hits.map(({ place }) => place).sort()).toEqual(['桂花苑', '第二网格']);
    const rows = todayView(model, TODAY).rows.filter(({ door }) => door === '3-2-501');
    expect(rows.map(({ place }) => place).sort()).toEqual(['桂花苑', '第二网格']);
    const card = householdView(model, 'household:3b', { today: TODAY, visits: [] });
    expect(card?.place).toBe('桂花苑');
    expect(matrixView(model, { building: 'building:3b', unit: '2' }, TODAY)?.place).toBe('桂花苑');
  });
});
