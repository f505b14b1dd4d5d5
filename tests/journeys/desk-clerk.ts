// What a clerk does at the desk, in her words, on whatever screen she has before her.
import { expect, type Page } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import type { Person } from './running-server.ts';
import { say, saying } from './words.ts';

const DOWNLOAD_MS = 60_000;

export interface Taking {
  name: string;
  matter: string;
  phone?: string;
  missing?: string;
}

export interface DeskClerk {
  page: Page;
  signsIn(url: string, person: Person): Promise<void>;
  /** From the names, or the empty form, to 接待台. */
  getsIn(person: Person): Promise<void>;
  hasNumbers(): Promise<void>;
  begins(taking: Taking): Promise<void>;
  /** Answers the number as it is told, and the sentence of its last day. */
  takes(taking: Taking): Promise<{ number: string; by: string }>;
  goesToDesk(): Promise<void>;
  opens(number: string): Promise<void>;
  /** 换人: her screens are gone; the names of the others are there, or the empty form where there are none. */
  leavesTheTablet(): Promise<void>;
}

export function deskClerk(page: Page): DeskClerk {
  const worker = fieldWorker(page);
  const button = (key: string) => page.getByRole('button', { name: say(key), exact: true });
  const heading = page.getByRole('heading', { name: say('desk_title'), exact: true });
  const clerk: DeskClerk = {
    page,
    async signsIn(url, person) {
      await page.goto(url);
      await clerk.getsIn(person);
    },
    async getsIn(person) {
      await worker.entersPassword(person);
      await worker.choosesPin();
      await expect(heading).toBeVisible({ timeout: DOWNLOAD_MS });
    },
    async hasNumbers() {
      await expect(page.getByText(say('desk_today_taken'))).toBeVisible();
      await expect(page.getByText(say('desk_no_numbers'))).toBeHidden({ timeout: 30_000 });
    },
    async begins({ name, matter, phone, missing }) {
      await page.getByRole('link', { name: `＋ ${say('desk_new')}` }).click();
      await page.getByLabel(say('intake_name')).fill(name);
      if (phone !== undefined) await page.getByLabel(say('intake_phone'), { exact: true }).fill(phone);
      await page.getByRole('radio', { name: matter }).check({ force: true });
      if (missing !== undefined) await page.getByRole('checkbox', { name: missing }).check({ force: true });
    },
    async takes(taking) {
      await clerk.begins(taking);
      await button('intake_go').click();
      await expect(page.getByRole('heading', { name: say('taken_title'), exact: true })).toBeVisible();
      const number = await page.getByText(/^\d{4}-\d{2}-\d{2}$/).innerText();
      const by = await page
        .getByText(saying('due_by'))
        .or(page.getByText(say('taken_paused')))
        .first()
        .innerText();
      await clerk.goesToDesk();
      return { number, by };
    },
    async goesToDesk() {
      await page.getByRole('link', { name: say('taken_back'), exact: true }).click();
      await expect(heading).toBeVisible();
    },
    async opens(number) {
      await page.getByRole('listitem').getByRole('link').filter({ hasText: number }).click();
      await expect(page.getByRole('heading', { name: say('request_steps') })).toBeVisible();
    },
    async leavesTheTablet() {
      await button('desk_switch').click();
      const names = page.getByRole('heading', { name: say('sign_in_who'), exact: true });
      const form = page.getByRole('heading', { name: say('sign_in_title'), exact: true });
      await expect(names.or(form)).toBeVisible({ timeout: 5_000 });
    },
  };
  return clerk;
}
