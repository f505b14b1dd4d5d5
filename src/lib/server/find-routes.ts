// POST /{db}/_find, and GET, POST and DELETE of /{db}/_index. Source: Apache CouchDB 3.5, "/{db}/_find", "/{db}/_index",
// mango_httpd and mango_cursor (warnings).
import { createHash } from 'node:crypto';
import { type Database } from './database-catalog.ts';
import { parseRev } from './document-parse.ts';
import { readRevision } from './document-reads.ts';
import { writeDocument } from './document-writes.ts';
import { wholeNumber, type Exchange } from './exchange.ts';
import { chooseIndex, findDocuments } from './mango-find.ts';
import { isNamed, listIndexes, QUERY_LANGUAGE, renderIndex, type MangoIndex } from './mango-index.ts';
import { formatBookmark, parseFindQuery, requireKnownKeys, type FindQuery } from './mango-query.ts';
import { parseSort } from './mango-sort.ts';
import { badSelector, methodNotAllowed, notFound, notImplemented, queryParseError } from './refusal.ts';
import { isObject, parseJsonObject, requireJsonType } from './request-body.ts';
import { isDatabaseAdmin } from './security-object.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';
import { parseSelector } from './selector-tree.ts';

/** CouchDB's `index_scan_warning_threshold`. */
const EXAMINED_FOR_EACH = 10;

export async function answerFind(exchange: Exchange, database: Database, parts: ServerParts): Promise<void> {
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  const started = performance.now();
  const query = parseFindQuery(parseJsonObject(await exchange.body(parts.limits.requestBytes)));
  if (query.limit > parts.limits.findCount && !isDatabaseAdmin(exchange.user, database.security())) {
    // CouchDB's words for a view's limit above its `query_limit`.
    throw queryParseError(`Limit is too large, must not exceed ${parts.limits.findCount}`);
  }
  const index = await chooseIndex(database.store, query);
  const found = findDocuments(database, query, index);
  const stream = exchange.answer.stream(200);
  await stream.write('{"docs":[');
  let returned = 0;
  for await (const documents of found.documents) {
    if (exchange.gone.aborted) return stream.cutOff();
    const text = documents.map((document) => JSON.stringify(document)).join(',\r\n');
    if (documents.length > 0) await stream.write(`${returned > 0 ? ',' : ''}\r\n${text}`);
    returned += documents.length;
  }
  const told: Record<string, unknown> = { bookmark: formatBookmark(found.last()) };
  const warnings = warningsOf(query, index, { returned, examined: found.examined() });
  if (warnings.length > 0) told.warning = warnings.join('\n');
  if (query.executionStats) {
    told.execution_stats = {
      total_keys_examined: found.examined(),
      total_docs_examined: found.examined(),
      total_quorum_docs_examined: 0,
      results_returned: returned,
      execution_time_ms: Math.round((performance.now() - started) * 1000) / 1000,
    };
  }
  await stream.end(`\r\n],${JSON.stringify(told).slice(1)}\n`);
}

function warningsOf(
  { useIndex }: FindQuery,
  index: MangoIndex,
  { returned, examined }: { returned: number; examined: number },
): string[] {
  const warnings: string[] = [];
  const [design, name] = useIndex;
  if (design !== undefined && !isNamed(index, useIndex)) {
    const ddoc = `_design/${design.replace(/^_design\//, '')}`;
    warnings.push(
      name === undefined
        ? `${ddoc} was not used because it does not contain a valid index for this query.`
        : `${ddoc}, ${name} was not used because it is not a valid index for this query.`,
    );
  }
  if (index.ddoc === null) {
    warnings.push('No matching index found, create an index to optimize query time.');
  }
  if (index.ddoc === null && examined / Math.max(returned, 1) > EXAMINED_FOR_EACH) {
    warnings.push(
      'The number of documents examined is high in proportion to the number of results returned. ' +
        'Consider adding a more specific index to improve this.',
    );
  }
  return warnings;
}

export async function answerIndex(exchange: Exchange, database: Database, parts: ServerParts): Promise<void> {
  const [, , first, ...rest] = exchange.segments;
  if (first !== undefined) {
    if (first === '_bulk_delete') throw notImplemented('Indexes are deleted one by one here.');
    return deleteIndex(exchange, { database, parts }, first === '_design' ? rest : [first, ...rest]);
  }
  requireMethod(exchange, 'GET,HEAD,POST');
  if (exchange.method === 'POST') return createIndex(exchange, { database, parts });
  const indexes = (await listIndexes(database.store)).map(renderIndex);
  const skip = wholeNumber(exchange.query, 'skip') ?? 0;
  const limit = wholeNumber(exchange.query, 'limit') ?? indexes.length;
  const body = { total_rows: indexes.length, indexes: indexes.slice(skip, skip + limit) };
  await exchange.answer.json(200, body);
}

interface Place {
  database: Database;
  parts: ServerParts;
}

interface NewIndex {
  ddoc: string;
  name: string;
  view: { map: object; reduce: string; options: object };
}

const INDEX_KEYS = new Set(['index', 'type', 'name', 'ddoc', 'w', 'partitioned']);

