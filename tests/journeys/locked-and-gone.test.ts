// After a lock nothing of the roster is left: not on the screen, at once, and not in the browser's memory, in its page or any
// of its workers. The same search finds nearly all of it there before, or it proves nothing.
import { expect, type Page } from '@playwright/test';
import { fieldWorker, PIN } from './field-worker.ts';
import { findInHeaps } from './heap.ts';
import { personOf, test } from './journey.ts';
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const UNREADABLE_MS = 200;

test('a lock leaves nothing of a thousand names and numbers on the screen or in memory', async ({
  server,
  newTablet,
}) => {
  const limin = personOf(server, 'limin');
  const words = await thousandOf(server, limin);
  expect(words).toHaveLength(1_000);
  const { page, ...worker } = fieldWorker(await newTablet().open());
  await worker.signsIn(server.url, limin);
  await worker.isReadyForOffline();
  await worker.opensToday();
  const door = await worker.opensDoor();
  await worker.startsVisit();
  await findsAllWell(visitForm(page));
  const before = await findInHeaps(page, words);
  expect(before.heaps).toEqual(expect.arrayContaining(['page', 'worker']));
  expect(before.found.length).toBeGreaterThanOrEqual(900);

  // In the middle of the form, whose head names the household.
  const shown = door.title.split(' ')[0]!;
  expect(await locksAndIsUnreadableAfterMs(page, shown)).toBeLessThanOrEqual(UNREADABLE_MS);
  await expect(page.getByRole('heading', { name: say('cover_title') })).toBeVisible();
  const after = await findInHeaps(page, words);
  expect(after.found).toEqual([]);
  expect(after.heaps).toEqual(expect.arrayContaining(['page', 'worker']));

  await test.step('five wrong codes, one of them after a new start, and only her password opens', async () => {
    const wrong = [...PIN].reverse().join('');
    for (let left = 4; left > 0; left--) {
      if (left === 3) await page.reload();
      await worker.unlocks(wrong);
      await expect(page.getByText(say('cover_wrong', { count: left }))).toBeVisible();
    }
    await worker.unlocks(wrong);
    await worker.reads('sign_in_pin_spent');
    await page.reload();
    await page.getByRole('button').filter({ hasText: '李敏' }).click();
    await expect(page.getByLabel(say('sign_in_password'), { exact: true })).toBeVisible();
  });
});

/** Names, ID numbers and telephones of her own grid. */
async function thousandOf(server: RunningServer, person: Person): Promise<string[]> {
  const pouch = stockPouch(`${server.url}/db/grid-999999001001001`, person);
  const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'resident:', endkey: 'resident;' });
  const residents = rows.flatMap(({ doc }) => (doc ? [doc as unknown as Resident] : []));
  const names = residents.map(({ name }) => name).filter((name) => name.length >= 3);
  const numbers = residents.flatMap(({ idNumber, phones }) => [idNumber ?? [], phones ?? []].flat());
  return [...new Set([...names, ...numbers])].slice(0, 1_000);
}

interface Resident {
  name: string;
  idNumber?: string;
  phones?: string[];
}

/** From her tap on the lock until a frame is drawn without these words. */
async function locksAndIsUnreadableAfterMs(page: Page, words: string): Promise<number> {
  await expect(page.getByText(words).first()).toBeVisible();
  return page.evaluate(
    async ({ words, name }) => {
      const lock = document.querySelector<HTMLElement>(`[aria-label="${name}"]`);
      if (!lock) throw new Error('no lock in sight');
      const tappedAt = performance.now();
      lock.click();
      do await new Promise(requestAnimationFrame);
      while (document.body.innerText.includes(words));
      return performance.now() - tappedAt;
    },
    { words, name: say('lock_now') },
  );
}
