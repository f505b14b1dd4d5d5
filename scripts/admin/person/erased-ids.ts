// What must never come back: the ids of all erasures the directory knows. Source of truth for rescue and restore.
import * as z from 'zod';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { CouchClient } from '../../couch-client.ts';
import { askCouch } from '../backup/ask-couch.ts';

const rowsSchema = z.looseObject({
  rows: z.array(z.looseObject({ doc: z.looseObject({ ids: z.array(z.string()).optional() }).nullish() })),
});

export async function readErasedIds(client: CouchClient): Promise<ReadonlySet<string>> {
  const range = `startkey=${encodeURIComponent('"erasure:"')}&endkey=${encodeURIComponent('"erasure;"')}`;
  const path = `/${DIRECTORY}/_all_docs?include_docs=true&${range}`;
  const found = await askCouch(client, path, { as: rowsSchema });
  return new Set((found?.rows ?? []).flatMap(({ doc }) => doc?.ids ?? []));
}
