// What an upload is measured against: the bytes a replica sends, made ready, in bare requests from the page.
import { nextRevision, toRevisionPath } from '../../src/lib/protocol/revision.ts';
import type { BenchDocument } from '../fixtures/bench-documents.ts';
import type { Page } from '@playwright/test';

export function bulkDocsBody(documents: readonly BenchDocument[]): string {
  const docs = documents.map((body) => {
    const rev = nextRevision(undefined, { ...body });
    return { ...body, _rev: rev, _revisions: toRevisionPath([rev]) };
  });
  return JSON.stringify({ docs, new_edits: false });
}

/** Milliseconds of one POST from the page to the database, its answer read. Throws where it was not taken. */
export async function postBare(page: Page, database: string, body: string): Promise<number> {
  const { status, text, ms } = await page.evaluate(
    async ({ url, body }) => {
      const started = performance.now();
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body, cache: 'no-store' });
      const text = await response.text();
      return { status: response.status, text, ms: performance.now() - started };
    },
    { url: `/db/${database}/_bulk_docs`, body },
  );
  if (status !== 201 || text.trim() !== '[]') throw new Error(`a bare POST: ${status} ${text.slice(0, 200)}`);
  return ms;
}

/** Milliseconds of as many PUTs from the page, one after another, each a photo of so many random bytes. */
export async function putPhotosBare(
  page: Page,
  database: string,
  { ids, sizeBytes }: { ids: readonly string[]; sizeBytes: number },
): Promise<number> {
  const { statuses, ms } = await page.evaluate(
    async ({ urls, sizeBytes }) => {
      const photos = urls.map((url) => {
        const body = new Uint8Array(sizeBytes);
        for (let from = 0; from < sizeBytes; from += 65_536)
          crypto.getRandomValues(body.subarray(from, from + 65_536));
        return { url, body };
      });
      const statuses: number[] = [];
      const started = performance.now();
      for (const { url, body } of photos) {
        const headers = { 'content-type': 'image/jpeg' };
        const response = await fetch(url, { method: 'PUT', headers, body, cache: 'no-store' });
        await response.text();
        statuses.push(response.status);
      }
      return { statuses, ms: performance.now() - started };
    },
    { urls: ids.map((id) => `/db/${database}/${encodeURIComponent(id)}/photo.jpg`), sizeBytes },
  );
  if (statuses.some((status) => status !== 201)) throw new Error(`bare PUTs: ${statuses.join(' ')}`);
  return ms;
}
