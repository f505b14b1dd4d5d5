// The browser is killed twice, the first time while its database was writing: what was saved in between is kept. Chromium
// loses it where it goes on in a torn log (storage/new-log.ts).
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsNobody, visitForm } from './visit-form.ts';
import { say } from './words.ts';

test('a visit saved after the browser was killed in mid-write outlives its being killed again', async ({
  server,
  newTablet,
}) => {
  const tablet = newTablet();
  let worker = fieldWorker(await tablet.open());
  await worker.signsIn(server.url, personOf(server, 'liuyang'));
  await worker.isReadyForOffline();
  await tablet.kill();
  tablet.tearTheLog(server.url);

  worker = fieldWorker(await tablet.openOffline());
  await worker.page.goto(server.url);
  await worker.unlocks();
  const door = await worker.opensDoor(say('reason_ordinary'));
  await worker.page.getByRole('link', { name: say('visit_nobody'), exact: true }).click();
  const form = visitForm(worker.page);
  await findsNobody(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await tablet.kill();

  worker = fieldWorker(await tablet.openOffline());
  await worker.page.goto(door.address);
  await worker.unlocks();
  await worker.standsBefore(door);
  await expect(worker.lastVisits.first()).toContainText(say('visit_waiting'));
});
