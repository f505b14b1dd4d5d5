// How much JavaScript a new tablet fetches before it can show its first screen, and how much until 今日, each script as
// it goes over the line (gzip), workers' included. The form engine comes when a form opens, and is not among them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, expect } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { fieldWorker } from '../journeys/field-worker.ts';
import { openLine, type Line } from '../journeys/line.ts';
import { say } from '../journeys/words.ts';
import { startAppServer } from './app-server.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { measured, type Measured } from './figure.ts';
import { watchPainting } from './painting.ts';

const sizes = { full: { households: 60 }, smoke: { households: 60 } };
const CLIENT = 'build/client';

export const firstScreen: Bench = {
  name: 'first-screen',
  says: 'the JavaScript fetched until the sign-in is drawn, and until 今日 is',
  sizes,
  async run(size): Promise<Measured[]> {
    const server = await startAppServer(sizes[size].households);
    const line = await openLine(server);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      // The service worker fetches everything for later: it is kept out, so that what is needed now is seen alone.
      const page = await browser.newPage({ serviceWorkers: 'block', locale: 'zh-CN' });
      const worker = fieldWorker(page);
      await watchPainting(page);
      await page.goto(line.url, { waitUntil: 'commit' });
      await page.evaluate((text) => window.painting.sinceStart('label', text), say('sign_in_user'));
      const first = scriptsAsked(line);
      await worker.entersPassword(server.person('limin'));
      await worker.choosesPin();
      await expect(page.getByRole('heading', { name: say('today_title'), exact: true })).toBeVisible();
      const today = scriptsAsked(line);
      tellLargest(first);
      const reference = 'PouchDB 9 alone with its HTTP and IndexedDB adapters and replication';
      const referenceValue = gzipped(path.join(await buildBenchPages(), 'peers.js'));
      const figure = (name: string, scripts: string[]) => ({
        name,
        value: scripts.reduce((sum, script) => sum + gzipped(path.join(CLIENT, script)), 0),
        unit: 'kB gzip',
        reference,
        referenceValue,
      });
      return [
        measured(figure(`JavaScript before the first screen, ${first.length} scripts`, first), {
          valueAtMost: 130,
        }),
        measured(figure(`JavaScript until 今日 is drawn, ${today.length} scripts`, today), 'none'),
      ];
    } finally {
      await browser.close();
      await line.close();
      await server.remove();
    }
  },
};

function scriptsAsked({ asked }: Line): string[] {
  const paths = asked.flatMap((request) => /^GET (\/[^?]+\.js)(\?|$)/.exec(request)?.[1] ?? []);
  return [...new Set(paths)];
}

function tellLargest(scripts: string[]): void {
  const sizes = scripts.map((script) => ({ script, kB: gzipped(path.join(CLIENT, script)) }));
  const largest = sizes.sort((a, b) => b.kB - a.kB).slice(0, 5);
  console.log(
    `first-screen: ${largest.map(({ script, kB }) => `${path.basename(script)} ${kB.toFixed(1)} kB`).join(', ')}`,
  );
}

/** Kilobytes of a thousand bytes, as they go over the line. */
function gzipped(file: string): number {
  return gzipSync(readFileSync(file), { level: 9 }).length / 1_000;
}
