// The same person in two tabs of one tablet: one of them uploads, both see the same, and a shift ends in both.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { say } from './words.ts';

/** How many visits to this household the server holds this year, by a client that is not ours. */
async function visitsOnServer(server: RunningServer, person: Person, household: string): Promise<number> {
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  const pouch = stockPouch(`${server.url}/db/events-999999001001003-${year}`, person);
  const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'visit:', endkey: 'visit;' });
  return rows.filter(({ doc }) => (doc as { household?: string } | undefined)?.household === household)
    .length;
}

test('a visit saved in one tab is seen in the other, and goes up once', async ({ server, newTablet }) => {
  const tablet = newTablet();
  const first = fieldWorker(await tablet.open());
  const chenjing = personOf(server, 'chenjing');
  await first.signsIn(server.url, chenjing);
  const door = await first.opensDoor();
  const second = fieldWorker(await tablet.anotherTab());
  await second.page.goto(door.address);
  await second.unlocks();
  await second.standsBefore(door);
  const before = await second.lastVisits.count();
  const household = decodeURIComponent(door.address.split('/').at(-1) ?? '');
  const onServer = await visitsOnServer(server, chenjing, household);

  await first.startsVisit();
  const form = visitForm(first.page);
  await findsAllWell(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();

  await expect(second.lastVisits).toHaveCount(before + 1);
  await expect(second.lastVisits.first()).not.toContainText(say('visit_waiting'), { timeout: 30_000 });
  for (const worker of [first, second]) await expect(worker.sentence).toContainText('✓', { timeout: 30_000 });
  expect(await visitsOnServer(server, chenjing, household)).toBe(onServer + 1);
});

test('the end of a shift in one tab ends it in the other', async ({ server, newTablet }) => {
  const tablet = newTablet();
  const first = fieldWorker(await tablet.open());
  await first.signsIn(server.url, personOf(server, 'chenjing'));
  const door = await first.opensDoor();
  const second = fieldWorker(await tablet.anotherTab());
  await second.page.goto(door.address);
  await second.unlocks();
  await second.standsBefore(door);

  await first.page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  await first.page.getByRole('link', { name: say('me_end'), exact: true }).click();
  await first.page.getByRole('button', { name: say('shift_leave'), exact: true }).click();
  await first.page.getByRole('button', { name: say('me_end_go'), exact: true }).click();

  for (const worker of [second, first]) {
    await worker.reads('sign_in_who');
    // Known here by what she is called, not by what she types.
    await expect(worker.page.getByRole('button', { name: '陈静' })).toBeVisible();
    await expect(worker.page.getByText(door.title)).toBeHidden();
  }
});
