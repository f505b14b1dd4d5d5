// The morning without a network: browser closed, server dead; from the address to the PIN's keypad, and from the last
// digit to the rows of 今日. The time she needs to type is not counted.
import { expect } from '@playwright/test';
import { fieldWorker, PIN } from '../journeys/field-worker.ts';
import { aTablet, type Tablet } from '../journeys/tablet.ts';
import { say } from '../journeys/words.ts';
import { startAppServer } from './app-server.ts';
import type { Bench, BenchSize } from './bench.ts';
import { measured, type Measured } from './figure.ts';
import { throttle, THROTTLED, watchPainting } from './painting.ts';
import { median } from './statistics.ts';

const sizes = {
  full: { households: 600, starts: 9 },
  smoke: { households: 60, starts: 1 },
};

export const coldStart: Bench = {
  name: 'cold-start',
  says: 'a cold start without network to 今日: browser closed, server dead, the shell from the service worker',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { households, starts } = sizes[size];
    const server = await startAppServer(households);
    const tablet = aTablet();
    try {
      const morning = fieldWorker(await tablet.open());
      await morning.signsIn(server.url, server.person('limin'));
      await morning.isReadyForOffline();
      await tablet.close();
      await server.stop();
      const all = { keypad: [] as number[], rows: [] as number[], empty: [] as number[] };
      for (let start = 0; start < starts; start++) {
        const { keypad, rows } = await startOnce(tablet, server.url);
        all.keypad.push(keypad);
        all.rows.push(rows);
        all.empty.push(await emptyStart(tablet, server.url));
      }
      const parts = `keypad after ${Math.round(median(all.keypad))} ms, rows ${Math.round(median(all.rows))} ms after the last digit`;
      console.log(`cold-start: ${parts}`);
      return [
        measured(
          {
            name: `cold offline start to 今日, address to keypad and last digit to rows painted, median of ${starts}; ${THROTTLED}`,
            value: median(all.keypad) + median(all.rows),
            unit: 'ms',
            reference: 'a small file from the same service worker in as cold a browser, until it is painted',
            referenceValue: median(all.empty),
          },
          { valueAtMost: 2_000 },
        ),
      ];
    } finally {
      await tablet.remove();
      await server.remove();
    }
  },
};

export async function startOnce(tablet: Tablet, url: string): Promise<{ keypad: number; rows: number }> {
  const page = await tablet.openOffline();
  await watchPainting(page);
  await throttle(page);
  await page.goto(url, { waitUntil: 'commit' });
  const keypad = await page.evaluate((text) => window.painting.sinceStart('h1', text), say('cover_title'));
  await expect(page.getByRole('button', { name: '1', exact: true })).toBeVisible();
  const rows = page.evaluate(() => window.painting.sinceKey('li a', ''));
  for (const digit of PIN) await page.keyboard.press(digit);
  const ms = await rows;
  await tablet.close();
  return { keypad, rows: ms };
}

async function emptyStart(tablet: Tablet, url: string): Promise<number> {
  const page = await tablet.openOffline();
  await watchPainting(page);
  await throttle(page);
  await page.goto(`${url}/manifest.webmanifest`, { waitUntil: 'commit' });
  const ms = await page.evaluate(() => window.painting.sinceStart('body', ''));
  await tablet.close();
  return ms;
}
