// A new version comes while she is at a door: it waits, offers itself when no form is open, and is taken when she says so.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const CHANGED_MS = 15_000;

test('a new version is offered when no form is open, and never taken under one', async ({
  server,
  newTablet,
}) => {
  const line = await openLine(server);
  const tablet = newTablet();
  const worker = fieldWorker(await tablet.open());
  const offer = (page = worker.page) => page.getByRole('button', { name: say('update_line') });
  await worker.signsIn(line.url, personOf(server, 'maxiaolong'));
  await worker.isReadyForOffline();
  await worker.opensToday();
  const door = await worker.opensDoor();
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await findsAllWell(form);

  await test.step('the next release is there, and the tablet looks for it when the network is back', async () => {
    line.rewrite = (path, body) => (path === '/service-worker.js' ? `${body}\n// the next release` : body);
    const found = line.asked.length;
    await tablet.goOffline();
    await tablet.goOnline();
    await expect.poll(() => line.asked.slice(found), { timeout: 60_000 }).toContain('GET /service-worker.js');
  });
  const other = fieldWorker(await tablet.anotherTab());
  await other.page.goto(`${line.url}/me`);
  await other.unlocks();
  await offer(other.page).click({ timeout: 60_000 });
  await expect(other.page.getByText(say('update_form_elsewhere'))).toBeVisible();
  await other.page.close();

  await expect(offer()).toBeHidden();
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await worker.page.getByRole('link', { name: say('saved_today'), exact: true }).click();
  // One tap is enough, whatever the old version is busy with.
  await offer().click();
  await expect(worker.page.getByRole('heading', { name: say('cover_title') })).toBeVisible({
    timeout: CHANGED_MS,
  });
  await worker.unlocks();
  await expect(offer()).toBeHidden();
  await worker.page.goto(door.address);
  await worker.unlocks();
  await worker.standsBefore(door);
  await line.close();
});
