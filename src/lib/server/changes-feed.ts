// GET and POST /{db}/_changes: at once, by long poll, or going on. Source: Apache CouchDB 3.5, "/{db}/_changes".
// Invariants: a `since` from the future is echoed as it came; `pending` counts what lies beyond `last_seq`, whatever
// the filter; a feed at once has a tag that changes with every write. A feed ends when its reader's roles change or the
// database goes, one that may go on after `feedMs` at the latest, its first rows and heartbeats included: with its last
// line, or broken off where it was to be whole.
import { createHash } from 'node:crypto';
import { etagMatches } from './accept.ts';
import { type AnswerStream } from './answer.ts';
import { formatOf, withoutSeq, type FeedFormat } from './changes-format.ts';
import { parseChangesQuery, type ChangesQuery } from './changes-query.ts';
import { readChanges } from './changes-read.ts';
import { waitForRows, type Progress } from './changes-wait.ts';
import { type Database } from './database-catalog.ts';
import { type Exchange } from './exchange.ts';
import { firstAbort, type FirstAbort } from './first-abort.ts';
import { formatSeq, parseSince } from './sequence.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

export async function answerChanges(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'GET,POST,HEAD');
  const asked = await parseChangesQuery(exchange, parts.limits.requestBytes);
  if (asked.filter.kind !== 'function') return sendChanges(exchange, { database, parts, query: asked });
  const filter = await parts.filters.open(asked.filter.place, { exchange, database });
  try {
    const query: ChangesQuery = { ...asked, filter: { kind: 'matching', matches: filter.matches } };
    await sendChanges(exchange, { database, parts, query });
  } finally {
    filter.dispose();
  }
}

async function sendChanges(
  exchange: Exchange,
  { database, parts, query }: { database: Database; parts: ServerParts; query: ChangesQuery },
): Promise<void> {
  const { answer, request } = exchange;
  const highest = database.store.sequences.highest();
  const since = parseSince(query.since, highest);
  if (query.feed === 'normal') {
    const etag = etagOf(database);
    answer.header('ETag', etag);
    if (etagMatches(request, etag)) return answer.empty(304);
  }
  const ending = endOfFeed(exchange, { database, parts, query });
  try {
    await streamChanges(exchange, {
      database,
      query,
      since,
      over: ending.signal,
      feedMs: parts.limits.feedMs,
    });
  } finally {
    ending.release();
  }
}

function endOfFeed(
  { gone, user }: Exchange,
  { database, parts, query }: { database: Database; parts: ServerParts; query: ChangesQuery },
): FirstAbort {
  const feed = parts.feeds.enter(user);
  // Who is to have all there is now may take his time: his line may be slow.
  const longest = query.feed === 'normal' ? [] : [AbortSignal.timeout(parts.limits.feedMs)];
  const { signal, release } = firstAbort([gone, feed.ended, database.ended, ...longest]);
  return {
    signal,
    release() {
      release();
      feed.leave();
    },
  };
}

interface Streaming {
  database: Database;
  query: ChangesQuery;
  since: number;
  over: AbortSignal;
  feedMs: number;
}

async function streamChanges({ answer }: Exchange, streaming: Streaming): Promise<void> {
  const { database, query, since, over } = streaming;
  const highest = database.store.sequences.highest();
  const format = formatOf(query.feed);
  const stream = answer.stream(200, format.contentType);
  await stream.write(format.head);
  const progress: Progress = { sent: 0, since: query.descending ? highest : since };
  const sending = { database, query, progress, format };
  await sendRows(stream, { ...sending, over });
  if (over.aborted && query.feed === 'normal') return stream.cutOff();
  if (!over.aborted && goesOn(query, progress)) {
    const rowsUntil = (end: AbortSignal): Promise<void> => sendRows(stream, { ...sending, over: end });
    await waitForRows(stream, { ...streaming, ...sending, sendRows: rowsUntil });
  }
  const pending = query.descending ? 0 : database.store.sequences.countAbove(progress.since);
  const asked = progress.sent === 0 && since > highest && progress.since === since;
  await stream.end(format.tail(asked ? String(query.since) : formatSeq(progress.since, database), pending));
}

/** The database as it stands, as CouchDB tags the feed: neither filter nor `since` is in it, for they are in the URL. */
function etagOf({ name, createdMs, store }: Database): string {
  const about = [name, createdMs, store.sequences.highest(), store.docCount(), store.isCompacting()];
  return `"${createHash('md5').update(JSON.stringify(about)).digest('base64url')}"`;
}

/** A long poll waits for its first rows; a feed that goes on, for as many as it may have; none goes on backwards. */
function goesOn({ feed, limit, descending }: ChangesQuery, { sent }: Progress): boolean {
  if (feed === 'normal' || sent >= limit) return false;
  return feed === 'longpoll' ? sent === 0 : !descending;
}

interface Sending {
  database: Database;
  query: ChangesQuery;
  progress: Progress;
  format: FeedFormat;
  over: AbortSignal;
}

async function sendRows(stream: AnswerStream, sending: Sending): Promise<void> {
  const { database, query, progress, format, over } = sending;
  const limit = query.limit - progress.sent;
  for await (const { rows, lastSeq } of readChanges(database, query, { since: progress.since, limit })) {
    if (over.aborted) return;
    if (rows.length > 0) {
      const told = withSeqs(rows, query, progress);
      await stream.write(format.rows(told, progress.sent === 0));
      progress.sent += rows.length;
    }
    progress.since = query.descending ? lastSeq : Math.max(progress.since, lastSeq);
  }
}

/** CouchDB's limit where there is none: its rows are counted down from here, and every so many has a sequence. */
const COUNTED_FROM = 1_000_000_000_000_000;

function withSeqs(
  rows: string[],
  { limit, seqInterval }: ChangesQuery,
  { sent }: Progress,
): readonly string[] {
  if (seqInterval === undefined) return rows;
  const left = (limit === Infinity ? COUNTED_FROM : limit) - sent;
  return rows.map((row, at) => ((left - at) % seqInterval === 0 ? row : withoutSeq(row)));
}
