// Photos from the door to a colleague's screen: taken offline, kept through a closed browser, sent behind the documents,
// without a trace of where they were taken, and nowhere on the tablet unsealed.
import { expect, type Page } from '@playwright/test';
import { EXIF_MAKER, withExif } from '../fixtures/exif-jpeg.ts';
import { searchProfile } from '../profile-search/search-profile.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { aPicture, photosOn, takes } from './photo-at-hand.ts';
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

const PHOTOS = 'photos-999999001001001';
/** Held upright: the file lies on its side, 2400 by 1800, and is to be shown 1800 by 2400. */
const ON_ITS_SIDE = 6;

test('a photo taken without network is on the visit, goes up after it, and is seen by a colleague', async ({
  server,
  newTablet,
}) => {
  test.slow();
  const limin = personOf(server, 'limin');
  const line = await openLine(server);
  const hers = newTablet();
  const morning = fieldWorker(await hers.open());
  await morning.signsIn(line.url, limin);
  const picture = withExif(await aPicture(morning.page), ON_ITS_SIDE);
  await morning.isReadyForOffline();
  await hers.goOffline();
  await morning.opensToday();
  const door = await morning.opensDoor(say('reason_ordinary'));
  await morning.startsVisit();
  await findsAllWell(visitForm(morning.page));

  await test.step('she takes a photo, takes it away, and puts it back', async () => {
    await takes(morning.page, picture);
    await morning.page.getByRole('button', { name: say('photo_remove', { number: 1 }) }).click();
    await expect(photosOn(morning.page)).toHaveCount(0);
    await morning.page.getByRole('button', { name: say('photo_restore'), exact: true }).click();
    await expect(photosOn(morning.page)).toHaveCount(1);
    expect(await shownSize(morning.page)).toEqual([1200, 1600]);
  });
  await test.step('what is no picture is said, and nothing is lost', async () => {
    const text = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
    await morning.page.locator('input[type=file]').last().setInputFiles(text);
    await morning.reads('photo_unreadable');
    await expect(photosOn(morning.page)).toHaveCount(1);
  });
  await hers.close();

  const noon = fieldWorker(await hers.openOffline());
  await test.step('the browser was closed: the photo is in the form, and is saved with it', async () => {
    await noon.page.goto(door.address);
    await noon.unlocks();
    await noon.resumesTheForm();
    await expect(photosOn(noon.page)).toHaveCount(1);
    await visitForm(noon.page).savesOnThisDevice();
    await visitForm(noon.page).seesItSaved();
  });
  await hers.close();

  const evening = fieldWorker(await hers.openOffline());
  await test.step('after another night without network it is on the visit', async () => {
    await evening.page.goto(door.address);
    await evening.unlocks();
    await evening.lastVisits.first().click();
    await expect(photosOn(evening.page)).toHaveCount(1);
    expect(await shownSize(evening.page)).toEqual([1200, 1600]);
    await evening.reads('photo_waiting');
    await expect(evening.sentence).toContainText(say('state_photos', { count: 1 }));
  });

  await test.step('with the network back it goes up by itself, after the visit', async () => {
    line.asked.length = 0;
    await hers.goOnline();
    await expect(evening.sentence).toContainText('上传 ✓', { timeout: 60_000 });
    await expect(evening.page.getByText(say('photo_waiting'))).toHaveCount(0);
    const written = line.asked.filter((asked) => asked.endsWith('/_bulk_docs'));
    expect(written.at(-1)).toBe(`POST /db/${PHOTOS}/_bulk_docs`);
    expect(written.some((asked) => asked.includes('/db/events-'))).toBe(true);
  });
  const sent = await theOnePhoto(server, limin);
  await test.step('the server has it small, and without where and with what it was taken', () => {
    expect(picture.includes(EXIF_MAKER)).toBe(true);
    expect(sent.bytes.length).toBeLessThanOrEqual(200_000);
    expect(sent.bytes.includes('Exif')).toBe(false);
    expect(sent.bytes.includes(EXIF_MAKER)).toBe(false);
    expect(sent.named).toEqual({ photo: sent.id, digest: sent.digest });
  });

  const theirs = newTablet();
  const colleague = fieldWorker(await theirs.open());
  await test.step('a colleague reads the visit: offline she is told, with the network she sees it', async () => {
    await colleague.signsIn(server.url, personOf(server, 'zhangjianhua'));
    await colleague.isReadyForOffline();
    await theirs.goOffline();
    await colleague.page.goto(new URL(new URL(door.address).pathname, server.url).href);
    await colleague.unlocks();
    await colleague.lastVisits.first().click();
    await colleague.reads('photo_offline');
    await theirs.goOnline();
    await expect(photosOn(colleague.page)).toHaveCount(1, { timeout: 30_000 });
    await theirs.goOffline();
    await colleague.page.reload();
    await colleague.unlocks();
    await expect(photosOn(colleague.page)).toHaveCount(1);
  });

  await test.step('no byte of it lies unsealed on either tablet', async () => {
    await hers.close();
    await theirs.close();
    const middle = sent.bytes.subarray(sent.bytes.length >> 1).subarray(0, 16);
    const head = sent.bytes.subarray(0, 64);
    for (const { profile } of [hers, theirs]) {
      const search = searchProfile(profile, [middle, head, EXIF_MAKER]);
      expect(search.hits).toEqual([]);
      expect(search.unread).toEqual([]);
    }
  });
  await line.close();
});

/** Of the picture itself, the right way up. */
async function shownSize(page: Page): Promise<number[]> {
  const photo = photosOn(page);
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  return photo.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
}

async function theOnePhoto(server: RunningServer, person: Person) {
  const photos = stockPouch(`${server.url}/db/${PHOTOS}`, person);
  const { rows } = await photos.allDocs({ include_docs: true, startkey: 'photo:', endkey: 'photo;' });
  expect(rows).toHaveLength(1);
  const { id, doc } = rows[0]!;
  const document = doc as unknown as {
    event: string;
    createdAt: string;
    _attachments: Record<string, { digest: string }>;
  };
  const bytes = (await photos.getAttachment(id, 'photo.jpg')) as Buffer;
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  const events = stockPouch(`${server.url}/db/events-999999001001001-${year}`, person);
  const visit = (await events.get(document.event)) as unknown as { photos: unknown[] };
  return { id, digest: document._attachments['photo.jpg']!.digest, bytes, named: visit.photos[0] };
}
