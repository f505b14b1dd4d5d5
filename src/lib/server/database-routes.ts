// One database: made, described, deleted, its `_security`, and the way to everything below it.
// Invariant: nothing of a database is read or written before its `_security` has let the person in.
import { answerAllDocs } from './all-docs.ts';
import { answerAttachment } from './attachment-routes.ts';
import { answerBulkDocs } from './bulk-docs.ts';
import { answerBulkGet } from './bulk-get.ts';
import { answerChanges } from './changes-feed.ts';
import { type Database } from './database-catalog.ts';
import {
  answerCompact,
  answerFullCommit,
  answerRevsLimit,
  answerViewCleanup,
  instanceStart,
} from './database-upkeep.ts';
import { answerDocument, answerPostedDocument } from './document-routes.ts';
import { isServerAdmin, type Exchange } from './exchange.ts';
import { answerFind, answerIndex } from './find-routes.ts';
import {
  badRequest,
  forbidden,
  methodNotAllowed,
  noDatabase,
  notImplemented,
  Refusal,
  serverAdminsOnly,
} from './refusal.ts';
import { parseJson } from './request-body.ts';
import { answerRevsDiff } from './revs-diff.ts';
import { parseSecurity, requireDatabaseAdmin, requireMember } from './security-object.ts';
import { formatSeq } from './sequence.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';
import { isOwnDocument, USERS_DATABASE } from './users-database.ts';

const NAME = /^[a-z][a-z0-9_$()+/-]*$/;
const SYSTEM_NAMES = new Set([USERS_DATABASE, '_replicator', '_global_changes']);
const NAME_AT_MOST = 238;

type DatabaseRoute = (exchange: Exchange, database: Database, parts: ServerParts) => Promise<void>;

/** What lies directly under a database and is no document. */
const ROUTES: Record<string, DatabaseRoute> = {
  _all_docs: answerAllDocs,
  _design_docs: answerAllDocs,
  _bulk_docs: answerBulkDocs,
  _bulk_get: answerBulkGet,
  _changes: answerChanges,
  _compact: answerCompact,
  _view_cleanup: answerViewCleanup,
  _ensure_full_commit: answerFullCommit,
  _find: answerFind,
  _index: answerIndex,
  _revs_diff: answerRevsDiff,
  _missing_revs: answerRevsDiff,
  _security: answerSecurity,
  _revs_limit: answerRevsLimit,
};

/** Those that have paths of their own below. */
const DEEP_ROUTES = new Set(['_index', '_compact']);

/** Those that CouchDB answers several queries of at once. */
const LISTS = new Set(['_all_docs', '_design_docs']);

/** Paths of CouchDB that this server does not serve, each with what to do instead. */
const MISSING_ROUTES: Record<string, string> = {
  _explain: 'A query is not explained here: it reads all documents, and an index gives their order.',
  _purge: 'Purging is not served: delete the document, or the database.',
  _purged_infos_limit: 'Purging is not served: delete the document, or the database.',
  _local_docs: 'Listing _local documents is not served: read them by id.',
  _partition: 'Partitioned databases are not served.',
  _shards: 'There is one node and there are no shards.',
  _sync_shards: 'There is one node and there are no shards.',
};

export async function answerDatabase(exchange: Exchange, parts: ServerParts): Promise<void> {
  const [name = '', second] = exchange.segments;
  if (second === undefined && (exchange.method === 'PUT' || exchange.method === 'DELETE')) {
    return exchange.method === 'PUT'
      ? createDatabase(exchange, parts, name)
      : deleteDatabase(exchange, parts, name);
  }
  if (name.startsWith('_') && !SYSTEM_NAMES.has(name) && !isServerAdmin(exchange.user))
    throw serverAdminsOnly();
  const database = await parts.catalog.find(name);
  if (!database) throw noDatabase();
  await database.use(() => answerInside(exchange, database, parts));
}

async function answerInside(exchange: Exchange, database: Database, parts: ServerParts): Promise<void> {
  const [, second, ...rest] = exchange.segments;
  requireReader(exchange, database);
  if (second === undefined) return answerDatabaseItself(exchange, database, parts);
  const isRoute = Object.hasOwn(ROUTES, second) && (rest.length === 0 || DEEP_ROUTES.has(second));
  const route = isRoute ? ROUTES[second] : undefined;
  if (route) return route(exchange, database, parts);
  const missing = Object.hasOwn(MISSING_ROUTES, second) ? MISSING_ROUTES[second] : undefined;
  if (missing) throw notImplemented(missing);
  if (second === '_temp_view') throw new Refusal(410, 'gone', 'Temporary views are not supported in CouchDB');
  if (rest[0] === 'queries' && LISTS.has(second)) {
    throw notImplemented('Several queries in one request are not served: send them one by one.');
  }
  return answerBelow(exchange, database, parts);
}

