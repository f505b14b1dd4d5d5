import { startServer } from './tests/journeys/running-server.ts';
import { aTablet } from './tests/journeys/tablet.ts';
import { fieldWorker } from './tests/journeys/field-worker.ts';
import { keepDeviceInReach, savesNobodyAt, householdsOn } from './tests/journeys/device-in-page.ts';
import { test } from '@playwright/test';
const SIZES = [[360, 740], [800, 1280], [1280, 800]];
test('look', async () => {
  test.setTimeout(280_000);
  const server = await startServer();
  const tablet = aTablet({ viewport: { width: 360, height: 740 } });
  try {
    const page = await tablet.open();
    await keepDeviceInReach(page);
    const w = fieldWorker(page);
    await w.signsIn(server.url, server.people.get('limin')!);
    await w.isReadyForOffline();
    await server.stop?.();
    await page.context().setOffline(true);
    const shot = async (name: string) => {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width: width!, height: height! });
        await page.waitForTimeout(400);
        await page.screenshot({ path: `/tmp/mine/shots/s/${name}-${width}.png` });
      }
      await page.setViewportSize({ width: 360, height: 740 });
    };
    const nav = async (name: string) => { await page.getByRole('link', { name, exact: true }).first().click(); await page.waitForTimeout(600); };
    await nav('今日');
    await shot('today');
    const hs = await householdsOn(page);
    await savesNobodyAt(page, hs[0]);
    await savesNobodyAt(page, hs[3]);
    await nav('今日');
    await shot('today-2');
    await nav('查找');
    await shot('search-empty');
    await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill('王');
    await page.waitForTimeout(800);
    await shot('search-wang');
    await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill('qqqq');
    await page.waitForTimeout(800);
    await shot('search-none');
    await nav('我的');
    await shot('me');
    await page.evaluate(() => window.scrollTo(0, 9999));
    await page.locator('main').evaluate((e) => e.scrollTo(0, 9999)).catch(() => 0);
    await shot('me-end');
    await page.locator('.bar').first().click();
    await page.waitForTimeout(600);
    await shot('waiting');
  } finally {
    await tablet.remove();
    await server.remove();
  }
});
