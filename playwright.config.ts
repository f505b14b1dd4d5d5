// The journeys: whole days in a real Chromium. They start their own servers on free ports. Most of a journey is waiting,
// so two go side by side; those that look at how soon something comes go one at a time, after the others.
import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './scripts/chromium.ts';

const executablePath = findChromium();
if (!executablePath)
  throw new Error('no Chromium is here: run `npx tsx scripts/chromium.ts`, which installs one');

const ALONE = ['a-new-version', 'locked-and-gone', 'locked-at-once', 'news-at-once', 'no-room-left'];
const alone = ALONE.map((name) => `**/${name}.test.ts`);

export default defineConfig({
  testDir: './tests/journeys',
  outputDir: './test-results/journeys',
  workers: 2,
  projects: [
    { name: 'together', testMatch: '**/*.test.ts', testIgnore: alone },
    { name: 'alone', testMatch: alone, workers: 1 },
  ],
  // A machine that stands still for a second tears a journey, whose waiting is a person's: in CI it is tried once more,
  // and named at the end. At a desk it fails.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.JOURNEY_REPORT ?? '.cache/journeys.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args: chromiumArgs },
  },
});
