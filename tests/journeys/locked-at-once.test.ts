// She saves a visit and locks the tablet in the same breath: behind the code there is what she saved, never an empty form
// that asks for it again.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

test('a visit saved and covered at once is told to be saved behind the cover', async ({
  server,
  newTablet,
}) => {
  const tablet = newTablet();
  const worker = fieldWorker(await tablet.open());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  const other = fieldWorker(await tablet.anotherTab());
  await other.page.goto(server.url);
  await other.unlocks();
  await other.page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  const door = await worker.opensDoor();
  const before = await worker.lastVisits.count();
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await findsAllWell(form);

  // The form has the screen to itself: the lock comes from the window beside it, in the moment of saving.
  const lock = other.page.getByRole('button', { name: say('me_lock'), exact: true });
  await expect(lock).toBeVisible();
  await form.savesOnThisDevice();
  await lock.click();
  await worker.unlocks();
  const told = worker.page.getByRole('heading', { name: '已存本机 ✓' });
  const card = worker.page.getByRole('link', { name: say('visit_start'), exact: true });
  await expect(told.or(card)).toBeVisible();
  await expect(worker.page.getByRole('button', { name: say('form_leave'), exact: true })).toBeHidden();
  await worker.page.goto(door.address);
  await worker.unlocks();
  await worker.standsBefore(door);
  await expect(worker.lastVisits).toHaveCount(before + 1);
});
