// The server takes a visit and not its photo: the photo has its own row in 要处理, with the picture and the reason, and goes
// up once the rule is another.
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { aPicture, photosOn, takes } from './photo-at-hand.ts';
import { ruleOfThePlace } from './rule-of-the-place.ts';
import { startServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const PHOTOS = 'photos-999999001001002';
const UPLOAD_MS = 60_000;

test('a photo the server refuses is seen, handed out whole, and sent again', async ({ newTablet }) => {
  const server = await startServer();
  try {
    const wangfang = personOf(server, 'wangfang');
    await ruleOfThePlace(
      server,
      PHOTOS,
      `function (doc) { if (doc.type === 'photo') { throw({ forbidden: 'no photos today' }); } }`,
    );
    const worker = fieldWorker(await newTablet().open());
    const { page } = worker;
    await worker.signsIn(server.url, wangfang);
    const { title } = await worker.opensDoor(say('reason_ordinary'));
    await worker.startsVisit();
    await findsAllWell(visitForm(page));
    await takes(page, await aPicture(page));
    await visitForm(page).savesOnThisDevice();
    await visitForm(page).seesItSaved();
    await expect(worker.sentence).toContainText(say('photo_refused'), { timeout: UPLOAD_MS });

    await worker.sentence.click();
    const row = page.getByRole('article');
    await expect(row).toHaveCount(1);
    await expect(row).toContainText(title);
    await expect(row).toContainText(say('type_photo', { count: 1 }));
    await expect(row).toContainText(say('refusal_ruled'));
    await expect(photosOn(page)).toHaveCount(1);

    await row.getByRole('button', { name: say('attention_export'), exact: true }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: say('attention_export_go'), exact: true }).click();
    const { documents } = JSON.parse(readFileSync(await (await downloading).path(), 'utf8')) as {
      documents: { database: string; document: { _attachments: Record<string, { data: string }> } }[];
    };
    expect(documents).toHaveLength(1);
    expect(documents[0]!.database).toBe(PHOTOS);
    const data = Buffer.from(documents[0]!.document._attachments['photo.jpg']!.data, 'base64');
    expect(data.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    await page
      .getByRole('button', { name: say('close'), exact: true })
      .last()
      .click();

    await ruleOfThePlace(server, PHOTOS, 'function () {}');
    await row.getByRole('button', { name: say('attention_again'), exact: true }).click();
    await worker.reads('attention_none');
    await expect(worker.sentence).toContainText('上传 ✓', { timeout: UPLOAD_MS });
    const there = await stockPouch(`${server.url}/db/${PHOTOS}`, wangfang).allDocs({
      startkey: 'photo:',
      endkey: 'photo;',
    });
    expect(there.rows).toHaveLength(1);
  } finally {
    await server.remove();
  }
});
