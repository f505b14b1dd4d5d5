// Processor time of the page and its workers together: of the processes that render, as Chromium itself counts it.
import type { Browser } from '@playwright/test';

/** Milliseconds so far, in steps of ten, of all pages and workers of this browser; and of all the browser. */
export async function processorTime(browser: Browser): Promise<{ rendererMs: number; allMs: number }> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sum = (of: typeof processInfo) => of.reduce((total, { cpuTime }) => total + cpuTime * 1_000, 0);
  return { rendererMs: sum(processInfo.filter(({ type }) => type === 'renderer')), allMs: sum(processInfo) };
}
