// While somebody looks at 今日 or at the board, what a colleague does is there within seconds, without a touch; a screen
// nobody is on waits for nothing.
import { expect } from '@playwright/test';
import { householdsOn, keepDeviceInReach, savesNobodyAt } from './device-in-page.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { startServer } from './running-server.ts';
import { say, saying } from './words.ts';

/** Unasked, a tablet would look no sooner than in a minute. */
const SOON_MS = 30_000;

test('a visit and a receipt of a colleague are seen at once on 今日 and on the board', async ({
  newTablet,
}) => {
  const server = await startServer();
  const line = await openLine(server);
  try {
    const hers = fieldWorker(await newTablet().open());
    await hers.signsIn(line.url, personOf(server, 'limin'));
    const street = fieldWorker(await newTablet().open());
    await street.signsIn(server.url, personOf(server, 'zhengguodong'));
    await street.page.getByRole('link', { name: say('board_title'), exact: true }).click();
    const handedIn = street.page.locator('section').filter({ hasText: say('board_handed') });
    await expect(street.page.getByRole('heading', { name: say('board_title'), exact: true })).toBeVisible();
    await expect(handedIn).toHaveCount(0);
    const polls = () => line.asked.filter((asked) => asked.includes('feed=longpoll')).length;
    await expect.poll(polls, { timeout: SOON_MS }).toBeGreaterThan(0);

    const page = await newTablet().open();
    await keepDeviceInReach(page);
    const his = fieldWorker(page);
    await his.signsIn(server.url, personOf(server, 'zhangjianhua'));
    const due = await hers.doors.allInnerTexts();
    const isRecheck = (text: string) => saying('reason_recheck_on').test(text);
    const rechecks = due.filter(isRecheck).length;
    for (const door of (await householdsOn(page)).slice(0, 3)) await savesNobodyAt(page, door);
    const seen = async () => (await hers.doors.allInnerTexts()).filter(isRecheck).length;
    await expect.poll(seen, { timeout: SOON_MS }).toBeGreaterThan(rechecks);

    await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
    await page.getByRole('link', { name: say('me_end'), exact: true }).click();
    await page.getByRole('button', { name: say('shift_go'), exact: true }).click();
    await his.reads('shift_done');
    await expect(handedIn).toContainText('张建华', { timeout: SOON_MS });
  } finally {
    await line.close();
    await server.remove();
  }
});
