// Sealed envelopes on the server (domain/envelope-document.ts): of which the server has what is inside, opened or sent since, so
// that they are copies and nothing more; the others nobody can look into here.
import * as z from 'zod';
import { revsDiffSchema } from '#lib/protocol/wire.ts';
import type { CouchClient } from '../../couch-client.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';
import { scanDatabase } from './scan-database.ts';

const envelopeSchema = z.looseObject({
  scope: z.string().regex(/^[a-z]+-[a-z0-9-]+$/),
  document: z.string(),
  revision: z.string(),
});
const ASKED_AT_ONCE = 500;

export interface PresentEnvelopes {
  /** Of envelopes whose content the server has. */
  ids: ReadonlySet<string>;
  /** How many others there are. */
  sealed: number;
}

export async function presentEnvelopes(client: CouchClient, database: string): Promise<PresentEnvelopes> {
  const byScope = new Map<string, { id: string; document: string; revision: string }[]>();
  if (!database.startsWith('community-')) return { ids: new Set(), sealed: 0 };
  for await (const { id, leaves } of scanDatabase(client, database)) {
    const [leaf] = leaves.filter(({ type, _deleted }) => type === 'envelope' && !_deleted);
    const read = envelopeSchema.safeParse(leaf);
    if (read.success) {
      const { scope, document, revision } = read.data;
      byScope.set(scope, [...(byScope.get(scope) ?? []), { id, document, revision }]);
    }
  }
  const ids = new Set<string>();
  let sealed = 0;
  for (const [scope, envelopes] of byScope)
    for (let from = 0; from < envelopes.length; from += ASKED_AT_ONCE) {
      const some = envelopes.slice(from, from + ASKED_AT_ONCE);
      const asked: Record<string, string[]> = {};
      for (const { document, revision } of some) (asked[document] ??= []).push(revision);
      const path = `/${inUrl(scope)}/_revs_diff`;
      const diff = await askCouch(client, path, { as: revsDiffSchema, body: asked });
      for (const { id, document, revision } of some) {
        const isThere =
          diff && !(Object.hasOwn(diff, document) && diff[document]!.missing.includes(revision));
        if (isThere) ids.add(id);
        else sealed++;
      }
    }
  return { ids, sealed };
}
