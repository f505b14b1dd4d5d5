// A morning at the desk: two clerks share a tablet, a third has one of her own, one of the grids' workers is on her round.
// Numbers and last days are right without a network, one request goes to the worker, one is told and closed, and what one
// clerk had not finished is nothing to the other.
import { expect } from '@playwright/test';
import calendars from '../../src/lib/domain/working-days.json' with { type: 'json' };
import { deadlineOf } from '../../src/lib/domain/request-deadline.ts';
import { workingDaysOf } from '../../src/lib/domain/working-days.ts';
import { deskClerk } from './desk-clerk.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { say } from './words.ts';

const DESK = { width: 1280, height: 800 };
const days = workingDaysOf(calendars);
/** As the screen says it of a day that is neither today nor tomorrow. */
const lastDay = (workingDays: number) => {
  const { dueOn = '' } = deadlineOf({ receivedAt: new Date().toISOString(), workingDays, pauses: [] }, days);
  const [, month, day] = dueOn.split('-').map(Number);
  return `${String(month)}月${String(day)}日`;
};
const UNFINISHED = '半途而';

test('four matters, an hour without a network, one handed to the worker, one told and closed', async ({
  server,
  newTablet,
}) => {
  const shared = newTablet({ viewport: DESK });
  const clerk = deskClerk(await shared.open());
  const { page } = clerk;
  const button = (key: string) => page.getByRole('button', { name: say(key), exact: true });
  const zhao = personOf(server, 'zhaoxue');
  const sun = personOf(server, 'sunli');

  await clerk.signsIn(server.url, zhao);
  // She begins at once: whether this tablet has its numbers yet or gets them meanwhile, the number comes.
  const card = await clerk.takes({ name: '高来英', matter: '老年优待证', phone: '13800002046' });
  const permit = await clerk.takes({ name: '阿里木江', matter: '居住证代办' });
  expect(permit.by).toContain(lastDay(15));
  await clerk.begins({ name: UNFINISHED, matter: '高龄津贴' });
  await page.waitForTimeout(800);

  const second = newTablet({ viewport: DESK });
  const other = deskClerk(await second.open());
  const elsewhere = await test.step('the clerk beside her has a tablet of her own', async () => {
    await other.signsIn(server.url, personOf(server, 'zhoutao'));
    await other.hasNumbers();
    await second.goOffline();
    return other.takes({ name: '马建国', matter: '就业失业登记' });
  });

  const handed =
    await test.step('her colleague takes over the tablet, and finds nothing she had begun', async () => {
      await page.getByRole('link', { name: say('back') }).click();
      await clerk.leavesTheTablet();
      await expect(page.locator('body')).not.toContainText(card.number);
      await clerk.getsIn(sun);
      await clerk.hasNumbers();
      const relief = await clerk.takes({ name: '刘小芳', matter: '临时救助' });
      expect(relief.by).toContain(lastDay(10));
      await page.getByRole('link', { name: `＋ ${say('desk_new')}` }).click();
      await expect(page.getByLabel(say('intake_name'))).toHaveValue('');
      await expect(page.locator('body')).not.toContainText(UNFINISHED);
      await page.getByRole('link', { name: say('back') }).click();
      await clerk.opens(relief.number);
      await button('do_handed').click();
      await page.getByRole('radio', { name: '李敏' }).check({ force: true });
      await button('act_save').click();
      await expect(page.getByText(say('desk_row_offered', { name: '李敏' })).first()).toBeVisible();
      await page.getByRole('link', { name: say('back') }).click();
      return relief;
    });

  await test.step('for an hour there is no network: papers are missing, the clock stands', async () => {
    await shared.goOffline();
    const papers = await clerk.takes({ name: '周强', matter: '最低生活保障', missing: '收入证明' });
    expect(papers.by).toBe(say('taken_paused'));
    const numbers = [card, permit, elsewhere, handed, papers].map(({ number }) => number);
    expect(new Set(numbers).size).toBe(5);
    await shared.goOnline();
    await expect(page.locator('.bar').first()).toContainText('全部上传', { timeout: 20_000 });
  });

  await test.step('the worker finds it below today, and takes it over', async () => {
    const hers = fieldWorker(await newTablet().open());
    await hers.signsIn(server.url, personOf(server, 'limin'));
    const row = hers.page.getByRole('link').filter({ hasText: handed.number });
    await row.click();
    await hers.page.getByRole('button', { name: say('do_taken'), exact: true }).click();
    await expect(hers.page.getByText(say('step_taken'), { exact: true })).toBeVisible();
    await expect(hers.page.getByText(say('desk_row_waiting'))).toHaveCount(0, { timeout: 20_000 });
  });

  await test.step('the first clerk is back: what she had begun is there, and she tells and closes', async () => {
    await clerk.leavesTheTablet();
    await page.getByRole('button', { name: '赵雪' }).click();
    await page.getByLabel(say('sign_in_password'), { exact: true }).fill(zhao.password);
    await button('sign_in_go').click();
    await fieldWorker(page).choosesPin();
    await page.getByRole('link', { name: `＋ ${say('desk_new')}` }).click();
    await expect(page.getByLabel(say('intake_name'))).toHaveValue(UNFINISHED);
    await button('intake_drop').click();
    await page.getByRole('link', { name: say('back') }).click();
    await clerk.opens(card.number);
    await button('do_decided').click();
    await button('act_save').click();
    await expect(page.getByText(say('act_must'))).toBeVisible();
    await page.getByRole('radio', { name: say('conclusion_approved') }).check({ force: true });
    await page.getByLabel(say('act_result'), { exact: true }).fill('证已办好，来取');
    await page.getByRole('radio', { name: say('act_tell_yes') }).check({ force: true });
    await page.getByRole('radio', { name: say('how_phone'), exact: true }).check({ force: true });
    await button('act_save').click();
    const told = say('step_told', { whom: '高来英', how: say('how_phone') });
    await expect(page.getByText(told)).toBeVisible();
    await expect(page.getByRole('group', { name: say('request_actions') })).toHaveCount(0);
  });
});
