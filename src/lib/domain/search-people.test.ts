import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { buildSearchIndex, searchPeople } from './search-people.ts';

const find = (text: string, model = aModel()) =>
  searchPeople(model, buildSearchIndex(model), { text, limit: 20, today: TODAY }).hits.map((hit) => hit.name);

describe('search', () => {
  it.each([
    ['桂兰', ['王桂兰']],
    ['wgl', ['王桂兰']],
    ['WangGui', ['王桂兰']],
    ['3-2-502', ['陈丽华', '周子涵']],
    ['3栋2单元502', ['陈丽华', '周子涵']],
    ['５０２', ['陈丽华', '周子涵']],
    ['zhou 502', ['周子涵']],
    ['zhou 501', []],
    ['  ', []],
  ])('%s finds %j', (text, names) => {
    expect(find(text)).toEqual(names);
  });

  it('masks the phone and tells the age', () => {
    const model = aModel();
    const [hit] = searchPeople(model, buildSearchIndex(model), { text: '王', limit: 1, today: TODAY }).hits;
    expect(hit).toMatchObject({ door: '3-2-501', age: 84, maskedPhone: '138****2046', tags: ['alone80'] });
  });

  it('does not find somebody who moved out', () => {
    const gone = aDocument('membership:502b', {
      household: 'household:502',
      resident: 'resident:502b',
      relation: '30',
      to: '2026-10-01',
    });
    expect(find('周子涵', aModel(gone))).toEqual([]);
  });

  it('counts all that match and hands out the first', () => {
    const model = aModel();
    expect(searchPeople(model, buildSearchIndex(model), { text: '3', limit: 2, today: TODAY })).toMatchObject(
      { total: 4, hits: { length: 2 } },
    );
  });
});
