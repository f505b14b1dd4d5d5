// Everything this origin keeps on the tablet but its own facts: every database, whoever's, and every cache but the app's own
// scripts. Invariant: the wraps of the keys go first, so that what is killed in the middle opens nothing any more; it answers
// only when nothing is left, and may be run again.
import { fileShares } from './shift-share.ts';
import { TABLET_FACTS } from './tablet-facts.ts';
import { listTabletStores } from './tablet-stores.ts';

/** Who is known here, with the wraps of their keys. */
const PEOPLE = 'qiaomen-tablet';
/** Another tab lets go of a database when it is asked to; one that hangs is not waited for. */
const EACH_AT_MOST_MS = 10_000;

/** Throws where something could not be removed: a tab holds it, or the browser refuses. */
export async function clearTablet(): Promise<void> {
  const names = await databaseNames();
  // What a browser keeps of a deleted database for a while then opens by no PIN.
  const shares = fileShares(crypto);
  for (const name of names) await shares.wipe(name);
  for (const name of [PEOPLE, ...names.filter((each) => each !== PEOPLE)]) await deleteDatabase(name);
  const left = (await databaseNames()).filter((each) => each !== PEOPLE);
  if (left.length > 0) throw new Error(`${left.length} databases are still there`);
  // Those who are asked for the names of stores make the list of people anew, empty.
  await deleteDatabase(PEOPLE);
  await clearCaches();
}

/** By the browser's list, and by the tablet's own where a browser has none (Firefox before 126). */
async function databaseNames(): Promise<string[]> {
  const stores = (await listTabletStores({})).map(({ storeName }) => storeName);
  const listed = await listDatabases();
  return [...new Set([...listed, ...stores])].filter((name) => name !== TABLET_FACTS);
}

async function listDatabases(): Promise<string[]> {
  try {
    return (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  } catch {
    return [];
  }
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    const tooLong = setTimeout(() => reject(new Error(`${name} is held`)), EACH_AT_MOST_MS);
    deleting.onsuccess = () => {
      clearTimeout(tooLong);
      resolve();
    };
    deleting.onerror = () => {
      clearTimeout(tooLong);
      reject(deleting.error ?? new Error(name));
    };
  });
}

/** Scripts and pages of the app tell nothing, and without them nobody could read why the tablet is empty. */
async function clearCaches(): Promise<void> {
  if (typeof caches === 'undefined') return;
  const names = (await caches.keys()).filter((name) => !name.includes('-precache-'));
  for (const name of names) await caches.delete(name);
}
