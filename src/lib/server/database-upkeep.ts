// The upkeep of a database: compaction, the limit of revisions, and what is no work here. Source: Apache CouchDB 3.5,
// "Database Compaction" and "/{db}/_revs_limit".
// Invariant: only administrators of the server or of the database get so far.
import { type Database } from './database-catalog.ts';
import { type Exchange } from './exchange.ts';
import { REVS_LIMIT } from './merge-revision.ts';
import { badRequest, noDatabase, notFound } from './refusal.ts';
import { parseJson, requireJsonType } from './request-body.ts';
import { requireDatabaseAdmin, requireUpkeep } from './security-object.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

/** Answered before it is done, as in CouchDB; `compact_running` in the database's description says how it stands. */
export async function answerCompact(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireUpkeep(exchange.user, database.security());
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  const [, , design] = exchange.segments;
  // There is nothing to compact at a design document: views are not served.
  if (design !== undefined) await requireDesign(database, design);
  else startCompaction(database, parts);
  await exchange.answer.json(202, { ok: true });
}

async function requireDesign({ store }: Database, design: string): Promise<void> {
  const [metadata] = await store.metadata([`_design/${design}`]);
  if (!metadata) throw notFound();
  if (metadata.deleted) throw notFound('deleted');
}

function startCompaction(database: Database, parts: ServerParts): void {
  void database
    .use(() => database.store.compact(database.ended))
    .catch((failure: unknown) => parts.log(`fault: a compaction: ${String(failure)}`));
}

/** There are no views whose files could be left behind. */
export async function answerViewCleanup(exchange: Exchange, database: Database): Promise<void> {
  requireUpkeep(exchange.user, database.security());
  requireMethod(exchange, 'POST');
  await exchange.answer.json(202, { ok: true });
}

export async function answerFullCommit(exchange: Exchange, database: Database): Promise<void> {
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  // Nothing is left to commit: every write was on disk before it was answered.
  await exchange.answer.json(201, { ok: true, instance_start_time: instanceStart(database) });
}

export function instanceStart({ createdMs }: Database): string {
  return String(Math.floor(createdMs / 1000));
}

/** A new limit holds for a document from its next write on. */
export async function answerRevsLimit(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'PUT,GET,HEAD');
  const { answer, method, user } = exchange;
  if (method !== 'PUT') return answer.json(200, database.revsLimit() ?? REVS_LIMIT);
  const revsLimit = parseJson(await exchange.body(parts.limits.requestBytes));
  requireDatabaseAdmin(user, database.security());
  if (typeof revsLimit !== 'number' || !Number.isSafeInteger(revsLimit) || revsLimit < 1) {
    throw badRequest('`revs_limit` must be a positive integer');
  }
  if ((await parts.catalog.set(database, { revsLimit })) === 'missing') throw noDatabase();
  await answer.json(200, { ok: true });
}
