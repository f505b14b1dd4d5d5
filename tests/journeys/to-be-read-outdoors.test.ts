// The screens in the hand of somebody who sees badly, in the sun and in the evening: letters half as large again on a
// narrow phone, three themes, a screen reader's rules. Every screen of the worker's day is looked at.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { fieldWorker, type FieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { cutTexts, faintTexts, smallThings } from './screen-checks.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const NARROW = { width: 360, height: 740 };

/** Goes through the day once, to the door of this place in 今日, and stops at every screen. */
async function everyScreen(
  worker: FieldWorker,
  place: number,
  look: (screen: string) => Promise<void>,
): Promise<void> {
  const { page } = worker;
  await worker.opensToday();
  await look('今日');
  await worker.opensDoor(await worker.doors.nth(place).locator('b').innerText());
  await look('住户卡');
  await worker.startsVisit();
  await look('the first page of the form');
  const form = visitForm(page);
  await findsAllWell(form);
  await look('the last page of the form');
  await worker.putsTheFormAside();
  await page.getByRole('link', { name: say('nav_buildings'), exact: true }).click();
  await expect(page.getByRole('heading', { name: say('buildings_title'), exact: true })).toBeVisible();
  await look('楼栋');
  await page.getByRole('listitem').getByRole('link').first().click();
  await expect(page.getByText(say('legend_vacant')).first()).toBeVisible();
  await look('楼栋图');
  await worker.searchesFor('wang');
  await look('查找');
  await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  await look('我的');
  await worker.sentence.click();
  await look('上传情况');
  await page
    .getByRole('button', { name: say('close'), exact: true })
    .first()
    .click();
}

async function chooses(page: Page, setting: string, choice: string): Promise<void> {
  await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  await page
    .getByRole('group', { name: say(setting) })
    .getByText(say(choice), { exact: true })
    .click();
}

test('with letters half as large again on a narrow phone nothing is cut and nothing scrolls sideways', async ({
  server,
  newTablet,
}) => {
  const worker = fieldWorker(await newTablet({ viewport: NARROW }).open());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  await chooses(worker.page, 'me_text', 'text_150');
  const letters = await worker.page.evaluate(() =>
    Number.parseFloat(getComputedStyle(document.body).fontSize),
  );
  expect(letters).toBeGreaterThanOrEqual(27);
  await everyScreen(worker, 0, async (screen) => {
    expect.soft(await cutTexts(worker.page), screen).toEqual([]);
  });
  await worker.page.reload();
  await expect(worker.page.getByRole('heading', { name: say('cover_title') })).toBeVisible();
  expect.soft(await cutTexts(worker.page), 'the cover').toEqual([]);
});

test('letters are 18 px and up, and what is tapped is as large as a fingertip', async ({
  server,
  newTablet,
}) => {
  const worker = fieldWorker(await newTablet().open());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  await everyScreen(worker, 0, async (screen) => {
    expect.soft(await smallThings(worker.page, { letterPx: 18, targetPx: 44 }), screen).toEqual([]);
  });
});

test('the measuring finds what is planted', async ({ newTablet }) => {
  const page = await newTablet({ viewport: NARROW }).open();
  await page.setContent(`
    <body style="margin: 0; font-size: 20px">
      <p style="width: 400px">比屏幕宽</p>
      <div style="width: 60px; overflow: hidden; white-space: nowrap">这一行被切掉了</div>
      <p style="color: #777">看不清的字</p>
      <p style="font-size: 12px">太小的字</p>
      <img src="data:,">
      <button style="width: 20px; height: 20px"></button>
    </body>`);
  expect((await cutTexts(page)).join()).toMatch(/比屏幕宽.*beyond the edge.*这一行被切掉了.*cut at its side/);
  expect(await faintTexts(page, 7)).toEqual([expect.stringContaining('看不清的字')]);
  expect((await smallThings(page, { letterPx: 18, targetPx: 44 })).join()).toMatch(
    /12 px: “太小的字”.*20 × 20/,
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toContain('image-alt');
});

test('in each theme every text stands out 7 to 1 from what lies behind it', async ({ server, newTablet }) => {
  const worker = fieldWorker(await newTablet().open());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  for (const [place, theme] of ['theme_day', 'theme_sun', 'theme_night'].entries()) {
    await chooses(worker.page, 'me_theme', theme);
    await everyScreen(worker, place, async (screen) => {
      expect.soft(await faintTexts(worker.page, 7), `${screen}, ${say(theme)}`).toEqual([]);
    });
  }
});

test('a screen reader finds its way on every screen', async ({ server, newTablet }) => {
  const worker = fieldWorker(await newTablet().open());
  await worker.signsIn(server.url, personOf(server, 'limin'));
  await everyScreen(worker, 0, async (screen) => {
    const { violations } = await new AxeBuilder({ page: worker.page }).analyze();
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
    );
    expect.soft(told, screen).toEqual([]);
  });
});
