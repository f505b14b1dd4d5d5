// What a field worker does, in her words, on whatever screen she has before her. Roles and names only: what she could not
// find by looking or by listening, a journey does not find either.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Person } from './running-server.ts';
import { say, saying } from './words.ts';

/** Not one that anybody would try first. */
export const PIN = '258036';

const DOWNLOAD_MS = 60_000;

export interface FieldWorker {
  page: Page;
  /** Types name and password. What happens then is the journey's business. */
  entersPassword(person: Person): Promise<void>;
  choosesPin(pin?: string): Promise<void>;
  /** From the empty tablet to 今日 with its roster. */
  signsIn(url: string, person: Person): Promise<void>;
  unlocks(pin?: string): Promise<void>;
  opensToday(): Promise<void>;
  /** The doors of 今日, in its order. */
  doors: Locator;
  /** The first door of 今日 that is due, or the one asked for; answers where she stands. */
  opensDoor(which?: string | RegExp): Promise<Household>;
  /** She is on the card of this household. */
  standsBefore(household: Household): Promise<void>;
  /** The lines of the card that say who came when, newest first. */
  lastVisits: Locator;
  startsVisit(): Promise<void>;
  /** 现在上传, behind the sentence on top. */
  asksForUpload(): Promise<void>;
  putsTheFormAside(): Promise<void>;
  /** From the card of the household. */
  resumesTheForm(): Promise<void>;
  /** Waits until the app opens without a network, as 我的 says. */
  isReadyForOffline(): Promise<void>;
  searchesFor(text: string): Promise<Locator>;
  /** The one sentence on top. */
  sentence: Locator;
  /** A message she can read now. */
  reads(key: string, places?: Readonly<Record<string, string | number>>): Promise<void>;
}

export interface Household {
  /** `3-2-501 王桂兰`. */
  title: string;
  /** Its address in the app, by which it opens directly. */
  address: string;
}

export function fieldWorker(page: Page): FieldWorker {
  const keypad = async (pin: string) => {
    for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
  };
  const today = page.getByRole('heading', { name: say('today_title'), exact: true });
  const worker: FieldWorker = {
    page,
    sentence: page.locator('.bar').first(),
    async reads(key, places) {
      const words = places ? say(key, places) : saying(key);
      await expect(page.getByText(words).locator('visible=true').first()).toBeVisible();
    },
    async entersPassword({ user, password }) {
      await page.getByLabel(say('sign_in_user')).fill(user);
      await page.getByLabel(say('sign_in_password'), { exact: true }).fill(password);
      await page.getByRole('button', { name: say('sign_in_go'), exact: true }).click();
    },
    async choosesPin(pin = PIN) {
      await expect(page.getByRole('heading', { name: say('pin_title') })).toBeVisible();
      await keypad(pin);
      await expect(page.getByRole('heading', { name: say('pin_again') })).toBeVisible();
      await keypad(pin);
    },
    async signsIn(url, person) {
      await page.goto(url);
      await worker.entersPassword(person);
      await worker.choosesPin();
      await expect(today).toBeVisible({ timeout: DOWNLOAD_MS });
    },
    async unlocks(pin = PIN) {
      await expect(page.getByRole('heading', { name: say('cover_title') })).toBeVisible();
      await keypad(pin);
    },
    async opensToday() {
      await page.getByRole('link', { name: say('nav_today'), exact: true }).click();
      await expect(today).toBeVisible();
    },
    // A request that the desk handed her stands there, too, and is no door.
    doors: page.getByRole('listitem').getByRole('link').and(page.locator('[href*="household"]')),
    async opensDoor(which) {
      const { doors } = worker;
      const door = which === undefined ? doors.first() : doors.filter({ hasText: which }).first();
      await door.click();
      const heading = page.getByRole('heading', { level: 1 });
      await expect(page.getByRole('link', { name: say('visit_start'), exact: true })).toBeVisible();
      return { title: (await heading.innerText()).trim(), address: page.url() };
    },
    lastVisits: page.locator('.past'),
    async standsBefore({ title }) {
      await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    },
    async startsVisit() {
      await page.getByRole('link', { name: say('visit_start'), exact: true }).click();
      await expect(page.getByRole('button', { name: say('form_next'), exact: true })).toBeVisible();
    },
    async asksForUpload() {
      await worker.sentence.click();
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('button', { name: say('waiting_now'), exact: true }).click();
      await page
        .getByRole('button', { name: say('close'), exact: true })
        .first()
        .click();
    },
    async putsTheFormAside() {
      await page.getByRole('button', { name: say('form_leave'), exact: true }).click();
      await expect(page.getByText(say('visit_kept')).first()).toBeVisible();
    },
    async resumesTheForm() {
      await page
        .getByRole('link')
        .filter({ hasText: say('draft_resume') })
        .click();
      await expect(page.getByRole('button', { name: say('form_leave'), exact: true })).toBeVisible();
    },
    async isReadyForOffline() {
      await page.getByRole('link', { name: say('nav_me'), exact: true }).click();
      await expect(page.getByText(say('me_offline_yes')).first()).toBeVisible({ timeout: 60_000 });
    },
    async searchesFor(text) {
      await page.getByRole('link', { name: say('nav_search'), exact: true }).click();
      await page.getByRole('searchbox').fill(text);
      await expect(page.getByText(saying('search_count'))).toBeAttached();
      return page.getByRole('listitem');
    },
  };
  return worker;
}
