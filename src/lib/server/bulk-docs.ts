// POST /{db}/_bulk_docs: many documents in one batch. Source: Apache CouchDB 3.5, "/{db}/_bulk_docs".
// Invariant: rows in the order of the documents; with `new_edits: false` a row only for what was refused.
import { type Database } from './database-catalog.ts';
import { makeId, parseDocument } from './document-parse.ts';
import { requireRevision } from './document-routes.ts';
import { writeDocuments, type WriteRow } from './document-writes.ts';
import { type Exchange } from './exchange.ts';
import { badRequest, tooMany } from './refusal.ts';
import { parseJsonObject, requireJsonType } from './request-body.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

export async function answerBulkDocs(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  const body = await exchange.body(parts.limits.requestBytes);
  const { docs, new_edits: newEdits = true } = parseJsonObject(body);
  if (docs === undefined) throw badRequest('POST body must include `docs` parameter.');
  if (!Array.isArray(docs)) throw badRequest('`docs` parameter must be an array.');
  if (docs.length > parts.limits.bulkCount) throw tooMany('docs', parts.limits.bulkCount);
  if (typeof newEdits !== 'boolean') throw badRequest('`new_edits` parameter must be a boolean.');
  const limit = { ...parts.limits, bodyBytes: body.length };
  const documents = docs.map((value: unknown) => {
    const document = parseDocument(value, limit);
    requireRevision(document, newEdits);
    if (document.id === '') document.id = makeId();
    return document;
  });
  const rows = await writeDocuments(documents, { database, user: exchange.user, newEdits, parts });
  const told = newEdits ? rows : rows.filter((row) => row.outcome === 'refused');
  await exchange.answer.json(201, [...told.map(renderRow), ...(exchange.kept ?? [])]);
}

function renderRow(row: WriteRow): object {
  if (row.outcome === 'stored') return { ok: true, id: row.id, rev: row.rev };
  const { id, rev, refusal } = row;
  return { id, ...(rev === undefined ? {} : { rev }), error: refusal.error, reason: refusal.reason };
}
