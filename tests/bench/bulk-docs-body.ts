// The body of a `_bulk_docs` as a replica sends new documents, made ready: what a bare POST is measured with.
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
