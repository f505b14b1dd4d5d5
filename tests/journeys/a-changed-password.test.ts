// Her password is changed at the server while a visit waits on her tablet, and she has forgotten the one before. She begins
// anew, the visit stays sealed and is told of, and goes up as it was once she remembers.
import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { couchClient } from '../../scripts/couch-client.ts';
import { householdsOn, keepDeviceInReach, savesNobodyAt } from './device-in-page.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { startServer, type RunningServer } from './running-server.ts';
import { visitsOnServer } from './visits-on-server.ts';
import { say } from './words.ts';

const GRID = '999999001001001';
const NEXT_PASSWORD = 'given-anew-5512';
const UPLOAD_MS = 60_000;

/** By an administrator, as CouchDB has it: the password in the user's document. */
async function setsPassword(server: RunningServer, name: string, password: string): Promise<void> {
  const { user, password: own } = server.administrator;
  const admin = couchClient({ url: `${server.url}/db/_users`, user, password: own });
  const id = `/org.couchdb.user:${name}`;
  const answer = await admin.request('GET', id);
  expect(answer.outcome).toBe('answered');
  const { body } = answer as { body: object };
  expect(await admin.request('PUT', id, { ...body, password })).toMatchObject({ status: 201 });
}

test('work sealed under a forgotten password is told of, and goes up once she remembers it', async ({
  newTablet,
}) => {
  const server = await startServer();
  try {
    const before = personOf(server, 'limin');
    const now = { ...before, password: NEXT_PASSWORD };
    const tablet = newTablet();
    const page = await tablet.open();
    await keepDeviceInReach(page);
    const hers = fieldWorker(page);
    await hers.signsIn(server.url, before);
    await hers.isReadyForOffline();
    await tablet.goOffline();
    const [door] = await householdsOn(page);
    const visit = await savesNobodyAt(page, door!);
    await setsPassword(server, before.user, NEXT_PASSWORD);
    const isThere = async () => (await visitsOnServer(server, now, GRID)).some(({ _id }) => _id === visit);

    await test.step('she ends her shift with the visit still here, and signs in with the new one', async () => {
      await page.getByRole('link', { name: say('me_end'), exact: true }).click();
      await page.getByRole('button', { name: say('shift_leave'), exact: true }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: say('me_end_go'), exact: true })
        .click();
      await page.getByRole('button', { name: say('left_forgot'), exact: true }).click();
      await expect(page.getByText(say('left_row', { count: 1, name: '李敏' }))).toBeVisible();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: say('left_save'), exact: true }).click();
      const file = await readFile(await (await saving).path(), 'utf8');
      expect(JSON.parse(file)).toMatchObject({ what: 'qiaomen rescue' });
      expect(file).toContain(visit);
      expect(file).not.toContain('nobody');
      await tablet.goOnline();
      await page.getByRole('button').filter({ hasText: '李敏' }).click();
      await page.getByLabel(say('sign_in_password'), { exact: true }).fill(NEXT_PASSWORD);
      await page.getByRole('button', { name: say('sign_in_go'), exact: true }).click();
    });

    await test.step('she does not know the one before: what that means is told, and asked for by a word', async () => {
      await page.getByRole('button', { name: say('old_forgot'), exact: true }).click();
      await expect(page.getByText(say('old_unsent', { count: 1 }))).toBeVisible();
      const anew = page.getByRole('button', { name: say('old_go'), exact: true });
      await expect(anew).toBeDisabled();
      await page.getByLabel(say('old_type', { word: say('old_word') })).fill(say('old_word'));
      await anew.click();
      await hers.choosesPin();
      await expect(page.getByRole('heading', { name: say('today_title'), exact: true })).toBeVisible({
        timeout: UPLOAD_MS,
      });
    });

    await test.step('her page says that one record lies sealed, and none is called uploaded', async () => {
      await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
      await expect(page.getByText(say('sealed_here', { count: 1 }))).toBeVisible();
      await expect(hers.sentence).toContainText(say('state_sealed', { count: 1 }));
      await expect(hers.sentence).not.toContainText('上传 ✓');
      expect(await isThere()).toBe(false);
    });

    await test.step('it is handed in sealed, for the administrator to open, and stays here all the same', async () => {
      await page.getByRole('button', { name: say('left_hand_in'), exact: true }).click();
      await expect(page.getByText(say('left_handed_done', { count: 1 }))).toBeVisible({ timeout: UPLOAD_MS });
      await expect(page.getByText(say('left_row_handed', { count: 1, name: '李敏' }))).toBeVisible();
      await expect(page.getByText(say('sealed_here', { count: 1 }))).toBeVisible();
    });

    await test.step('a wrong guess costs nothing; the right one sends it', async () => {
      const former = page.getByLabel(say('sign_in_old_password'), { exact: true });
      const opens = page.getByRole('button', { name: say('me_former_go'), exact: true });
      await former.fill('not-the-one');
      await opens.click();
      await hers.reads('me_former_wrong');
      await former.fill(before.password);
      await opens.click();
      await expect.poll(isThere, { timeout: UPLOAD_MS }).toBe(true);
      await expect(page.getByText(say('waiting_none'))).toBeVisible();
    });
  } finally {
    await server.remove();
  }
});
