// What syncing costs the thread that paints: tasks of more than 50 ms (W3C Long Tasks) in the real app while the first
// download runs, and while others' changes come in with 今日 on the screen. Drawing a new screen is not syncing.
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { fieldWorker } from '../journeys/field-worker.ts';
import { openLine, type Line } from '../journeys/line.ts';
import { say } from '../journeys/words.ts';
import { startAppServer, type AppServer } from './app-server.ts';
import type { Bench } from './bench.ts';
import { asked } from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import { throttle, THROTTLED } from './painting.ts';

const sizes = {
  full: { households: 600, changesEach: 1_000, rounds: 3 },
  smoke: { households: 60, changesEach: 20, rounds: 1 },
};
/** She sees the whole community. */
const HEAD = 'wuxiulan';
const SETTLED_MS = 2_000;

interface LongTask {
  /** Milliseconds since the page began. */
  startMs: number;
  durationMs: number;
}

declare global {
  interface Window {
    longTasks: LongTask[];
    /** When this text first stood in a heading. */
    headingShownMs: number | undefined;
  }
}

export const longTasks: Bench = {
  name: 'long-tasks',
  says: 'tasks over 50 ms on the painting thread of the real app while it syncs',
  sizes,
  async run(size): Promise<Measured[]> {
    const { households, changesEach, rounds } = sizes[size];
    const server = await startAppServer(households);
    const line = await openLine(server);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const downloading: LongTask[] = [];
      const receiving: LongTask[] = [];
      const still: LongTask[] = [];
      let changed = 0;
      for (let round = 0; round < rounds; round++) {
        const page = await aNewTablet(browser);
        downloading.push(...(await duringDownload(page, { server, line })));
        still.push(...(await during(page, () => page.waitForTimeout(SETTLED_MS))));
        receiving.push(
          ...(await during(
            page,
            async () => (changed += await othersChange({ page, server, line }, changesEach)),
          )),
        );
        await seesLongTasks(page);
        await page.context().close();
      }
      console.log(
        `long-tasks: ${told('first download', downloading)}; ${told('changes', receiving)}; ${told('nothing', still)}`,
      );
      const held = households * 10.5 * rounds;
      return [
        figure(`others' changes come in, 今日 on the screen`, receiving, ['documents changed', changed]),
        figure('the first download', downloading, ['documents that came, about', held]),
      ];
    } finally {
      await browser.close();
      await line.close();
      await server.remove();
    }
  },
};

const told = (name: string, tasks: readonly LongTask[]) =>
  `${name}: ${tasks.length}, the longest ${Math.round(Math.max(0, ...tasks.map(({ durationMs }) => durationMs)))} ms`;

function figure(
  during: string,
  tasks: readonly LongTask[],
  [reference, referenceValue]: [string, number],
): Measured {
  const name = `tasks over 50 ms on the painting thread during ${during}; ${THROTTLED}`;
  return measured(
    { name, value: tasks.length, unit: 'counted', reference, referenceValue },
    { valueAtMost: 0 },
  );
}

async function aNewTablet(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
  const page = await context.newPage();
  // tsx marks functions with their names by a function of its own, which no page has.
  await page.addInitScript('globalThis.__name ??= (named) => named');
  await page.addInitScript((heading) => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime: startMs, duration: durationMs } of list.getEntries())
        window.longTasks.push({ startMs, durationMs });
    }).observe({ type: 'longtask' });
    new MutationObserver(() => {
      const isShown = [...document.querySelectorAll('h1')].some(({ textContent }) => textContent === heading);
      if (isShown) window.headingShownMs ??= performance.now();
    }).observe(document, { childList: true, subtree: true, characterData: true });
  }, say('today_title'));
  return page;
}

/** From the end of the PIN's choosing to the task that draws 今日. */
async function duringDownload(
  page: Page,
  { server, line }: { server: AppServer; line: Line },
): Promise<LongTask[]> {
  const worker = fieldWorker(page);
  await page.goto(line.url);
  await worker.entersPassword(server.person(HEAD));
  await page.getByRole('heading', { name: say('pin_title') }).waitFor();
  await throttle(page);
  await worker.choosesPin();
  const chosenMs = await page.evaluate(() => performance.now());
  await page.getByRole('heading', { name: say('today_title'), exact: true }).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(SETTLED_MS);
  const { tasks, shownMs } = await page.evaluate(() => ({
    tasks: window.longTasks,
    shownMs: window.headingShownMs,
  }));
  if (shownMs === undefined) throw new Error('今日 was drawn, and nobody saw it');
  return tasks.filter(({ startMs, durationMs }) => startMs > chosenMs && startMs + durationMs < shownMs);
}

async function during(page: Page, work: () => Promise<unknown>): Promise<LongTask[]> {
  await page.evaluate(() => (window.longTasks = []));
  await work();
  await page.waitForTimeout(SETTLED_MS);
  return page.evaluate(() => window.longTasks);
}

/** A watch that sees nothing at all proves nothing. */
async function seesLongTasks(page: Page): Promise<void> {
  const seen = await during(page, () =>
    page.evaluate(() => {
      setTimeout(() => {
        const until = performance.now() + 80;
        while (performance.now() < until);
      });
    }),
  );
  if (seen.length === 0) throw new Error('a task of 80 ms was not seen');
}

/** Somebody else corrects residents in every grid; ends when the tablet has pulled it all. Answers how many. */
async function othersChange(
  { page, server, line }: { page: Page; server: AppServer; line: Line },
  changesEach: number,
): Promise<number> {
  const databases = (await asked(server.couch, 'GET', '/_all_dbs')) as string[];
  const grids = databases.filter((name) => name.startsWith('grid-'));
  let changed = 0;
  for (const grid of grids) {
    const query = `include_docs=true&startkey="resident:"&endkey="resident:\uffff"&limit=${changesEach}`;
    const { rows } = (await asked(server.couch, 'GET', `/${grid}/_all_docs?${encodeURI(query)}`)) as {
      rows: { doc: Record<string, unknown> }[];
    };
    const updatedAt = new Date().toISOString();
    const docs = rows.map(({ doc }) => ({ ...doc, updatedAt }));
    const answers = (await asked(server.couch, 'POST', `/${grid}/_bulk_docs`, { docs })) as { ok?: true }[];
    if (answers.some(({ ok }) => !ok)) throw new Error(`not changed: ${JSON.stringify(answers[0])}`);
    changed += answers.length;
  }
  await page.evaluate(() => dispatchEvent(new Event('online')));
  const left = new Set(grids);
  const until = performance.now() + 60_000;
  while (left.size > 0) {
    for (const grid of left) if (await isPulled({ server, line }, grid)) left.delete(grid);
    if (left.size > 0 && performance.now() > until)
      throw new Error(`the tablet did not pull what others changed: ${[...left].join(' ')}`);
    await page.waitForTimeout(200);
  }
  return changed;
}

/** By its checkpoint on the server: of grids that are looked at the tablet pulls each change as it comes. */
async function isPulled({ server, line }: { server: AppServer; line: Line }, grid: string): Promise<boolean> {
  const put = line.asked.findLast((request) => request.startsWith(`PUT /db/${grid}/_local/`));
  if (put === undefined) return false;
  const { since } = (await asked(server.couch, 'GET', put.slice('PUT /db'.length))) as {
    since: string | number;
  };
  const rest = `/${grid}/_changes?limit=1&since=${encodeURIComponent(since)}`;
  return ((await asked(server.couch, 'GET', rest)) as { results: unknown[] }).results.length === 0;
}
