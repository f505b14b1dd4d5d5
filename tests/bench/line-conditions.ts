// A slow line by Chromium's own network conditions, for a page and its workers. Chromium knows packet loss for WebRTC
// alone: a loss of 2 % is asked for, and no request below HTTP ever meets it.
import type { CDPSession, Page } from '@playwright/test';

/** As it is called in the names of figures. */
export const SLOW_LINE = '2 Mbit/s, 300 ms (no loss: Chromium has it for WebRTC alone)';

const SLOW = {
  latency: 300,
  downloadThroughput: 250_000,
  uploadThroughput: 250_000,
  packetLoss: 2,
};

export interface SlowLine {
  cut(): Promise<void>;
  /** As slow as before. */
  mend(): Promise<void>;
}

/** Slows the page's line from now on. */
export async function slowDown(page: Page): Promise<SlowLine> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await setLine(session, false);
  return { cut: () => setLine(session, true), mend: () => setLine(session, false) };
}

async function setLine(session: CDPSession, offline: boolean): Promise<void> {
  await session.send('Network.emulateNetworkConditions', { ...SLOW, offline });
}
