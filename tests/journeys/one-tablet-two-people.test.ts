// A tablet that changes hands between two who share it: each begins on 今日, not where the other was. Her own cover leaves her
// where she stood.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { say } from './words.ts';

test('her cover leaves her at the door; whoever signs in after her begins on 今日', async ({
  server,
  newTablet,
}) => {
  const page = await newTablet().open();
  const hers = fieldWorker(page);
  const today = page.getByRole('heading', { name: say('today_title'), exact: true });
  await hers.signsIn(server.url, personOf(server, 'limin'));
  const door = await hers.opensDoor(say('reason_ordinary'));
  await page.reload();
  await hers.unlocks();
  await hers.standsBefore(door);

  await test.step('a colleague of another grid takes the tablet', async () => {
    await page.reload();
    await page.getByRole('button', { name: say('cover_other'), exact: true }).click();
    await fieldWorker(page).entersPassword(personOf(server, 'wangfang'));
    await hers.choosesPin();
    await expect(today).toBeVisible({ timeout: 60_000 });
    await expect(page).toHaveURL(`${server.url}/`);
  });
});
