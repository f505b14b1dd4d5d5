// What lies in the browser's profile after a day with the whole roster on the tablet: no name, no ID number, no telephone,
// nothing she typed. The same search must find a name that is planted there unsealed, or it proves nothing.
import { expect } from '@playwright/test';
import { searchProfile, type ProfileSearch } from '../profile-search/search-profile.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const REMARK = '老人说起在重庆的表妹庞若溪';
const HALF_WRITTEN = '女儿濮阳书瑶晚上回来再问';
/** Chromium writes what stands in a page's fields beside its tabs, some seconds after they were typed into. */
const CHROMIUM_KEEPS_SESSIONS_MS = 4_000;
const PLANTED_NAME = '欧阳植入甲';
const PLANTED_IN_CACHE = '上官植入乙';

test('none of what is known about people is found in the profile, and a planted name is', async ({
  server,
  newTablet,
}) => {
  test.slow();
  const limin = personOf(server, 'limin');
  const known = await whatIsKnown(server, limin);
  const tablet = newTablet();
  const worker = fieldWorker(await tablet.open());
  await worker.signsIn(server.url, limin);
  await worker.searchesFor(known.names[0]!);
  await worker.opensToday();
  const door = await worker.opensDoor();
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await findsAllWell(form);
  await form.writes('备注', REMARK);
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await test.step('the browser is closed in the middle of the next form', async () => {
    await worker.page.getByRole('link', { name: say('saved_today'), exact: true }).click();
    await worker.opensDoor();
    await worker.startsVisit();
    await findsAllWell(form);
    await form.writes('备注', HALF_WRITTEN);
    await worker.page.waitForTimeout(CHROMIUM_KEEPS_SESSIONS_MS);
    await tablet.close();
  });

  const words = [...known.names, ...known.idNumbers, ...known.phones];
  expect(words).toHaveLength(50);
  const doorName = door.title.split(' ').at(-1)!;
  const clean = searchProfile(tablet.profile, [...words, doorName, REMARK, HALF_WRITTEN, limin.password]);
  expect(clean.hits).toEqual([]);
  expectThoroughness(clean);

  await test.step('the same search finds what is planted unsealed', async () => {
    const page = await tablet.open();
    await page.goto(`${server.url}/manifest.webmanifest`);
    await page.evaluate(plant, { name: PLANTED_NAME, inCache: PLANTED_IN_CACHE });
    await tablet.close();
    const found = searchProfile(tablet.profile, [PLANTED_NAME, PLANTED_IN_CACHE]);
    const within = (word: string) => found.hits.filter((hit) => hit.word === word).map((hit) => hit.within);
    expect(within(PLANTED_NAME).join()).toMatch(/snappy block/);
    expect(within(PLANTED_IN_CACHE)).not.toEqual([]);
  });
});

/** It read the sealed rows where they lie: in tables and logs of LevelDB. */
function expectThoroughness({ read, unread }: ProfileSearch): void {
  expect(unread).toEqual([]);
  expect(read.tableBlocks + read.logRecords).toBeGreaterThan(100);
  expect(read.sizeBytes).toBeGreaterThan(1_000_000);
}

/** Of her own grid: 20 names, 20 ID numbers, 10 telephones, each of one person. */
async function whatIsKnown(server: RunningServer, person: Person) {
  const pouch = stockPouch(`${server.url}/db/grid-999999001001001`, person);
  const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'resident:', endkey: 'resident;' });
  const residents = rows.flatMap(({ doc }) => (doc ? [doc as unknown as Resident] : []));
  const some = (values: string[], count: number) => [...new Set(values)].slice(0, count);
  return {
    names: some(
      residents.map(({ name }) => name).filter((name) => name.length >= 3),
      20,
    ),
    idNumbers: some(
      residents.flatMap(({ idNumber }) => idNumber ?? []),
      20,
    ),
    phones: some(
      residents.flatMap(({ phones }) => phones ?? []),
      10,
    ),
  };
}

interface Resident {
  name: string;
  idNumber?: string;
  phones?: string[];
}

/** Runs in the page. So many rows that LevelDB packs some of them away into a table. */
async function plant({ name, inCache }: { name: string; inCache: string }): Promise<void> {
  const opening = indexedDB.open('planted', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { keyPath: 'id' });
  await new Promise((resolve) => (opening.onsuccess = resolve));
  for (let batch = 0; batch < 30; batch++) {
    const transaction = opening.result.transaction('rows', 'readwrite');
    const rows = transaction.objectStore('rows');
    for (let row = 0; row < 400; row++) rows.put({ id: `${batch}-${row}`, name, filler: 'x'.repeat(800) });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
  }
  opening.result.close();
  await (await caches.open('planted')).put('/planted', new Response(inCache));
}
