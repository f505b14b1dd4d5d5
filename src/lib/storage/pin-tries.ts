// The PIN of a shift and the tries that are left of it. Invariant: a try is taken from the medium before it is made.
import type { PeopleTable, TabletTables } from './tablet-tables.ts';

export const PIN_TRIES = 5;

export const putAllTries = ({ tries }: TabletTables, userName: string) =>
  tries.bulkPut(Array.from({ length: PIN_TRIES }, (_, ordinal) => ({ userName, ordinal })));

/** Takes one try away and says how many are left; undefined where there is no PIN, or no try. */
export function takeTry(people: PeopleTable, userName: string) {
  return people.transaction(async (tables) => {
    const row = await tables.people.get(userName);
    const pin = await tables.pins.get(userName);
    const left = await tables.tries
      .where('[userName+ordinal]')
      .between(...triesOf(userName))
      .primaryKeys();
    const taken = left.pop();
    if (!row || !pin || !taken) return undefined;
    await tables.tries.delete(taken);
    return { wrap: pin.wrap, shared: pin.shared, storeName: row.storeName, left: left.length };
  });
}

const triesOf = (userName: string): [[string, number], [string, number]] => [
  [userName, 0],
  [userName, PIN_TRIES],
];

/** The wrap, and every try of it. */
export async function dropTries({ pins, tries }: TabletTables, userName: string): Promise<void> {
  await pins.delete(userName);
  await tries
    .where('[userName+ordinal]')
    .between(...triesOf(userName))
    .delete();
}
