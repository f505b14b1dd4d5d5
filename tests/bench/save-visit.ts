// Saving a visit in the real app: from the tap on 存到本机 to 已存本机 ✓ painted.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { fieldWorker, type FieldWorker } from '../journeys/field-worker.ts';
import { findsAllWell, visitForm } from '../journeys/visit-form.ts';
import { say } from '../journeys/words.ts';
import { startAppServer } from './app-server.ts';
import type { Bench, BenchSize } from './bench.ts';
import { measured, type Measured } from './figure.ts';
import { throttle, THROTTLED, watchPainting } from './painting.ts';
import { percentile } from './statistics.ts';

const sizes = {
  full: { households: 600, saves: 30 },
  smoke: { households: 60, saves: 2 },
};

export const saveVisit: Bench = {
  name: 'save-visit',
  says: 'the save of a visit in the real app, from the tap to "saved on this device" painted',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { households, saves } = sizes[size];
    const server = await startAppServer(households);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
      const worker = fieldWorker(page);
      await worker.signsIn(server.url, server.person('wuxiulan'));
      await watchPainting(page);
      const times: number[] = [];
      for (let save = 0; save < saves; save++) times.push(await savesOne(worker));
      const bare = await bareTransactions(page, saves);
      return [
        measured(
          {
            name: `save of a visit, tap to "saved on this device" painted, p95 of ${saves}; ${THROTTLED}`,
            value: percentile(times, 95),
            unit: 'ms',
            reference:
              'one strict IndexedDB transaction of three records of 1.5 kB, a line painted after it, p95',
            referenceValue: percentile(bare, 95),
          },
          { valueAtMost: 150 },
        ),
      ];
    } finally {
      await browser.close();
      await server.remove();
    }
  },
};

/** The next door of 今日, its form filled in at full speed, the save alone slowed down. */
export async function savesOne(worker: FieldWorker): Promise<number> {
  const { page } = worker;
  await worker.opensDoor();
  await worker.startsVisit();
  const form = visitForm(page);
  await findsAllWell(form);
  await throttle(page);
  await page.waitForTimeout(300);
  const saved = page.evaluate((text) => window.painting.sinceTap('h1', text), say('saved_title'));
  await form.savesOnThisDevice();
  const ms = await saved;
  await throttle(page, 1);
  await page.getByRole('link', { name: say('saved_today'), exact: true }).click();
  return ms;
}

async function bareTransactions(page: Page, count: number): Promise<number[]> {
  await throttle(page);
  return page.evaluate(async (count) => {
    const opening = indexedDB.open('bare', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true });
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const line = document.body.appendChild(document.createElement('p'));
    const times: number[] = [];
    for (let save = 0; save < count; save++) {
      const started = performance.now();
      const transaction = opening.result.transaction('rows', 'readwrite', { durability: 'strict' });
      for (let row = 0; row < 3; row++) {
        transaction.objectStore('rows').add(crypto.getRandomValues(new Uint8Array(1_500)));
      }
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      line.textContent = `${save}`;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise((resolve) => setTimeout(resolve));
      times.push(performance.now() - started);
    }
    line.remove();
    opening.result.close();
    return times;
  }, count);
}
