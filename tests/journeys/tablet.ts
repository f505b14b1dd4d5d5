// A worker's tablet: a Chromium with a profile of its own that outlives being closed, as a tablet's browser does.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';

export interface TabletOptions {
  /** The journey does what the page's own policy refuses; else that is a fault. */
  refusals?: 'expected';
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
  /** `SIGKILL` to the browser and all its processes: no goodbye, nothing flushed. The profile stays. */
  kill(): Promise<void>;
  /** After `kill`: the log of the origin's databases ends in a record that was being written. */
  tearTheLog(url: string): void;
  /** Faults pages reported while the browser was open; a journey ends by looking at them. */
  faults: string[];
  /** Closes and removes the profile. */
  remove(): Promise<void>;
}

/** Of an Android tablet's Chrome: headless Chromium says that it is headless. */
const USER_AGENT =
  'Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const PHONE = { width: 390, height: 844 };

/** As Chromium says that something was against the page's own policy: then a screen of ours lacks something. */
const REFUSED_BY_POLICY = /Content Security Policy|requires '?Trusted/;

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
    const listen = (page: Page) => {
      page.on('pageerror', (error) => faults.push(error.stack || `${error.name}: ${error.message}`));
      page.on('console', (said) => {
        if (options.refusals === 'expected') return;
        if (said.type() === 'error' && REFUSED_BY_POLICY.test(said.text())) faults.push(said.text());
      });
    };
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
    async kill() {
      const gone = contextOf(context);
      const closed = new Promise<void>((resolve) => gone.once('close', () => resolve()));
      process.kill(-browserOf(profile), 'SIGKILL');
      await closed;
      context = undefined;
    },
    tearTheLog: (url) => tearTheLog(profile, new URL(url)),
    async remove() {
      await close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** As a kill between the head of a LevelDB record and its body leaves it: checksum, a length of 100, kind "full". */
function tearTheLog(profile: string, { protocol, hostname, port }: URL): void {
  const origin = `${protocol.slice(0, -1)}_${hostname}_${port}`;
  const folder = path.join(profile, 'Default', 'IndexedDB', `${origin}.indexeddb.leveldb`);
  const log = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .at(-1);
  if (log === undefined) throw new Error(`no log in ${folder}`);
  appendFileSync(path.join(folder, log), Buffer.from([1, 2, 3, 4, 100, 0, 1]));
}

/** The browser's own process of this profile, which leads the group of all its processes. Linux alone. */
function browserOf(profile: string): number {
  const found = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    const command = commandOf(name);
    return (
      command.includes(`--user-data-dir=${profile}`) && !command.some((word) => word.startsWith('--type='))
    );
  });
  if (found === undefined) throw new Error(`no browser runs on ${profile}`);
  return Number(found);
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile.
    return [];
  }
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