/** A person reads her own document of `_users` and nothing else there; lists of it are administrators'. */
function requireReader(exchange: Exchange, database: Database): void {
  const { user, segments } = exchange;
  if (database.name === USERS_DATABASE) {
    if ((segments[1] === '_all_docs' || segments[1] === '_changes') && !isServerAdmin(user))
      throw serverAdminsOnly();
    if (isOwnDocument(user, segments[1])) return;
  }
  requireMember(user, database.security());
}

async function answerBelow(exchange: Exchange, database: Database, parts: ServerParts): Promise<void> {
  const [, second = '', ...rest] = exchange.segments;
  const [third, ...others] = rest;
  if (second === '_local' || second === '_local/') {
    if (third === undefined) throw badRequest('Invalid _local document id.');
    if (others.length > 0) throw badRequest('_local documents do not accept attachments.');
    return answerDocument(exchange, { database, parts, id: `_local/${third}` });
  }
  const [id, names] =
    second === '_design' && third !== undefined ? [`_design/${third}`, others] : [second, rest];
  if (names.length === 0) return answerDocument(exchange, { database, parts, id });
  if (id.startsWith('_design/') && names[0]?.startsWith('_')) {
    throw notImplemented('Views, lists, shows, rewrites and updates of design documents are not served.');
  }
  return answerAttachment(exchange, { database, parts, id, name: names.join('/') });
}

async function createDatabase(exchange: Exchange, parts: ServerParts, name: string): Promise<void> {
  if (!isServerAdmin(exchange.user)) throw serverAdminsOnly();
  if (!NAME.test(name) && !SYSTEM_NAMES.has(name)) {
    throw new Refusal(
      400,
      'illegal_database_name',
      `Name: '${name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.`,
    );
  }
  if (name.length > NAME_AT_MOST) {
    throw new Refusal(400, 'database_name_too_long', `At least one path segment of \`${name}\` is too long.`);
  }
  const partitioned = exchange.query.get('partitioned') ?? 'false';
  if (partitioned === 'true') throw notImplemented('Partitioned databases are not served.');
  if (partitioned !== 'false') throw badRequest('Invalid `partitioned` parameter');
  if ((await parts.catalog.create(name)) === 'exists') {
    throw new Refusal(412, 'file_exists', 'The database could not be created, the file already exists.');
  }
  exchange.answer.header('Location', `/${encodeURIComponent(name)}`);
  await exchange.answer.json(201, { ok: true });
}

async function deleteDatabase(exchange: Exchange, parts: ServerParts, name: string): Promise<void> {
  if (!isServerAdmin(exchange.user)) throw serverAdminsOnly();
  if (exchange.query.has('rev')) {
    throw badRequest(
      'You tried to DELETE a database with a ?=rev parameter. Did you mean to DELETE a document instead?',
    );
  }
  if (name === USERS_DATABASE) throw forbidden('The users database of this server cannot be deleted.');
  if ((await parts.catalog.remove(name)) === 'missing') throw noDatabase();
  await exchange.answer.json(200, { ok: true });
}

async function answerDatabaseItself(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'DELETE,GET,HEAD,POST');
  if (exchange.method === 'POST') return answerPostedDocument(exchange, database, parts);
  const { store } = database;
  const docCount = store.docCount();
  const seq = formatSeq(store.sequences.highest(), database);
  await exchange.answer.json(200, {
    db_name: database.name,
    purge_seq: formatSeq(0, database),
    update_seq: seq,
    sizes: await store.sizes(),
    props: {},
    doc_del_count: store.sequences.countAbove(-1) - docCount,
    doc_count: docCount,
    disk_format_version: 8,
    compact_running: store.isCompacting(),
    cluster: { q: 1, n: 1, w: 1, r: 1 },
    instance_start_time: instanceStart(database),
  });
}

async function answerSecurity(exchange: Exchange, database: Database, parts: ServerParts): Promise<void> {
  if (!['GET', 'HEAD', 'PUT'].includes(exchange.method)) throw methodNotAllowed('PUT,GET');
  if (exchange.method !== 'PUT') return exchange.answer.json(200, database.security());
  if (database.name === USERS_DATABASE) {
    throw forbidden("You can't edit the security object of the user database.");
  }
  const body = await exchange.body(parts.limits.requestBytes);
  requireDatabaseAdmin(exchange.user, database.security());
  const security = parseSecurity(parseJson(body));
  if ((await parts.catalog.set(database, { security })) === 'missing') throw noDatabase();
  await exchange.answer.json(200, { ok: true });
}
