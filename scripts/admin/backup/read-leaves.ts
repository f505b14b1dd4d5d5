// Every open leaf of one database, the losing and the deleted ones too, page by page along its changes. Invariant: of each
// document that was there when the reading began, all leaves are given, as they then were or as they became meanwhile; one
// document is held at a time where it has attachments, else a hundred.
// Source: Apache CouchDB 3.5, `_changes` with `style=all_docs`, `_bulk_get`, documents with `open_revs`.
import * as z from 'zod';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { askCouch, inUrl } from './ask-couch.ts';
import { leafSchema, type BackedUpLeaf } from './backup-records.ts';

const ROWS = 1_000;
const DOCUMENTS = 100;

const changesSchema = z.looseObject({
  results: z.array(z.looseObject({ id: z.string(), changes: z.array(z.looseObject({ rev: z.string() })) })),
  last_seq: z.unknown(),
});
/** As they come without `attachments`: stubs. */
const stubbedSchema = leafSchema.omit({ _attachments: true }).extend({
  _attachments: z.record(z.string(), z.looseObject({})).optional(),
});
const bulkGetSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      docs: z.array(
        z.union([z.looseObject({ ok: stubbedSchema }), z.looseObject({ error: z.looseObject({}) })]),
      ),
    }),
  ),
});
const openRevsSchema = z.array(
  z.union([z.looseObject({ ok: leafSchema }), z.looseObject({ missing: z.string() })]),
);

export interface ChangedDocument {
  id: string;
  revs: string[];
}

/** Ids and leaves, in the order of the feed, until its end. */
export async function* listLeaves(
  client: CouchClient,
  database: string,
): AsyncGenerator<ChangedDocument[], void> {
  let since = '0';
  for (;;) {
    const path = `/${inUrl(database)}/_changes?style=all_docs&limit=${ROWS}&since=${inUrl(since)}`;
    const page = await askCouch(client, path, { as: changesSchema });
    if (!page) throw new ProvisionError('refused', `${database} is gone`);
    if (page.results.length === 0) return;
    yield page.results.map(({ id, changes }) => ({ id, revs: changes.map(({ rev }) => rev) }));
    // A sequence is the server's own word: text goes back as text, anything else as JSON.
    since = typeof page.last_seq === 'string' ? page.last_seq : JSON.stringify(page.last_seq);
  }
}

export async function* readLeaves(client: CouchClient, database: string): AsyncGenerator<BackedUpLeaf, void> {
  for await (const page of listLeaves(client, database)) {
    for (let from = 0; from < page.length; from += DOCUMENTS)
      yield* readSome(client, database, page.slice(from, from + DOCUMENTS));
  }
}

async function* readSome(
  client: CouchClient,
  database: string,
  changed: readonly ChangedDocument[],
): AsyncGenerator<BackedUpLeaf, void> {
  const docs = changed.flatMap(({ id, revs }) => revs.map((rev) => ({ id, rev })));
  const path = `/${inUrl(database)}/_bulk_get?revs=true`;
  const answer = await askCouch(client, path, { as: bulkGetSchema, body: { docs } });
  if (!answer) throw new ProvisionError('refused', `${database} is gone`);
  const given = new Map(
    answer.results.flatMap(({ docs: found }) =>
      found.flatMap((each) => {
        const read = stubbedSchema.safeParse(each.ok);
        return read.success ? [[`${read.data._rev} ${read.data._id}`, read.data] as const] : [];
      }),
    ),
  );
  for (const { id, revs } of changed) {
    const leaves = revs.map((rev) => given.get(`${rev} ${id}`));
    // Something was written meanwhile and the old revision compacted away; or there are bytes to fetch.
    const isPlain = leaves.every((leaf) => leaf && Object.keys(leaf._attachments ?? {}).length === 0);
    if (!isPlain) yield* readWhole(client, database, id);
    else
      for (const leaf of leaves) {
        const { _attachments: _none, ...doc } = leaf!;
        yield doc;
      }
  }
}

/** All leaves of one document as they are now, with their attachments. */
async function* readWhole(
  client: CouchClient,
  database: string,
  id: string,
): AsyncGenerator<BackedUpLeaf, void> {
  const name = id.startsWith('_design/') ? `_design/${inUrl(id.slice('_design/'.length))}` : inUrl(id);
  const path = `/${inUrl(database)}/${name}?open_revs=all&revs=true&attachments=true`;
  for (const each of (await askCouch(client, path, { as: openRevsSchema })) ?? []) {
    const read = leafSchema.safeParse(each.ok);
    if (read.success) yield read.data;
  }
}
