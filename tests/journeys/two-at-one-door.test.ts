// Two workers of one grid at the same door, both without a network, and they see different things: both visits are kept,
// nothing is lost, what they say differently is shown to a person and settled by her.
import { expect, type Page } from '@playwright/test';
import { fieldWorker, type FieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { startServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { visitForm } from './visit-form.ts';
import { say } from './words.ts';

const GRID = 'grid-999999001001001';

/** F1 at the door she stands before: somebody opened, nothing has changed but how the home is used. */
async function findsTheHome(worker: FieldWorker, state: string): Promise<void> {
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await form.answers('走访结果', '见到人');
  await form.answersAny('谁接待的');
  await form.next();
  await form.answers('成员核对', '没有变化');
  await form.next();
  await form.answers('房屋状态', state);
  await form.answersIfAsked('电话可用', '是');
  await form.next();
  await form.answers('需要什么', '无');
  await form.answers('安全速查，有问题的选上', '无');
  await form.savesOnThisDevice();
  await form.seesItSaved();
}

const clashLine = (page: Page) => page.getByRole('link', { name: say('clash_line', { count: 1 }) });
const takesTheOther = (page: Page) => page.getByRole('button', { name: say('clash_take') });

test('two workers say different things of one home: both are shown, and one of them settles it', async ({
  newTablet,
}) => {
  const begun = new Date().toISOString();
  const server = await startServer();
  const limin = personOf(server, 'limin');
  const hers = newTablet();
  const his = newTablet();
  const her = fieldWorker(await hers.open());
  const him = fieldWorker(await his.open());
  await her.signsIn(server.url, limin);
  await her.isReadyForOffline();
  await her.opensToday();
  await him.signsIn(server.url, personOf(server, 'zhangjianhua'));
  await him.isReadyForOffline();

  const door = await her.opensDoor(say('reason_ordinary'));
  await him.page.goto(door.address);
  await him.unlocks();
  await him.standsBefore(door);
  await hers.goOffline();
  await his.goOffline();
  await findsTheHome(her, '出租');
  await findsTheHome(him, '群租');

  await test.step('both go up, one after the other', async () => {
    await hers.goOnline();
    await expect(her.sentence).toContainText('全部上传 ✓', { timeout: 60_000 });
    await his.goOnline();
    await expect(him.sentence).toContainText('全部上传 ✓', { timeout: 60_000 });
  });

  await test.step('he sees on the card what they say differently, with both of them named', async () => {
    await him.page.goto(door.address);
    await him.unlocks();
    await expect(clashLine(him.page)).toBeVisible({ timeout: 30_000 });
    await clashLine(him.page).click();
    await expect(him.page.getByText('出租').first()).toBeVisible();
    await expect(him.page.getByText('群租').first()).toBeVisible();
    await expect(him.page.getByText('李敏').first()).toBeVisible();
  });

  await test.step('he takes what she saw, without a network, and it goes up', async () => {
    await his.goOffline();
    await takesTheOther(him.page).click();
    await expect(takesTheOther(him.page)).toHaveCount(0);
    await his.goOnline();
    await expect(him.sentence).toContainText('全部上传 ✓', { timeout: 60_000 });
  });

  await test.step('nothing is in conflict any more, and both visits are on the server', async () => {
    const roster = stockPouch(`${server.url}/db/${GRID}`, limin);
    const { rows } = await roster.allDocs({
      include_docs: true,
      conflicts: true,
      startkey: 'room:',
      endkey: 'room;',
    });
    const rooms = rows.flatMap(({ doc }) => (doc ? [doc as unknown as Record<string, unknown>] : []));
    expect(rooms.filter(({ clashes }) => Array.isArray(clashes) && clashes.length > 0)).toEqual([]);
    expect(rooms.filter(({ _conflicts }) => _conflicts !== undefined)).toEqual([]);
    const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
    const events = stockPouch(`${server.url}/db/events-999999001001001-${year}`, limin);
    const made = await events.allDocs({ include_docs: true, startkey: 'visit:', endkey: 'visit;' });
    const household = decodeURIComponent(door.address.split('/').at(-1) ?? '');
    const today = made.rows.flatMap(({ doc }) => (doc ? [doc as unknown as Record<string, unknown>] : []));
    const by = today
      .filter((visit) => visit.household === household && String(visit.endedAt) > begun)
      .map(({ createdBy }) => createdBy);
    expect(by.sort()).toEqual(['limin', 'zhangjianhua']);
  });
  await server.remove();
});
