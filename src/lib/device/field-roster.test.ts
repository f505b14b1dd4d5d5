import { describe, expect, it } from 'vitest';
import { aHousehold, aRoom } from '#tests/fixtures/field-documents.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { FieldRoster, type RosterSource } from './field-roster.ts';

const GRID = 'grid-999999001001001';
type Lists = Record<string, { bodies: DocumentBody[]; tampered: string[] }>;

async function aRoster(lists: Lists) {
  const source: RosterSource = {
    listByType: (_scope, type) => Promise.resolve(lists[type] ?? { bodies: [], tampered: [] }),
  };
  const roster = new FieldRoster(source);
  await roster.refresh([GRID]);
  return roster;
}
const read = (...bodies: object[]) => ({ bodies: bodies as DocumentBody[], tampered: [] as string[] });

describe('what no screen can show', () => {
  it('is counted by what is wrong with it, and the rest is read', async () => {
    const roster = await aRoster({
      room: { ...read(aRoom()), tampered: ['room:b', 'room:c'] },
      household: read(aHousehold(), { ...aHousehold({ _id: 'household:new' }), room: { later: 'form' } }),
    });
    expect(roster.unreadable()).toEqual({ newer: 1, damaged: 2 });
    expect(roster.model.households.size).toBe(1);
  });

  it('is no longer counted once it can be read, or is gone', async () => {
    const lists: Lists = {
      household: { ...read({ _id: 'household:new', type: 'household' }), tampered: ['household:x'] },
    };
    const roster = await aRoster(lists);
    expect(roster.unreadable()).toEqual({ newer: 1, damaged: 1 });
    lists.household = read(aHousehold({ _id: 'household:new' }));
    await roster.refresh([GRID], ['household']);
    expect(roster.unreadable()).toEqual({ newer: 0, damaged: 0 });
  });
});
