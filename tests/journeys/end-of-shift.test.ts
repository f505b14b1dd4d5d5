// The end of a shift: what the server refuses is seen, mended and sent; everything is asked for one by one; the receipt is
// read on the supervisor's board and by a stock PouchDB client. One document that is not confirmed, and there is none.
import { expect } from '@playwright/test';
import { fieldWorker, type FieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { ruleOfThePlace } from './rule-of-the-place.ts';
import { startServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsNobody, visitForm } from './visit-form.ts';
import { say, saying } from './words.ts';

const COMMUNITY = '999999001001';
const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const EVENTS = `events-${COMMUNITY}001-${year}`;
/** Visits at which nobody is met: each is three documents. */
const VISITS = 4;

async function findsNobodyAt(worker: FieldWorker, door: string): Promise<void> {
  const { page } = worker;
  await worker.opensToday();
  await worker.opensDoor(door);
  await page.getByRole('link', { name: say('visit_nobody'), exact: true }).click();
  const form = visitForm(page);
  await findsNobody(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await page.getByRole('link', { name: say('saved_today'), exact: true }).click();
}

async function handsIn({ page }: FieldWorker): Promise<void> {
  await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  await page.getByRole('link', { name: say('me_end'), exact: true }).click();
  await page.getByRole('button', { name: say('shift_go'), exact: true }).click();
}

const receiptOf = async ({ page }: FieldWorker) => (await page.locator('.number b').innerText()).trim();

test('one refused document among others is seen, mended and sent; the receipt is read by others', async ({
  newTablet,
}) => {
  const server = await startServer();
  try {
    const limin = personOf(server, 'limin');
    const tablet = newTablet();
    const hers = fieldWorker(await tablet.open());
    await hers.signsIn(server.url, limin);
    await hers.isReadyForOffline();
    await tablet.goOffline();
    await findsNobodyAt(hers, say('reason_ordinary'));
    await ruleOfThePlace(
      server,
      EVENTS,
      `function (doc) { if (doc.type === 'visit' && !doc.answers.remark) { throw({ forbidden: 'remark: the first of the day needs one' }); } }`,
    );
    await tablet.goOnline();
    await expect(hers.sentence).toContainText(say('state_refused', { count: 1 }), { timeout: 60_000 });
    await ruleOfThePlace(server, EVENTS, 'function () {}');
    for (let made = 1; made < VISITS; made++) await findsNobodyAt(hers, say('reason_ordinary'));

    await test.step('it stands in the way of a receipt, which names it', async () => {
      await handsIn(hers);
      await hers.reads('shift_left_title');
      await hers.reads('shift_left_refused');
      await expect(hers.page.getByText(say('shift_done'))).toBeHidden();
    });

    await test.step('its form opens with the answers, and what is saved goes up', async () => {
      await hers.sentence.click();
      await expect(hers.page.getByText(saying('refusal_ruled_field'))).toBeVisible();
      await hers.page.getByRole('link', { name: say('attention_mend'), exact: true }).click();
      const form = visitForm(hers.page);
      await form.opens();
      while (await hers.page.getByRole('button', { name: say('form_next'), exact: true }).isVisible())
        await form.next();
      await form.savesOnThisDevice();
      await form.seesItSaved();
      await expect(hers.sentence).not.toContainText(saying('state_refused'), { timeout: 60_000 });
      await hers.page.getByRole('link', { name: say('saved_today'), exact: true }).click();
    });

    await handsIn(hers);
    await hers.reads('shift_done');
    await expect(hers.page.locator('.count')).toHaveText(`${VISITS} / ${VISITS}`);
    const number = await receiptOf(hers);

    await test.step('the supervisor reads it on her board', async () => {
      const street = fieldWorker(await newTablet().open());
      await street.signsIn(server.url, personOf(server, 'zhengguodong'));
      await street.page.getByRole('link', { name: say('board_title'), exact: true }).click();
      await street.reads('board_number', { number });
      await expect(street.page.locator('section').first()).not.toContainText('李敏');
    });

    await test.step('and so does a stock PouchDB', async () => {
      const pouch = stockPouch(`${server.url}/db/community-${COMMUNITY}`, limin);
      const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'shift:', endkey: 'shift;' });
      expect(rows.map(({ doc }) => doc)).toMatchObject([
        { type: 'shift', person: 'limin', records: { nobody: VISITS }, setAside: 0 },
      ]);
    });
  } finally {
    await server.remove();
  }
});

test('while one document is not confirmed there is no receipt, and she can leave all the same', async ({
  server,
  newTablet,
}) => {
  const line = await openLine(server);
  const hers = fieldWorker(await newTablet().open());
  await hers.signsIn(line.url, personOf(server, 'wangfang'));
  line.state = 'cut';
  line.only = (_method, path) => path.includes('/events-') && path.endsWith('_bulk_docs');
  await findsNobodyAt(hers, say('reason_ordinary'));
  await handsIn(hers);
  await hers.reads('shift_left_title');
  await hers.reads('shift_left_waiting');
  await expect(hers.page.getByText(say('shift_done'))).toBeHidden();

  line.state = 'through';
  await hers.page.getByRole('button', { name: say('shift_retry'), exact: true }).click();
  await hers.reads('shift_done');
  await hers.page.getByRole('button', { name: say('shift_lock'), exact: true }).click();
  await hers.page
    .getByRole('dialog')
    .getByRole('button', { name: say('me_end_go'), exact: true })
    .click();
  await hers.reads('sign_in_shift_ended');
  await line.close();
});
