// Nobody opens: she says so in two taps and comes again, and the door stands at the top of 今日 until then.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsNobody, visitForm } from './visit-form.ts';
import { say, saying } from './words.ts';

/** Who lives behind a door of F2 敲门. */
const ELDERS = /独居|空巢|高龄/;

test('nobody at home makes a re-check that stands at the top of 今日', async ({ server, newTablet }) => {
  const worker = fieldWorker(await newTablet().open());
  await worker.signsIn(server.url, personOf(server, 'wangfang'));
  const isRecheck = (row: string) => saying('reason_recheck_on').test(row);
  const elder = worker.doors.filter({ hasText: ELDERS, hasNotText: saying('reason_recheck_on') }).last();
  const name = (await elder.locator('b').innerText()).trim();

  await worker.opensDoor(name);
  await worker.page.getByRole('link', { name: say('visit_nobody'), exact: true }).click();
  const form = visitForm(worker.page);
  await findsNobody(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await worker.reads('saved_recheck');

  await worker.page.getByRole('link', { name: say('saved_today'), exact: true }).click();
  await expect(worker.doors.filter({ hasText: name })).toContainText(saying('reason_recheck_on'));
  const rows = await worker.doors.allInnerTexts();
  const others = rows.findIndex((row) => !isRecheck(row));
  expect(rows.findIndex((row) => row.includes(name))).toBeLessThan(others);
});
