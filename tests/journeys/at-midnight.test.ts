// A tablet that is in use at midnight: 今日 is of the new day, though nobody touches it and nothing comes from anywhere.
import { expect, type Page } from '@playwright/test';
import { addDays, beijingDate, beijingInstant } from '../../src/lib/domain/time.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';

const MINUTE_MS = 60_000;
const CLOCK = 'clock-of-the-tablet';

/** What says the time in a page or a worker is ahead by so much, until its page says otherwise. */
function setClock({ channel, aheadMs }: { channel: string; aheadMs: number }): void {
  const Real = Date;
  let ahead = aheadMs;
  new BroadcastChannel(channel).onmessage = ({ data }: MessageEvent<number>) => (ahead = data);
  globalThis.Date = new Proxy(Real, {
    construct: (_, given: [] | [number]) =>
      given.length === 0 ? new Real(Real.now() + ahead) : new Real(...given),
    get: (real, name) => (name === 'now' ? () => Real.now() + ahead : Reflect.get(real, name)),
  });
}

/** Before the app is opened for the first time. */
async function keepsItsOwnTime(page: Page, aheadMs: number): Promise<void> {
  const clock = { channel: CLOCK, aheadMs };
  await page.addInitScript(setClock, clock);
  await page.route(/\/device-worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const { 'content-encoding': _packed, 'content-length': _length, ...headers } = response.headers();
    const body = `(${setClock.toString()})(${JSON.stringify(clock)});\n${await response.text()}`;
    await route.fulfill({ response, headers, body });
  });
}

const dayInWords = (date: string) => `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;

test('at midnight 今日 is of the new day by itself', async ({ server, newTablet }) => {
  const hers = newTablet();
  const worker = fieldWorker(await hers.open());
  const { page } = worker;
  // The midnight that is nearest: the tablet's clock is no more than half a day off.
  const day = beijingDate(new Date(Date.now() - 12 * 60 * MINUTE_MS).toISOString());
  const midnightMs = Date.parse(beijingInstant(addDays(day, 1), '00:00'));
  await keepsItsOwnTime(page, midnightMs - 10 * MINUTE_MS - Date.now());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  await worker.isReadyForOffline();
  await worker.opensToday();
  await hers.goOffline();
  await expect(page.getByText(dayInWords(day))).toBeVisible();

  const aheadMs = midnightMs - 3_000 - Date.now();
  await page.evaluate(({ channel, aheadMs }) => new BroadcastChannel(channel).postMessage(aheadMs), {
    channel: CLOCK,
    aheadMs,
  });
  await expect(page.getByText(dayInWords(addDays(day, 1)))).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(dayInWords(day))).toHaveCount(0);
});
