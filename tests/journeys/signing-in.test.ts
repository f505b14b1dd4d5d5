// Signing in where something is in the way: each time one clear sentence, and nothing that looks like the roster.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { say } from './words.ts';

test('a wrong password is told, and the right one then opens', async ({ server, newTablet }) => {
  const limin = personOf(server, 'limin');
  const worker = fieldWorker(await newTablet().open());
  await worker.page.goto(server.url);
  await worker.entersPassword({ ...limin, password: 'not hers' });
  await worker.reads('sign_in_wrong');
  // The name is still there, the password is gone, and the cursor stands where it goes on.
  await expect(worker.page.getByLabel(say('sign_in_user'))).toHaveValue(limin.user);
  const password = worker.page.getByLabel(say('sign_in_password'), { exact: true });
  await expect(password).toBeFocused();
  await expect(password).toHaveValue('');
  await worker.entersPassword(limin);
  await worker.choosesPin();
  await expect(worker.page.getByRole('heading', { name: say('today_title'), exact: true })).toBeVisible({
    timeout: 60_000,
  });
});

/** As it was built, with the names of what it imports at once. */
function workerScript(): string {
  const folder = 'build/client/_app/immutable/workers';
  const name = readdirSync(folder).find((file) => /^device-worker-.*\.js$/.test(file))!;
  // Those it imports later it names, too: only the imports on top count.
  return [...readFileSync(path.join(folder, name), 'utf8').matchAll(/from\s*"\.\/chunks\/([^"]+)"/g)].join(
    ' ',
  );
}

test.describe('on a bad line', () => {
  for (const [state, sentence] of [
    ['cut', 'sign_in_server_silent'],
    ['portal', 'sign_in_portal'],
    ['busy', 'sign_in_server_down'],
  ] as const) {
    test(`a line that is ${state}: she reads what to do, and signs in when it is mended`, async ({
      server,
      newTablet,
    }) => {
      const line = await openLine(server);
      const worker = fieldWorker(await newTablet().open());
      await worker.page.goto(line.url);
      line.only = (_method, path) => path.startsWith('/db');
      line.state = state;
      await worker.entersPassword(personOf(server, 'limin'));
      await worker.reads(sentence);
      line.state = 'through';
      await worker.entersPassword(personOf(server, 'limin'));
      await worker.choosesPin();
      await line.close();
    });
  }

  test('what opens behind the door does not come: told, and she signs in when it does', async ({
    server,
    newTablet,
  }) => {
    const line = await openLine(server);
    const worker = fieldWorker(await newTablet().open());
    // What the worker's first script begins with is not behind the door.
    const first = workerScript();
    line.only = (_method, asked) =>
      asked.includes('/workers/chunks/') && !first.includes(asked.split('/').at(-1)!);
    line.state = 'busy';
    await worker.page.goto(line.url);
    await worker.entersPassword(personOf(server, 'limin'));
    await worker.reads('sign_in_failed');
    line.state = 'through';
    await worker.entersPassword(personOf(server, 'limin'));
    await worker.choosesPin();
    await line.close();
  });

  test('a portal in the middle of the first download: told, and it goes on from there', async ({
    server,
    newTablet,
  }) => {
    const line = await openLine(server);
    const worker = fieldWorker(await newTablet().open());
    await worker.page.goto(line.url);
    line.only = (_method, path) => path.startsWith('/db/events');
    line.state = 'portal';
    await worker.entersPassword(personOf(server, 'limin'));
    await worker.choosesPin();
    await worker.reads('download_stalled', { problem: say('state_portal') });
    line.state = 'through';
    await worker.page.getByRole('button', { name: say('download_retry') }).click();
    await expect(worker.page.getByRole('heading', { name: say('today_title'), exact: true })).toBeVisible({
      timeout: 60_000,
    });
    await line.close();
  });
});

test.describe('in a browser that cannot keep her work', () => {
  test('in WeChat: 请点右上角，用浏览器打开', async ({ server, newTablet }) => {
    const userAgent =
      'Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240801 MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN';
    const page = await newTablet({ userAgent }).open();
    await page.goto(server.url);
    await expect(page.getByText('请点右上角，用浏览器打开').first()).toBeVisible();
    await expect(page.getByLabel(say('sign_in_user'))).toBeHidden();
  });

  test('over http on an address of the house: why it cannot work', async ({ server, newTablet }) => {
    const tablet = newTablet({ args: ['--host-resolver-rules=MAP tablet.lan 127.0.0.1'] });
    const page = await tablet.open();
    await page.goto(`http://tablet.lan:${server.port}`);
    await expect(page.getByText(say('check_insecure')).first()).toBeVisible();
    await expect(page.getByText(`http://tablet.lan:${server.port}`)).toBeVisible();
    await expect(page.getByLabel(say('sign_in_user'))).toBeHidden();
  });

  test('where sites may store nothing: a sentence, and no sign-in that would lose work', async ({
    server,
    newTablet,
  }) => {
    const page = await newTablet({ siteData: 'refused' }).open();
    await page.goto(server.url);
    await expect(page.getByText(say('broken_storage_refused')).first()).toBeVisible();
  });
});
