import { describe, expect, it } from 'vitest';
import { ERASED_REASON } from '#lib/protocol/erased.ts';
import { keepBack } from './second-leaf.ts';

const scopes = {
  isAppendOnly: () => false,
  mayAppend: () => false,
  isEvent: (type: string) => type === 'visit',
  isReserved: (id: string) => id.startsWith('own:'),
};
const held = (ids: string[]) => () => Promise.resolve(new Set(ids));

describe('what the gate keeps back of a batch', () => {
  const sort = (
    documents: Record<string, unknown>[],
    { appends = false, stands = [] as string[], erased = [] as string[] } = {},
  ) =>
    keepBack(documents, {
      ...{ database: 'events-1', appends, scopes, held: held(stands), findErased: held(erased) },
    });
  const visit = { _id: 'visit:1', _rev: '1-a', type: 'visit' };

  it('is a second leaf of an event, whatever type it says it has', async () => {
    expect((await sort([visit])).kept).toEqual([]);
    for (const type of ['visit', 'household', undefined]) {
      const { kept, passed } = await sort([{ ...visit, type }], { stands: ['visit:1'] });
      expect(kept).toMatchObject([{ id: 'visit:1', rev: '1-a', error: 'forbidden' }]);
      expect(passed).toEqual([]);
    }
    expect((await sort([{ ...visit, _id: 'household:1' }], { stands: ['household:1'] })).kept).toHaveLength(
      1,
    );
    const head = { _id: 'household:1', _rev: '1-a', type: 'household' };
    expect((await sort([head], { stands: ['household:1'] })).passed).toEqual([head]);
  });

  it('is a second leaf within the batch, and not the same one twice', async () => {
    expect((await sort([visit, visit])).passed).toHaveLength(2);
    const { passed, kept } = await sort([visit, { ...visit, _rev: '1-b' }]);
    expect(passed).toEqual([visit]);
    expect(kept).toMatchObject([{ rev: '1-b' }]);
  });

  it('is what was erased, but for tombstones that say nothing', async () => {
    const edit = { _id: 'resident:1', _rev: '3-a', type: 'resident', name: '王桂兰' };
    const told = { ...edit, _deleted: true };
    const bare = { _id: 'resident:1', _rev: '3-c', _deleted: true, type: 'resident', updatedBy: 'merge' };
    const { kept, passed } = await sort([edit, told, bare, visit], { erased: ['resident:1', 'visit:1'] });
    expect(kept.map(({ reason }) => reason)).toEqual([ERASED_REASON, ERASED_REASON, ERASED_REASON]);
    expect(passed).toEqual([bare]);
  });

  it('is an id of administrators, where a database only takes in', async () => {
    const own = { _id: 'own:1', _rev: '1-a' };
    expect((await sort([own, visit], { appends: true })).kept).toMatchObject([{ id: 'own:1' }]);
    expect((await sort([own])).kept).toEqual([]);
  });

  it('is a design document', async () => {
    const design = { _id: '_design/x', _rev: '1-a' };
    expect((await sort([design, visit])).kept).toMatchObject([{ id: '_design/x' }]);
  });

  it('is everything but new documents where a database only takes in', async () => {
    const reveal = { _id: 'reveal:1', _rev: '1-a' };
    const cases = [
      reveal,
      { ...reveal, _id: 'reveal:2', _rev: '2-b' },
      { ...reveal, _id: 'reveal:3', _revisions: { start: 2, ids: ['b', 'a'] } },
      { ...reveal, _id: 'reveal:4', _deleted: true },
      { ...reveal, _id: 'reveal:5' },
    ];
    const { passed } = await sort(cases, { appends: true, stands: ['reveal:5'] });
    expect(passed).toEqual([reveal]);
  });
});
