// A worker's tablet: a Chromium with a profile of its own that outlives being closed, as a tablet's browser does.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';

export interface TabletOptions {
  viewport?: { width: number; height: number };
  userAgent?: string;
  /** More of Chromium's switches. */
  args?: string[];
  /** What the person allows sites: 2 refuses them every kind of storage, as the strictest private windows do. */
  siteData?: 'allowed' | 'refused';
  /** How much this origin may keep. Chromium reckons for a while with the room it found first: said when it opens. */
  roomFor?: { url: string; sizeBytes: number };
}

export interface Tablet {
  /** The profile's folder. */
  profile: string;
  /** Starts the browser; the page is empty. */
  open(): Promise<Page>;
  /** Starts it with the network switched off. */
  openOffline(): Promise<Page>;
  anotherTab(): Promise<Page>;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  /** Rubbish beside the origin's own data until nothing more goes in. Wants `roomFor`. */
  fillUp(url: string): Promise<void>;
  /** Takes the rubbish away. */
  makeRoom(url: string): Promise<void>;
  /** Closes the browser; the profile stays. */
  close(): Promise<void>;
  /** Faults pages reported while the browser was open; a journey ends by looking at them. */
  faults: string[];
  /** Closes and removes the profile. */
  remove(): Promise<void>;
}

/** Of an Android tablet's Chrome: headless Chromium says that it is headless. */
const USER_AGENT =
  'Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const PHONE = { width: 390, height: 844 };

export function aTablet(options: TabletOptions = {}): Tablet {
  const profile = mkdtempSync(path.join(tmpdir(), 'qiaomen-tablet-'));
  if (options.siteData === 'refused') refuseSiteData(profile);
  const faults: string[] = [];
  let context: BrowserContext | undefined;
  const opened = async (offline: boolean) => {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: ensureChromium(),
      args: [...chromiumArgs, ...(options.args ?? [])],
      headless: true,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      viewport: options.viewport ?? PHONE,
      userAgent: options.userAgent ?? USER_AGENT,
      offline,
    });
    context.setDefaultTimeout(20_000);
    const listen = (page: Page) => page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
    context.pages().forEach(listen);
    context.on('page', listen);
    const page = context.pages()[0] ?? (await context.newPage());
    if (options.roomFor) await limitRoom(page, options.roomFor);
    return page;
  };
  const close = async () => {
    await context?.close();
    context = undefined;
  };
  return {
    profile,
    faults,
    open: () => opened(false),
    openOffline: () => opened(true),
    anotherTab: () => contextOf(context).newPage(),
    goOffline: () => contextOf(context).setOffline(true),
    goOnline: () => contextOf(context).setOffline(false),
    fillUp: (url) => fillUp(contextOf(context), new URL(url).origin),
    makeRoom: (url) => makeRoom(contextOf(context), new URL(url).origin),
    close,
    async remove() {
      await close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function limitRoom(page: Page, room: { url: string; sizeBytes: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(room.url);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: room.sizeBytes });
}

async function fillUp(context: BrowserContext, origin: string): Promise<void> {
  const page = await emptyPageOf(context, origin);
  await page.evaluate(async () => {
    const opening = indexedDB.open('rubbish', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('heap', { autoIncrement: true });
    await new Promise((resolve) => (opening.onsuccess = resolve));
    for (const sizeBytes of [65_536, 8_192, 1_024, 128]) {
      for (let full = false; !full;) {
        const transaction = opening.result.transaction('heap', 'readwrite');
        transaction.objectStore('heap').add(crypto.getRandomValues(new Uint8Array(sizeBytes)));
        full = await new Promise((resolve) => {
          transaction.oncomplete = () => resolve(false);
          transaction.onabort = () => resolve(true);
        });
      }
    }
    opening.result.close();
  });
  await page.close();
}

async function makeRoom(context: BrowserContext, origin: string): Promise<void> {
  const page = await emptyPageOf(context, origin);
  await page.evaluate(async () => {
    const removing = indexedDB.deleteDatabase('rubbish');
    await new Promise((resolve) => (removing.onsuccess = resolve));
  });
  await page.close();
}

/** A page of the origin that is not the app. */
async function emptyPageOf(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/manifest.webmanifest`);
  return page;
}

function contextOf(context: BrowserContext | undefined): BrowserContext {
  if (!context) throw new Error('the browser of this tablet is closed');
  return context;
}

/** Chromium's own setting, "block all site data": databases, storages and service workers are refused. */
function refuseSiteData(profile: string): void {
  const folder = path.join(profile, 'Default');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(path.join(folder, 'Preferences'), JSON.stringify(settings));
}
