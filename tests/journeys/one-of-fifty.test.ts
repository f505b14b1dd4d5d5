// A day of fifty visits without a network, and the server takes all but one: forty-nine go up, the one is in 要处理 with a
// reason in plain words, is handed out as a file, mended under the same rule, and goes up.
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { householdsOn, keepDeviceInReach, savesNobodyAt } from './device-in-page.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { ruleOfThePlace } from './rule-of-the-place.ts';
import { startServer } from './running-server.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { visitsOnServer } from './visits-on-server.ts';
import { say } from './words.ts';

const GRID = '999999001001001';
const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
const VISITS = 50;
const UPLOAD_MS = 90_000;

/** The rule the one visit breaks: numbers belong where they are masked. */
const NO_NUMBERS = `function (doc) {
  if (doc.type === 'visit' && /[0-9]{11}/.test(doc.answers.remark || '')) {
    throw({ forbidden: 'remark: no telephone numbers here' });
  }
}`;
const WITH_A_NUMBER = '打13800001111找她儿子';

interface ExportedFile {
  documents: {
    database: string;
    error: string;
    reason: string;
    document: { _id: string; answers: object };
  }[];
}

async function savesAsFile(page: Page): Promise<ExportedFile> {
  await page.getByRole('button', { name: say('attention_export'), exact: true }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: say('attention_export_go'), exact: true }).click();
  const file = await downloading;
  const said = JSON.parse(readFileSync(await file.path(), 'utf8')) as ExportedFile;
  expect(file.suggestedFilename()).toMatch(/^qiaomen-\d{4}-\d\d-\d\d-\d{5}\.json$/);
  await expect(page.getByText(say('attention_export_done'))).toBeVisible();
  await page
    .getByRole('button', { name: say('close'), exact: true })
    .last()
    .click();
  return said;
}

test('of fifty visits the server refuses one: the others go up, and the one is handed out, mended and sent', async ({
  newTablet,
}) => {
  const server = await startServer();
  try {
    const limin = personOf(server, 'limin');
    const before = (await visitsOnServer(server, limin, GRID)).map(({ _id }) => _id);
    const madeNow = async () =>
      (await visitsOnServer(server, limin, GRID)).filter(({ _id }) => !before.includes(_id));
    await ruleOfThePlace(server, `events-${GRID}-${year}`, NO_NUMBERS);
    const tablet = newTablet();
    const page = await tablet.open();
    await keepDeviceInReach(page);
    const worker = fieldWorker(page);
    await worker.signsIn(server.url, limin);
    await worker.isReadyForOffline();
    await worker.opensToday();
    await tablet.goOffline();

    const saved: string[] = [];
    const doors = await householdsOn(page);
    const nobodyAt = (from: number, to: number) =>
      test.step(`nobody opens at ${to - from} doors`, async () => {
        for (const door of doors.slice(from, to)) saved.push(await savesNobodyAt(page, door));
      });
    await nobodyAt(0, 25);
    const door =
      await test.step('at one door she writes down a number, against the rule of the place', async () => {
        const { title } = await worker.opensDoor(say('reason_ordinary'));
        await worker.startsVisit();
        const form = visitForm(page);
        await findsAllWell(form);
        await form.writes('备注', WITH_A_NUMBER);
        await form.savesOnThisDevice();
        await form.seesItSaved();
        return title;
      });
    await nobodyAt(25, VISITS - 1);
    await expect(worker.sentence).toContainText(say('state_waiting', { count: VISITS }));

    await test.step('with the network back forty-nine go up, and one is told', async () => {
      await tablet.goOnline();
      await expect(worker.sentence).toContainText(say('state_refused', { count: 1 }), { timeout: UPLOAD_MS });
      const ids = async () => (await madeNow()).map(({ _id }) => _id).sort();
      await expect.poll(ids, { timeout: UPLOAD_MS }).toEqual([...saved].sort());
    });

    const refused =
      await test.step('要处理 says which and why, and gives it out whole as a file', async () => {
        await worker.sentence.click();
        const card = page.getByRole('article');
        await expect(card).toHaveCount(1);
        await expect(card).toContainText(door);
        await expect(card).toContainText(say('refusal_ruled_field', { field: say('field_remark') }));
        const { documents } = await savesAsFile(page);
        expect(documents).toMatchObject([
          {
            database: `events-${GRID}-${year}`,
            error: 'forbidden',
            document: { type: 'visit', createdBy: 'limin', answers: { remark: WITH_A_NUMBER } },
          },
        ]);
        await expect(card).toHaveCount(1);
        return documents[0]!.document._id;
      });

    await test.step('she mends it under the same rule, and it goes up', async () => {
      await page.getByRole('link', { name: say('attention_mend'), exact: true }).click();
      const form = visitForm(page);
      await form.opens();
      const next = page.getByRole('button', { name: say('form_next'), exact: true });
      const save = page.getByRole('button', { name: say('form_save'), exact: true });
      await expect(next.or(save)).toBeVisible();
      while (await next.isVisible()) await form.next();
      await form.writes('备注', '找她儿子，电话在住户卡上');
      await form.savesOnThisDevice();
      await form.seesItSaved();
      await expect(worker.sentence).toContainText('全部上传 ✓', { timeout: UPLOAD_MS });
    });

    const there = await madeNow();
    expect(there.map(({ _id }) => _id).sort()).toEqual([...saved, refused].sort());
    expect(there.filter(({ _conflicts }) => _conflicts)).toEqual([]);
    expect(there.find(({ _id }) => _id === refused)).toMatchObject({
      _rev: expect.stringMatching(/^1-/),
      answers: { remark: '找她儿子，电话在住户卡上' },
    });
  } finally {
    await server.remove();
  }
});
