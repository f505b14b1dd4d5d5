// Where this tablet stands: at a service desk, where several people use it, or with one person in the field. Said by whoever
// signs in first and kept unsealed, since it must be known before anybody opens anything. Invariant: on a tablet that stands
// at a desk no store of anybody keeps a copy of what is restricted; what of it was not sent stays, sealed.
import type { DatabaseFactory } from './connections.ts';
import type { PeopleTable } from './tablet-tables.ts';

export type TabletPlace = 'desk' | 'field';

const PLACE = 'place';

/** Undefined until somebody has said it. */
export async function readPlace(people: PeopleTable): Promise<TabletPlace | undefined> {
  const row = await people.transaction(({ settings }) => settings.get(PLACE));
  return row?.value === 'desk' || row?.value === 'field' ? row.value : undefined;
}

/** From a desk, what is restricted goes out of every store on this tablet, whoever's; no key is needed for it. */
export async function putPlace(
  people: PeopleTable,
  { place, factory, nowMs }: { place: TabletPlace; factory: DatabaseFactory; nowMs(): number },
): Promise<void> {
  const rows = await people.transaction(async (tables) => {
    await tables.settings.put({ name: PLACE, value: place });
    return tables.people.toArray();
  });
  if (place !== 'desk') return;
  const names = rows.flatMap(({ storeName, former }) => [
    storeName,
    ...former.map((store) => store.storeName),
  ]);
  const { dropCare } = await import('./care-purge.ts');
  for (const name of names) await dropCare(name, factory, nowMs);
}
