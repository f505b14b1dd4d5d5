import { describe, expect, it } from 'vitest';
import { aHousehold, aMembership, aResident, aRoom } from '#tests/fixtures/field-documents.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { MODEL_TYPES } from '#lib/domain/field-model.ts';
import { FieldRoster, type RosterSource } from './field-roster.ts';

const GRID = 'grid-999999001001001';
interface List {
  documents: { id: string; body: DocumentBody }[];
  tampered: string[];
}
type Lists = Record<string, List>;

async function aRoster(lists: Lists) {
  const source: RosterSource = {
    listByType: (_scope, type) => Promise.resolve(lists[type] ?? read()),
    readDocuments: (_scope, ids) => {
      const [all] = ids.map((id) => lists[typeOfId(id)] ?? read());
      const documents = all!.documents.filter(({ id }) => ids.includes(id));
      return Promise.resolve({ documents, tampered: all!.tampered.filter((id) => ids.includes(id)) });
    },
  };
  const roster = new FieldRoster(source);
  await roster.refresh([GRID]);
  return roster;
}
const read = (...bodies: object[]): List => ({
  documents: (bodies as DocumentBody[]).map((body) => ({ id: body._id!, body })),
  tampered: [],
});

describe('what no screen can show', () => {
  it('is counted by what is wrong with it, and the rest is read', async () => {
    const roster = await aRoster({
      room: { ...read(aRoom()), tampered: ['room:b', 'room:c'] },
      household: read(aHousehold(), { ...aHousehold({ _id: 'household:new' }), room: { later: 'form' } }),
    });
    expect(roster.unreadable()).toEqual({ newer: 1, damaged: 2 });
    expect(roster.model.households.size).toBe(1);
  });

  it.each<[string, (roster: FieldRoster) => Promise<void>]>([
    ['all are', (roster) => roster.refresh([GRID], ['household'])],
    ['it alone is', (roster) => roster.refreshDocuments(GRID, ['household:new', 'household:x'])],
  ])('is no longer counted once it can be read, or is gone, when %s read again', async (_which, again) => {
    const lists: Lists = {
      household: { ...read({ _id: 'household:new', type: 'household' }), tampered: ['household:x'] },
    };
    const roster = await aRoster(lists);
    expect(roster.unreadable()).toEqual({ newer: 1, damaged: 1 });
    lists.household = read(aHousehold({ _id: 'household:new' }));
    await again(roster);
    expect(roster.unreadable()).toEqual({ newer: 0, damaged: 0 });
    expect([...roster.model.households.keys()]).toEqual(['household:new']);
    expect(roster.model.unreadable.size).toBe(0);
  });

  it('is counted once where what could be read is read again, damaged or of a newer app', async () => {
    const lists: Lists = {
      household: read(aHousehold({ _id: 'household:a' }), aHousehold({ _id: 'household:b' })),
    };
    const roster = await aRoster(lists);
    lists.household = { ...read({ _id: 'household:a', type: 'household' }), tampered: ['household:b'] };
    for (let times = 0; times < 2; times++)
      await roster.refreshDocuments(GRID, ['household:a', 'household:b']);
    expect(roster.unreadable()).toEqual({ newer: 1, damaged: 1 });
    expect(roster.model.households.size).toBe(0);
  });
});

it('what is no longer there when its type is read again is gone, read or just saved before', async () => {
  const lists: Lists = {
    household: read(aHousehold({ _id: 'household:a' }), aHousehold({ _id: 'household:b' })),
  };
  const roster = await aRoster(lists);
  roster.take(GRID, [aRoom({ _id: 'room:saved' })]);
  roster.take('grid-999999001001002', [aRoom({ _id: 'room:elsewhere' })]);
  lists.household = read(aHousehold({ _id: 'household:b' }));
  await roster.refresh([GRID, 'grid-999999001001002'], ['household', 'room']);
  expect([...roster.model.households.keys()]).toEqual(['household:b']);
  expect([...roster.model.rooms.keys()]).toEqual([]);
});

describe('a reading of many scopes', () => {
  const GRIDS = ['1', '2', '3', '4'].map((end) => `grid-99999900100100${end}`);

  it('asks for three lists ahead of the one it takes in, and for no more', async () => {
    const asked: string[] = [];
    const unanswered: (() => void)[] = [];
    const roster = new FieldRoster({
      listByType(scope, type) {
        asked.push(scope);
        const list = type === 'room' ? read(aRoom({ _id: `room:${scope}` })) : read();
        return new Promise((resolve) => unanswered.push(() => resolve(list)));
      },
      readDocuments: () => Promise.resolve(read()),
    });
    const whole = roster.refresh(GRIDS);
    const all = GRIDS.length * MODEL_TYPES.grid.length;
    for (let answered = 0; answered < all; answered++) {
      await expect.poll(() => asked.length).toBe(Math.min(answered + 3, all));
      unanswered.shift()!();
    }
    await whole;
    expect(asked).toEqual(GRIDS.flatMap((scope) => MODEL_TYPES.grid.map(() => scope)));
    expect([...roster.model.rooms.keys()]).toEqual(GRIDS.map((scope) => `room:${scope}`));
  });

  it('that fails midway leaves a search that finds whom it had taken in', async () => {
    const room = aRoom();
    const household = aHousehold({ room: room._id });
    const resident = aResident();
    const lists: Lists = {
      room: read(room),
      household: read(household),
      resident: read(resident),
      membership: read(aMembership({ household: household._id, resident: resident._id })),
    };
    const roster = new FieldRoster({
      listByType: (scope, type) =>
        scope === GRID ? Promise.resolve(lists[type] ?? read()) : Promise.reject(new Error('not readable')),
      readDocuments: () => Promise.resolve(read()),
    });
    expect(roster.searchIndex).toEqual([]);
    await expect(roster.refresh(GRIDS)).rejects.toThrow('not readable');
    expect(roster.searchIndex.map((entry) => entry.resident)).toEqual([resident._id]);
  });
});
