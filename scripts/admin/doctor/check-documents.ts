// What waits in the documents themselves: conflicts nobody merged, photos that never came, envelopes nobody opened. Reads
// page by page and keeps counts alone.
import * as z from 'zod';
import { photosScope } from '#lib/domain/scopes.ts';
import { revsDiffSchema } from '#lib/protocol/wire.ts';
import type { AdminServer } from '../admin-command.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';
import { doctorWords as words } from './doctor-words.ts';
import { look, wrong, type Finding } from './finding.ts';

const PAGE = 500;
const WEEK_MS = 7 * 86_400_000;
const LOOKED_THROUGH = /^(directory|community-|desk-|grid-|events-|care-)/;

const pageSchema = z.looseObject({
  rows: z.array(
    z.looseObject({
      id: z.string(),
      doc: z
        .looseObject({
          updatedAt: z.string().optional(),
          _conflicts: z.array(z.string()).optional(),
          photos: z.unknown().optional(),
          scope: z.string().optional(),
          document: z.string().optional(),
          revision: z.string().optional(),
        })
        .nullish(),
    }),
  ),
});
type Row = z.infer<typeof pageSchema>['rows'][number];
const keysSchema = z.looseObject({
  rows: z.array(z.looseObject({ id: z.string().optional(), error: z.string().optional() })),
});
const namedSchema = z.array(z.looseObject({ photo: z.string() }));

export async function checkDocuments(
  server: AdminServer,
  databases: ReadonlySet<string>,
  nowMs: number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let envelopes = 0;
  for (const name of [...databases].filter((each) => LOOKED_THROUGH.test(each)).sort()) {
    let conflicts = 0;
    let missing = 0;
    for await (const rows of pagesOf(server, name)) {
      const old = rows.filter(({ doc }) => doc && nowMs - Date.parse(doc.updatedAt ?? '') > WEEK_MS);
      conflicts += old.filter(({ doc }) => (doc?._conflicts ?? []).length > 0).length;
      if (name.startsWith('events-')) missing += await photosMissing(server, name, old);
      if (name.startsWith('community-')) envelopes += await envelopesWaiting(server, rows);
    }
    if (conflicts > 0) findings.push(wrong('old-conflicts', words.conflicts(name, conflicts)));
    if (missing > 0) findings.push(wrong('photos-missing', words.photosMissing(name, missing)));
  }
  if (envelopes > 0) findings.push(look('envelopes-waiting', words.envelopes(envelopes)));
  return findings;
}

async function* pagesOf({ client }: AdminServer, name: string): AsyncGenerator<Row[], void> {
  let from: string | undefined;
  for (;;) {
    const start = from === undefined ? '' : `&startkey=${inUrl(JSON.stringify(from))}`;
    const query = `include_docs=true&conflicts=true&limit=${PAGE}${start}`;
    const page = await askCouch(client, `/${inUrl(name)}/_all_docs?${query}`, { as: pageSchema });
    const rows = page?.rows ?? [];
    yield rows;
    if (rows.length < PAGE) return;
    from = `${rows.at(-1)!.id}0`;
  }
}

async function photosMissing({ client }: AdminServer, events: string, rows: readonly Row[]): Promise<number> {
  const keys = rows.flatMap(({ doc }) => {
    const named = namedSchema.safeParse(doc?.photos);
    return named.success ? named.data.map(({ photo }) => photo) : [];
  });
  if (keys.length === 0) return 0;
  const photos = photosScope(/^events-(\d{15})-/.exec(events)?.[1] ?? '');
  const answer = await askCouch(client, `/${photos}/_all_docs`, { as: keysSchema, body: { keys } });
  return answer ? answer.rows.filter(({ error }) => error !== undefined).length : keys.length;
}

/** What is not where it belongs. */
async function envelopesWaiting({ client }: AdminServer, rows: readonly Row[]): Promise<number> {
  const byScope = new Map<string, Record<string, string[]>>();
  for (const { id, doc } of rows) {
    if (!id.startsWith('envelope:') || !doc?.scope || !doc.document || !doc.revision) continue;
    const asked = byScope.get(doc.scope) ?? {};
    (asked[doc.document] ??= []).push(doc.revision);
    byScope.set(doc.scope, asked);
  }
  let waiting = 0;
  for (const [scope, asked] of byScope) {
    const diff = await askCouch(client, `/${inUrl(scope)}/_revs_diff`, { as: revsDiffSchema, body: asked });
    const missing = diff ? Object.values(diff).map((each) => each.missing) : Object.values(asked);
    waiting += missing.reduce((sum, revs) => sum + revs.length, 0);
  }
  return waiting;
}
