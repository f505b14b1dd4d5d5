// The same person in two tabs of one tablet: one of them uploads, both see the same.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

test('a visit saved in one tab is seen in the other, and goes up once', async ({ server, newTablet }) => {
  const tablet = newTablet();
  const first = fieldWorker(await tablet.open());
  await first.signsIn(server.url, personOf(server, 'chenjing'));
  const door = await first.opensDoor();
  const second = fieldWorker(await tablet.anotherTab());
  await second.page.goto(door.address);
  await second.unlocks();
  await second.standsBefore(door);
  const before = await second.lastVisits.count();

  await first.startsVisit();
  const form = visitForm(first.page);
  await findsAllWell(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();

  await expect(second.lastVisits).toHaveCount(before + 1);
  await expect(second.lastVisits.first()).not.toContainText(say('visit_waiting'), { timeout: 30_000 });
  for (const worker of [first, second]) await expect(worker.sentence).toContainText('✓', { timeout: 30_000 });
});
