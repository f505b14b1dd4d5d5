// A number is masked until somebody taps it, and who tapped stands in the audit: without a network too, for the auditor alone.
import { expect } from '@playwright/test';
import { gapsOf } from '#lib/domain/audit-gaps.ts';
import type { AuditEvent } from '#lib/domain/audit-event.ts';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { stockPouch } from './stock-pouch.ts';
import { saying } from './words.ts';

const AUDIT = 'audit-999999001001';
const WHOLE = /999999\d{11}[\dX]/;

test('a number is seen for a moment, and who saw it is told, a day without network between', async ({
  server,
  newTablet,
}) => {
  const limin = personOf(server, 'limin');
  const tablet = newTablet();
  const page = await tablet.open();
  const worker = fieldWorker(page);
  await worker.signsIn(server.url, limin);
  await worker.searchesFor('wang');
  await page.getByRole('link').filter({ hasText: /\*{4}/ }).first().click();
  const eye = page.getByRole('button', { name: saying('reveal_id_of') }).first();
  await expect(eye).toBeVisible();
  const screen = () => page.locator('.app-root').innerHTML();
  let seen = '';

  await test.step('without network she sees it, with her name across the screen', async () => {
    await tablet.goOffline();
    expect(await screen()).not.toMatch(WHOLE);
    await eye.click();
    await expect(page.locator('.whole')).toHaveText(WHOLE);
    seen = await page.locator('.whole').innerText();
    await expect(page.locator('.watermark').getByText('李敏').first()).toBeVisible();
  });

  await test.step('what goes to the background is covered, and the number is gone when it comes back', async () => {
    const turn = (state: 'hidden' | 'visible') =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await turn('hidden');
    await expect(page.getByRole('heading', { level: 1 })).toBeHidden();
    await expect(page.locator('.away')).toBeVisible();
    expect(await screen()).not.toMatch(WHOLE);
    await turn('visible');
    await expect(page.locator('.away')).toBeHidden();
    await expect(eye).toBeVisible();
  });

  await test.step('going elsewhere takes it away, too', async () => {
    await eye.click();
    await expect(page.locator('.whole')).toBeVisible();
    await worker.opensToday();
    expect(await screen()).not.toMatch(WHOLE);
    await expect(worker.sentence).not.toContainText(/待上传/);
  });

  await test.step('the auditor reads who looked, without a gap; the worker does not', async () => {
    await tablet.goOnline();
    await worker.asksForUpload();
    const auditor = stockPouch(`${server.url}/db/${AUDIT}`, personOf(server, 'zhengguodong'));
    const events = async () => {
      const { rows } = await auditor.allDocs({ include_docs: true, startkey: 'audit:' });
      return rows.flatMap(({ doc }) => (doc ? [doc as unknown as AuditEvent] : []));
    };
    const reveals = async () =>
      (await events()).filter(({ what, createdBy }) => what === 'revealed' && createdBy === 'limin');
    await expect.poll(async () => (await reveals()).length).toBeGreaterThanOrEqual(2);
    const [first] = await reveals();
    expect(first).toMatchObject({ field: 'idNumber' });
    expect(first?.grid).toMatch(/^999999001001\d{3}$/);
    expect(gapsOf(await events())).toEqual([]);
    expect(JSON.stringify(await events())).not.toContain(seen);
    const own = stockPouch(`${server.url}/db/${AUDIT}`, limin);
    await expect(own.allDocs()).rejects.toMatchObject({ status: 403 });
    await expect(own.get(first!._id)).rejects.toMatchObject({ status: 403 });
    const { _id, _rev } = first as AuditEvent & { _rev: string };
    const undoing = { _id, _rev, type: 'audit', updatedBy: 'limin', _deleted: true };
    await own.bulkDocs([undoing as never]).catch(() => undefined);
    expect((await reveals()).map((event) => event._id)).toContain(_id);
  });
});
