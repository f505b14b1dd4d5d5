// The screens of the day's two ends, in every hand: 出发前检查, 要处理, 两边不一样, 交班 with its receipt, 交班板; on a narrow
// phone, a tablet upright and lying. Nothing is cut, letters and targets are large enough, a screen reader finds its way.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { couchClient } from '../../scripts/couch-client.ts';
import { householdsOn, keepDeviceInReach, savesNobodyAt } from './device-in-page.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { ruleOfThePlace } from './rule-of-the-place.ts';
import { startServer, type RunningServer } from './running-server.ts';
import { cutTexts, smallThings } from './screen-checks.ts';
import { say, saying } from './words.ts';

const GRID = '999999001001001';
const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const SIZES = [
  { width: 360, height: 740 },
  { width: 800, height: 1280 },
  { width: 1280, height: 800 },
];
const UPLOAD_MS = 60_000;

/** In all three sizes, as it stands or as `opens` makes it; the pictures lie with the results, for a person to look at. */
async function look(page: Page, screen: string, opens?: () => Promise<void>): Promise<void> {
  for (const size of SIZES) {
    const at = `${screen}, ${size.width} × ${size.height}`;
    await page.setViewportSize(size);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    await opens?.();
    await expect.soft(async () => expect(await cutTexts(page)).toEqual([])).toPass({ timeout: 5_000 });
    expect.soft(await smallThings(page, { letterPx: 18, targetPx: 44 }), at).toEqual([]);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
    );
    expect.soft(told, at).toEqual([]);
    await page.screenshot({ path: test.info().outputPath(`${screen}-${size.width}.png`) });
  }
  await page.setViewportSize(SIZES[0]!);
}

/** As a merge would leave them: two workers said different things of a home, of its household, and of a person. */
async function somebodySaidOtherwise(server: RunningServer): Promise<void> {
  const { user, password } = server.administrator;
  const admin = couchClient({ url: `${server.url}/db/grid-${GRID}`, user, password });
  const said = { by: 'zhangjianhua', at: new Date().toISOString(), how: 'told' };
  const clashes: Record<string, object[]> = {
    room: [{ ...said, field: 'state', value: 'shared' }],
    household: [{ ...said, field: 'notes', value: ['家里有狗', '门铃坏了，要敲门'] }],
    resident: [
      { ...said, field: 'phones', value: ['13900001111'] },
      { ...said, field: 'education', value: '30', how: 'document' },
    ],
  };
  for (const [type, entries] of Object.entries(clashes)) {
    const range = `include_docs=true&limit=1&startkey=%22${type}%3A%22`;
    const answer = await admin.request('GET', `/_all_docs?${range}`);
    const { rows } = (answer as { body: { rows: { id: string; doc: object }[] } }).body;
    const { id, doc } = rows[0]!;
    await admin.request('PUT', `/${encodeURIComponent(id)}`, { ...doc, clashes: entries });
  }
}

test('the screens of morning and evening can be read on phone and tablet', async ({ newTablet }) => {
  test.slow();
  const server = await startServer();
  try {
    await ruleOfThePlace(
      server,
      `events-${GRID}-${year}`,
      `function (doc) { if (doc.type === 'visit' && doc.answers.remark === 'no') { throw({ forbidden: 'remark: must be of kind text' }); } }`,
    );
    await somebodySaidOtherwise(server);
    const page = await newTablet({ viewport: SIZES[0]! }).open();
    await keepDeviceInReach(page);
    const worker = fieldWorker(page);
    await worker.signsIn(server.url, personOf(server, 'limin'));
    const check = page.locator('button.line');
    const sheet = page.getByRole('dialog');
    await look(page, '出发前检查', async () => {
      if (!(await sheet.isVisible())) await check.click();
      await expect(sheet).toBeVisible();
    });
    await page.reload();
    await worker.unlocks();
    await worker.opensToday();

    const [first, ...others] = await householdsOn(page);
    await savesNobodyAt(page, first!, { remark: 'no' });
    for (const door of others.slice(0, 3)) await savesNobodyAt(page, door);
    await worker.asksForUpload();
    await expect(worker.sentence).toContainText(say('state_refused', { count: 1 }), { timeout: UPLOAD_MS });
    await worker.sentence.click();
    await expect(page.getByRole('article')).toHaveCount(1);
    await look(page, '要处理');

    for (const field of ['field_state', 'field_notes', 'field_education']) {
      const row = page
        .getByRole('listitem')
        .getByRole('link')
        .filter({ hasText: say(field) });
      await row.click();
      const another = page.getByRole('button', { name: /都不对/ });
      await expect(another.first()).toBeVisible();
      const count = await another.count();
      for (let place = 0; place < count; place++) await another.first().click();
      await look(page, `两边不一样-${field}`);
      await page.getByRole('link', { name: say('back'), exact: true }).click();
      await expect(page.getByRole('article')).toHaveCount(1);
    }

    await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
    await page.getByRole('link', { name: say('me_end'), exact: true }).click();
    await look(page, '交班');
    await page.getByRole('button', { name: say('shift_go'), exact: true }).click();
    await worker.reads('shift_left_title');
    await look(page, '还没交清');

    await ruleOfThePlace(server, `events-${GRID}-${year}`, 'function () {}');
    await worker.sentence.click();
    await page.getByRole('button', { name: say('attention_again'), exact: true }).click();
    await expect(worker.sentence).not.toContainText(saying('state_refused'), { timeout: UPLOAD_MS });
    await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
    await page.getByRole('link', { name: say('me_end'), exact: true }).click();
    await page.getByRole('button', { name: say('shift_go'), exact: true }).click();
    await worker.reads('shift_done');
    await page.getByRole('button', { name: say('shift_code'), exact: true }).click();
    await look(page, '回执');

    const street = fieldWorker(await newTablet({ viewport: SIZES[0]! }).open());
    await street.signsIn(server.url, personOf(server, 'zhengguodong'));
    await street.page.getByRole('link', { name: say('board_title'), exact: true }).click();
    await expect(street.page.getByText('李敏').first()).toBeVisible();
    await look(street.page, '交班板');
  } finally {
    await server.remove();
  }
});
