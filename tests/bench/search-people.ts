// Search among ten thousand people while one types, in the real app: from the key to the results painted.
import { chromium, expect, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { fieldWorker } from '../journeys/field-worker.ts';
import { say } from '../journeys/words.ts';
import { startAppServer } from './app-server.ts';
import type { Bench, BenchSize } from './bench.ts';
import { measured, type Measured } from './figure.ts';
import { throttle, THROTTLED, watchPainting } from './painting.ts';
import { percentile } from './statistics.ts';

/** A household has 2.62 people on average. */
const sizes = {
  full: { households: 3_850, people: 10_000, rounds: 3 },
  smoke: { households: 60, people: 100, rounds: 1 },
};
/** Each is typed key by key. */
const TYPED = ['wangguilan', 'lxm', 'zhang', '3-2-501', 'chen', 'wgl', '12-1-3', 'liu'];
/** Each comes at once from an input method. */
const WRITTEN = ['王', '李秀', '张建国', '陈', '刘洋'];
const RESULTS = '.pane';
/** After a key until the next: longer than anything may take. */
const SETTLED_MS = 350;

export const searchPeople: Bench = {
  name: 'search-people',
  says: 'search among 10,000 people in the real app, from the key to the results painted',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { households, people, rounds } = sizes[size];
    const server = await startAppServer(households);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
      await fieldWorker(page).signsIn(server.url, server.person('wuxiulan'));
      await watchPainting(page);
      await opensSearch(page);
      await throttle(page);
      const searched = await searching(page, rounds);
      console.log(
        `search-people: median ${Math.round(percentile(searched, 50))} ms of ${searched.length} keys`,
      );
      const plain = await plainFilter(page, people, rounds);
      return [
        measured(
          {
            name: `search among ${people} people, key to results painted, p95 of ${searched.length}; ${THROTTLED}`,
            value: percentile(searched, 95),
            unit: 'ms',
            reference:
              'a plain array filter in the page itself and its 60 first hits painted as bare lines, p95',
            referenceValue: percentile(plain, 95),
          },
          { valueAtMost: 50 },
        ),
      ];
    } finally {
      await browser.close();
      await server.remove();
    }
  },
};

/** The search, what is painted of it watched from now on. */
export async function opensSearch(page: Page): Promise<void> {
  await page.getByRole('link', { name: say('nav_search'), exact: true }).click();
  await expect(page.getByRole('searchbox')).toBeVisible();
  await page.evaluate((selector) => window.painting.watch(selector), RESULTS);
}

/** Milliseconds of every key of the first so many words; the page is the search, its painting watched, and slowed. */
export async function searching(page: Page, rounds: number, words = TYPED.length): Promise<number[]> {
  const field = page.getByRole('searchbox');
  const times: number[] = [];
  const note = async () => {
    await page.waitForTimeout(SETTLED_MS);
    const ms = await page.evaluate(() => window.painting.lastPaintedAfterKey());
    if (ms !== undefined) times.push(ms);
  };
  // Whoever clears the field looks at it before she types again: what clearing costs is not the next key's.
  const clears = async () => {
    await field.fill('');
    await page.waitForTimeout(SETTLED_MS);
  };
  for (let round = 0; round < rounds; round++) {
    for (const text of TYPED.slice(0, words)) {
      await clears();
      for (const key of text) {
        await page.keyboard.press(key === '-' ? 'Minus' : key);
        await note();
      }
    }
    for (const text of WRITTEN.slice(0, words)) {
      await clears();
      await page.keyboard.insertText(text);
      await note();
    }
  }
  return times;
}

/** As many names, filtered and drawn without anything of ours, on the same slowed page. */
async function plainFilter(page: Page, people: number, rounds: number): Promise<number[]> {
  return page.evaluate(
    async ({ people, keys }) => {
      const names = Array.from({ length: people }, (_, at) => `wang${at} gui lan ${people - at}`);
      const list = document.body.appendChild(document.createElement('ol'));
      const times: number[] = [];
      for (let key = 0; key < keys; key++) {
        const started = performance.now();
        const hits = names.filter((name) => name.includes(String(key)));
        const lines = hits.slice(0, 60).map((hit) => {
          const line = document.createElement('li');
          line.textContent = hit;
          return line;
        });
        list.replaceChildren(...lines);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => setTimeout(resolve));
        times.push(performance.now() - started);
      }
      list.remove();
      return times;
    },
    { people, keys: 30 * rounds },
  );
}
