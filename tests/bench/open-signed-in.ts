// Opens a page of the benches and signs it in to the database, as the administrator of the bench's server.
import type { Page } from '@playwright/test';
import { BENCH_ADMIN } from './bench-server.ts';

export async function openSignedIn(page: Page, url: string): Promise<Page> {
  await page.goto(url);
  const signedIn = await page.evaluate(async (admin) => {
    const body = JSON.stringify(admin);
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/db/_session', { method: 'POST', headers, body })).status;
  }, BENCH_ADMIN);
  if (signedIn !== 200) throw new Error(`the bench's page could not sign in: ${signedIn}`);
  return page;
}
