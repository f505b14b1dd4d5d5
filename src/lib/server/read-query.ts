// Parameters of reading documents, as `GET /{db}/{docid}` and `_bulk_get` take them. Source: Apache CouchDB 3.5,
// chttpd_db:parse_doc_query.
import { parseRev, revOf } from './document-parse.ts';
import { type ReadOptions } from './document-reads.ts';
import { jsonParameter } from './exchange.ts';
import { badRequest } from './refusal.ts';

export function isLatest(query: URLSearchParams): boolean {
  return query.get('latest') === 'true';
}

export function parseReadOptions(query: URLSearchParams): ReadOptions {
  const meta = query.get('meta') === 'true';
  const on = (name: string): boolean => query.get(name) === 'true';
  const attsSince = jsonParameter(query, 'atts_since');
  return {
    revs: on('revs'),
    revsInfo: meta || on('revs_info'),
    conflicts: meta || on('conflicts'),
    deletedConflicts: meta || on('deleted_conflicts'),
    localSeq: on('local_seq'),
    attachments: on('attachments') || attsSince !== undefined,
    ...(attsSince === undefined ? {} : { attsSince: parseRevList(attsSince) }),
  };
}

/** Whether the answer says more than the revision does: then it has no ETag. */
export function hasMeta({ revsInfo, conflicts, deletedConflicts, localSeq }: ReadOptions): boolean {
  return Boolean(revsInfo || conflicts || deletedConflicts || localSeq);
}

export function parseOpenRevs(query: URLSearchParams): readonly string[] | 'all' | undefined {
  const value = query.get('open_revs');
  if (value === null) return undefined;
  return value === 'all' ? 'all' : parseRevList(jsonParameter(query, 'open_revs'));
}

export function parseRevList(value: unknown): string[] {
  if (!Array.isArray(value)) throw badRequest('Invalid list of revisions');
  return value.map((rev) => revOf(parseRev(rev)));
}
