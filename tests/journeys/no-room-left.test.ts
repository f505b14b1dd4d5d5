// The tablet is full in the middle of a visit: she is told so, and what she filled in is still there.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsAllWell, visitForm } from './visit-form.ts';

test('with no room left the save is refused in words, the form stays, and saves once there is room', async ({
  server,
  newTablet,
}) => {
  const tablet = newTablet({ roomFor: { url: server.url, sizeBytes: 30_000_000 } });
  const worker = fieldWorker(await tablet.open());
  await worker.signsIn(server.url, personOf(server, 'liuyang'));
  const door = await worker.opensDoor();
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await findsAllWell(form);

  await test.step('something else fills the tablet', () => tablet.fillUp(server.url));
  await form.savesOnThisDevice();
  await worker.reads('save_full');

  await test.step('and makes room again', () => tablet.makeRoom(server.url));
  await expect(async () => {
    await form.savesOnThisDevice();
    await form.seesItSaved(2_000);
  }).toPass({ timeout: 60_000 });
  await worker.page.goto(door.address);
  await worker.unlocks();
  await worker.standsBefore(door);
  await expect(worker.lastVisits.first()).toContainText('见面');
});

test('with no room left she still unlocks, and reads who lives where', async ({ server, newTablet }) => {
  const tablet = newTablet({ roomFor: { url: server.url, sizeBytes: 30_000_000 } });
  const worker = fieldWorker(await tablet.open());
  await worker.signsIn(server.url, personOf(server, 'liuyang'));
  const door = await worker.opensDoor();
  await tablet.fillUp(server.url);

  await worker.page.reload();
  await worker.unlocks();
  await worker.standsBefore(door);
  await worker.opensToday();
  await expect(worker.doors.first()).toBeVisible();
});
