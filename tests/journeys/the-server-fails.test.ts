// The server dies in the middle of taking work in, or comes back from last night's copy without today's work. Nobody has to
// know: what the tablets hold is all there again, once, and the receipt is written over it.
import { expect } from '@playwright/test';
import { householdsOn, keepDeviceInReach, savesNobodyAt } from './device-in-page.ts';
import { fieldWorker, type FieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine, type Line } from './line.ts';
import { aPicture, photosOn, takes } from './photo-at-hand.ts';
import { startServer, type RunningServer } from './running-server.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { visitsOnServer } from './visits-on-server.ts';
import { say } from './words.ts';

const GRID = '999999001001001';
const VISITS = 45;
/** Starting the server again, and the tablet finding that out by itself. */
const RECOVERY_MS = 120_000;

/**
 * The server dies so many milliseconds after the next such request came. From that request on the tablet hears no answer,
 * so that this is where it is, however fast the server was.
 */
async function diesAt(line: Line, server: RunningServer, request: RegExp, afterMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    line.heard = (_method, path) => {
      if (!request.test(path)) return;
      line.heard = undefined;
      line.state = 'unheard';
      setTimeout(resolve, afterMs);
    };
  });
  await server.kill();
}

const allSent = ({ sentence }: FieldWorker) =>
  expect(sentence).toContainText('全部上传 ✓', { timeout: RECOVERY_MS });

async function handsIn({ page }: FieldWorker): Promise<void> {
  await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
  await page.getByRole('link', { name: say('me_end'), exact: true }).click();
  await page.getByRole('button', { name: say('shift_go'), exact: true }).click();
  await expect(page.getByText(say('shift_done'))).toBeVisible({ timeout: RECOVERY_MS });
}

// What is lost once in a while is lost: no second try.
test.describe.configure({ retries: 0 });

test('the server is killed while it takes in a day of visits, and started again: all are there once', async ({
  newTablet,
}) => {
  test.setTimeout(420_000);
  const server = await startServer();
  const line = await openLine(server);
  try {
    const limin = personOf(server, 'limin');
    const before = (await visitsOnServer(server, limin, GRID)).map(({ _id }) => _id);
    const page = await newTablet().open();
    await keepDeviceInReach(page);
    const worker = fieldWorker(page);
    await worker.signsIn(line.url, limin);
    line.state = 'cut';
    const saved: string[] = [];
    for (const door of (await householdsOn(page)).slice(0, VISITS))
      saved.push(await savesNobodyAt(page, door));
    await expect(worker.sentence).toContainText(say('state_waiting', { count: VISITS }));

    // Cut while the server starts: else all goes up before it is known where it is to die.
    for (const [request, afterMs] of [
      [/\/events-.*_bulk_docs/, 15],
      [/\/grid-.*_bulk_docs/, 5],
    ] as const)
      await test.step(`killed ${afterMs} ms into ${request.source}`, async () => {
        const dying = diesAt(line, server, request, afterMs);
        line.state = 'through';
        await worker.asksForUpload();
        await dying;
        line.state = 'cut';
        await server.start();
      });
    line.state = 'through';

    await allSent(worker);
    await handsIn(worker);
    await expect(page.locator('.count')).toHaveText(`${VISITS} / ${VISITS}`);
    const made = (await visitsOnServer(server, limin, GRID)).filter(({ _id }) => !before.includes(_id));
    expect(made.map(({ _id }) => _id).sort()).toEqual(saved.sort());
    expect(made.filter(({ _rev, _conflicts }) => _conflicts || !_rev.startsWith('1-'))).toEqual([]);
  } finally {
    await line.close();
    await server.remove();
  }
});

test('a server put back to an older copy of its data gets the work of today back from the tablet', async ({
  newTablet,
}) => {
  test.setTimeout(420_000);
  const server = await startServer();
  try {
    const limin = personOf(server, 'limin');
    const his = newTablet();
    const him = fieldWorker(await his.open());
    await him.signsIn(server.url, personOf(server, 'zhangjianhua'));
    await him.isReadyForOffline();
    await his.close();
    await server.stop();
    const lastNight = server.copyData();
    await server.start();

    const tablet = newTablet();
    const page = await tablet.open();
    await keepDeviceInReach(page);
    const morning = fieldWorker(page);
    await morning.signsIn(server.url, limin);
    await morning.isReadyForOffline();
    const doors = await householdsOn(page);
    const before = (await visitsOnServer(server, limin, GRID)).map(({ _id }) => _id);
    for (const door of doors.slice(0, 10)) await savesNobodyAt(page, door);
    await morning.opensToday();
    const door = await morning.opensDoor(say('reason_ordinary'));
    const { pathname } = new URL(door.address);
    await morning.startsVisit();
    await findsAllWell(visitForm(page));
    await takes(page, await aPicture(page));
    await visitForm(page).savesOnThisDevice();
    await visitForm(page).seesItSaved();
    await allSent(morning);
    const sent = (await visitsOnServer(server, limin, GRID)).filter(({ _id }) => !before.includes(_id));
    expect(sent).toHaveLength(11);
    await tablet.close();

    await server.stop();
    server.putBack(lastNight);
    await server.start();
    expect((await visitsOnServer(server, limin, GRID)).map(({ _id }) => _id)).toEqual(before);

    await test.step('she opens her tablet, and it all goes up again by itself', async () => {
      const evening = fieldWorker(await tablet.open());
      await evening.page.goto(server.url);
      await evening.unlocks();
      const made = async () =>
        (await visitsOnServer(server, limin, GRID)).filter(({ _id }) => !before.includes(_id));
      await expect.poll(made, { timeout: RECOVERY_MS }).toEqual(sent);
      await allSent(evening);
      await handsIn(evening);
      await expect(evening.page.locator('.count')).toHaveText('11 / 11');
    });

    await test.step('a colleague who was away sees the visit and its photo', async () => {
      const back = fieldWorker(await his.open());
      await back.page.goto(new URL(pathname, server.url).href);
      await back.unlocks();
      const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
      const hers = back.lastVisits.filter({ has: back.page.locator(`time[datetime="${today}"]`) });
      await expect(hers).toContainText('李敏', { timeout: RECOVERY_MS });
      await hers.click();
      await expect(photosOn(back.page)).toHaveCount(1, { timeout: RECOVERY_MS });
    });
  } finally {
    await server.remove();
  }
});