async function createIndex(exchange: Exchange, { database, parts }: Place): Promise<void> {
  requireJsonType(exchange.request);
  const body = parseJsonObject(await exchange.body(parts.limits.requestBytes));
  const { ddoc, name, view } = parseIndex(body);
  const { rev, fields } = await readDesign(database, ddoc);
  // One that says no language is for JavaScript.
  const language = rev === undefined ? QUERY_LANGUAGE : fields.language;
  if (language !== QUERY_LANGUAGE) {
    const reason = `Existing design doc has an invalid language: ${JSON.stringify(language ?? false)}`;
    throw badSelector('invalid_ddoc_lang', reason);
  }
  const views = isObject(fields.views) ? fields.views : {};
  const isThere = Object.hasOwn(views, name) && JSON.stringify(views[name]) === JSON.stringify(view);
  if (!isThere) {
    await writeDesign(
      exchange,
      { database, parts },
      {
        ddoc,
        rev,
        fields: { ...fields, language, views: { ...views, [name]: view } },
      },
    );
  }
  await exchange.answer.json(200, { result: isThere ? 'exists' : 'created', id: ddoc, name });
}

function parseIndex(body: Record<string, unknown>): NewIndex {
  const { index, type = 'json', partitioned = false } = body;
  if (index === undefined) throw badSelector('missing_required_key', 'Missing required key: index');
  requireKnownKeys(body, INDEX_KEYS);
  if (type === 'text' || type === 'nouveau')
    throw notImplemented('Only indexes of the type json are served.');
  if (type !== 'json') throw badSelector('invalid_index', `Invalid type for index: ${JSON.stringify(type)}`);
  if (partitioned !== false) throw notImplemented('Partitioned databases are not served.');
  if (!isObject(index)) {
    throw badSelector('invalid_index', `JSON indexes must be an object, not: ${JSON.stringify(index)}`);
  }
  requireKnownKeys(index, new Set(['fields', 'partial_filter_selector']));
  if (index.fields === undefined) throw badSelector('missing_required_key', 'Missing required key: fields');
  const fields = parseSort(index.fields);
  const { partial_filter_selector: partial = {} } = index;
  parseSelector(partial);
  // The same fields under two names are two indexes, in two design documents.
  const given = [body.name, body.ddoc].filter((name) => name !== undefined);
  const made = createHash('sha1')
    .update(JSON.stringify([index.fields, partial, ...given]))
    .digest('hex');
  const [ddoc, name] = [nameOf(body.ddoc, made), nameOf(body.name, made)];
  const map = {
    fields: Object.fromEntries(fields.map((field) => [field.name, field.direction])),
    partial_filter_selector: partial,
  };
  return {
    ddoc: ddoc.startsWith('_design/') ? ddoc : `_design/${ddoc}`,
    name,
    view: { map, reduce: '_count', options: { def: index } },
  };
}

function nameOf(value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && value !== '') return value;
  throw badSelector('invalid_string', `Invalid string: ${JSON.stringify(value)}`);
}

interface Design {
  ddoc: string;
  rev: string | undefined;
  fields: Record<string, unknown>;
}

async function readDesign({ store }: Database, ddoc: string): Promise<Design> {
  const [metadata] = await store.metadata([ddoc]);
  const revision = metadata && !metadata.deleted ? await readRevision(store, metadata) : undefined;
  if (!revision) return { ddoc, rev: undefined, fields: {} };
  const { _id, _rev, _attachments, _deleted, ...fields } = revision.body;
  return { ddoc, rev: revision.rev, fields };
}

/** Through the same checks as every write: only administrators write design documents. */
async function writeDesign(
  { user }: Exchange,
  { database, parts }: Place,
  { ddoc, rev, fields, deleted = false }: Design & { deleted?: boolean },
): Promise<void> {
  const path = rev === undefined ? { start: 0, ids: [] } : parseRev(rev);
  const document = { id: ddoc, path, deleted, fields, attachments: new Map() };
  await writeDocument(document, { database, user, newEdits: true, parts });
}

async function deleteIndex(exchange: Exchange, place: Place, path: readonly string[]): Promise<void> {
  if (exchange.method !== 'DELETE') throw methodNotAllowed('DELETE');
  const [design = '', type, name, ...others] = path;
  const all = await listIndexes(place.database.store);
  const index = all.find((one) => name !== undefined && isNamed(one, [design, name]));
  if (!index?.ddoc || type !== 'json' || name === undefined || others.length > 0) throw notFound();
  const { rev, fields } = await readDesign(place.database, index.ddoc);
  const { views, ...rest } = fields;
  const { [name]: _gone, ...left } = isObject(views) ? views : {};
  const isEmpty = Object.keys(left).length === 0;
  // A design document that holds nothing else goes with its last index.
  const deleted = isEmpty && Object.keys(rest).every((field) => field === 'language');
  const kept = deleted ? {} : isEmpty ? rest : { ...rest, views: left };
  await writeDesign(exchange, place, { ddoc: index.ddoc, rev, fields: kept, deleted });
  await exchange.answer.json(200, { ok: true });
}
