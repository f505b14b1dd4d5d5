// Every store there is on this tablet, whoever's: those of the people known here, those they left behind, and any whose owner
// is no longer known. Invariant: a list of people that does not open hides no store.
import type { DatabaseFactory } from './connections.ts';
import { openPeopleTable, type PersonRow } from './tablet-tables.ts';

const TABLET = 'qiaomen-tablet';
const STORE = /^qiaomen-[0-9a-f]{16}$/;

export interface TabletStore {
  storeName: string;
  /** Whose it is, where that is known. */
  userName?: string;
  displayName?: string;
  /** Under a password of hers that the server no longer takes. */
  isFormer: boolean;
}

export async function listTabletStores(factory: DatabaseFactory, name = TABLET): Promise<TabletStore[]> {
  const people = await readPeople(name, factory);
  const known = people.flatMap(({ userName, displayName, storeName, former }) => {
    const whose = { userName, ...(displayName !== undefined && { displayName }) };
    return [
      { ...whose, storeName, isFormer: false },
      ...former.map((store) => ({ ...whose, storeName: store.storeName, isFormer: true })),
    ];
  });
  const names = new Set(known.map(({ storeName }) => storeName));
  const others = (await listDatabases(factory)).filter((each) => STORE.test(each) && !names.has(each));
  return [...known, ...others.map((storeName) => ({ storeName, isFormer: true }))];
}

async function readPeople(name: string, factory: DatabaseFactory): Promise<PersonRow[]> {
  try {
    const table = await openPeopleTable(name, factory);
    try {
      return await table.transaction(({ people }) => people.toArray());
    } finally {
      table.close();
    }
  } catch {
    return [];
  }
}

/** None where the browser does not tell (Firefox before 126). */
async function listDatabases({ indexedDB: own }: DatabaseFactory): Promise<string[]> {
  try {
    const found = await (own ?? indexedDB).databases();
    return found.flatMap(({ name }) => (name === undefined ? [] : [name]));
  } catch {
    return [];
  }
}
