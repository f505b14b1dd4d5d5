// What has outlived its months: databases of a year, and photos whose event went with one, or which are past themselves.
// Invariant: a photo whose event is still in a database that stays is not among them, unless photos have months of their own.
import * as z from 'zod';
import { isPast, type RetentionRow } from '#lib/domain/retention.ts';
import { yearOf, beijingDate, type IsoDate } from '#lib/domain/time.ts';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import type { AdminServer } from '../admin-command.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';

export interface PastDatabase extends RetentionRow {
  name: string;
  /** 12 or 15 digits. */
  code: string;
  year: number;
  documents: number;
}

export interface PastPhotos {
  name: string;
  code: string;
  leaves: { id: string; rev: string }[];
}

export interface PastYears {
  databases: PastDatabase[];
  photos: PastPhotos[];
}

const PAGE = 500;
const infoSchema = z.looseObject({ doc_count: z.number() });
const photosSchema = z.looseObject({
  rows: z.array(
    z.looseObject({
      id: z.string(),
      doc: z.looseObject({
        _rev: z.string(),
        _conflicts: z.array(z.string()).optional(),
        takenAt: z.string().optional(),
        event: z.string().optional(),
      }),
    }),
  ),
});
const foundSchema = z.looseObject({
  rows: z.array(z.looseObject({ id: z.string().optional(), value: z.looseObject({}).nullish() })),
});

/** Throws a `ProvisionError`. */
export async function findPastYears(
  { client, couch }: AdminServer,
  rows: readonly RetentionRow[],
  today: IsoDate,
): Promise<PastYears> {
  const names = [...(await couch.listDatabases())].sort();
  const rowOf = (kind: string) => rows.find((row) => row.kind === kind);
  const databases: PastDatabase[] = [];
  for (const name of names) {
    const [, kind = '', code = '', year = ''] = /^(events|desk)-(\d{12,15})-(\d{4})$/.exec(name) ?? [];
    const row = rowOf(kind);
    if (!row || !isPast(Number(year), row.months, today)) continue;
    const info = await askCouch(client, `/${inUrl(name)}`, { as: infoSchema });
    if (!info) continue;
    const documents = info.doc_count - (await designsIn(client, name));
    databases.push({ ...row, name, code, year: Number(year), documents });
  }
  const photos: PastPhotos[] = [];
  for (const name of names) {
    const code = /^photos-(\d{12,15})$/.exec(name)?.[1];
    if (code === undefined) continue;
    const kind = code.length === 15 ? 'events' : 'desk';
    const limits = { own: rowOf('photos')?.months, ofEvent: rowOf(kind)?.months };
    // A photo of 31 December may be of an event that was stored on 1 January.
    const staying = names.filter(
      (each) => each.startsWith(`${kind}-${code}-`) && !databases.some((past) => past.name === each),
    );
    const leaves = await pastPhotos(client, name, { today, limits, staying });
    if (leaves.length > 0) photos.push({ name, code, leaves });
  }
  return { databases, photos };
}

async function designsIn(client: CouchClient, name: string): Promise<number> {
  const path = `/${inUrl(name)}/_all_docs?startkey="_design/"&endkey="_design0"`;
  return (await askCouch(client, path, { as: foundSchema }))?.rows.length ?? 0;
}

interface PhotoLimits {
  today: IsoDate;
  limits: { own: number | undefined; ofEvent: number | undefined };
  /** Databases of events that are not past. */
  staying: readonly string[];
}

async function pastPhotos(
  client: CouchClient,
  name: string,
  { today, limits, staying }: PhotoLimits,
): Promise<PastPhotos['leaves']> {
  const leaves: PastPhotos['leaves'] = [];
  const { own, ofEvent } = limits;
  if (own === undefined && ofEvent === undefined) return leaves;
  let from = 'photo:';
  for (;;) {
    const range = `startkey=${inUrl(JSON.stringify(from))}&endkey=${inUrl('"photo;"')}`;
    const path = `/${inUrl(name)}/_all_docs?include_docs=true&conflicts=true&limit=${PAGE}&${range}`;
    const page = await askCouch(client, path, { as: photosSchema });
    if (!page) throw new ProvisionError('refused', `${name} is gone`);
    const dated = page.rows.flatMap((row) => {
      const year = yearTaken(row.doc.takenAt);
      return year === undefined ? [] : [{ row, year }];
    });
    const past = dated.filter(({ year }) => own !== undefined && isPast(year, own, today));
    const ofPast = dated.filter(
      (each) => !past.includes(each) && ofEvent !== undefined && isPast(each.year, ofEvent, today),
    );
    const held = await heldEvents(
      client,
      staying,
      ofPast.flatMap(({ row }) => row.doc.event ?? []),
    );
    for (const { row } of [...past, ...ofPast.filter(({ row: { doc } }) => !held.has(doc.event ?? ''))])
      for (const rev of [row.doc._rev, ...(row.doc._conflicts ?? [])]) leaves.push({ id: row.id, rev });
    if (page.rows.length < PAGE) return leaves;
    from = `${page.rows.at(-1)!.id}0`;
  }
}

function yearTaken(takenAt: string | undefined): number | undefined {
  const at = takenAt === undefined ? NaN : Date.parse(takenAt);
  return Number.isFinite(at) ? yearOf(beijingDate(new Date(at).toISOString())) : undefined;
}

async function heldEvents(
  client: CouchClient,
  databases: readonly string[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  if (ids.length === 0) return held;
  for (const name of databases) {
    const answer = await askCouch(client, `/${inUrl(name)}/_all_docs`, {
      as: foundSchema,
      body: { keys: ids },
    });
    for (const { id, value } of answer?.rows ?? [])
      if (id !== undefined && value && value.deleted !== true) held.add(id);
  }
  return held;
}
