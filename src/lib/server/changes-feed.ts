// GET and POST /{db}/_changes, at once or by long poll. Source: Apache CouchDB 3.5, "/{db}/_changes".
// Invariants: a long poll ends with its first rows, at its timeout, and after `feedMs` at the latest, heartbeat or not;
// it ends at once when its reader's roles change or the database goes; a `since` from the future is echoed as it came.
import { type AnswerStream } from './answer.ts';
import { parseChangesQuery, type ChangesQuery } from './changes-query.ts';
import { readChanges } from './changes-read.ts';
import { type Database } from './database-catalog.ts';
import { firstAbort } from './first-abort.ts';
import { type Exchange } from './exchange.ts';
import { formatSeq, parseSince } from './sequence.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

interface Progress {
  sent: number;
  since: number;
}

export async function answerChanges(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'GET,POST,HEAD');
  const asked = await parseChangesQuery(exchange, parts.limits.requestBytes);
  if (asked.filter.kind !== 'function') return sendChanges(exchange, { database, parts, query: asked });
  const filter = await parts.filters.open(asked.filter.place, { exchange, database });
  const matches = (document: object): boolean => filter.matches(document);
  try {
    await sendChanges(exchange, {
      database,
      parts,
      query: { ...asked, filter: { kind: 'matching', matches } },
    });
  } finally {
    filter.dispose();
  }
}

async function sendChanges(
  exchange: Exchange,
  { database, parts, query }: { database: Database; parts: ServerParts; query: ChangesQuery },
): Promise<void> {
  const highest = database.store.sequences.highest();
  const since = parseSince(query.since, highest);
  const stream = exchange.answer.stream(200);
  await stream.write('{"results":[\n');
  const progress: Progress = { sent: 0, since: query.descending ? highest : since };
  await sendRows(stream, { database, query, progress, gone: exchange.gone });
  if (query.feed === 'longpoll' && progress.sent === 0 && query.limit > 0) {
    await waitForRows(stream, { exchange, database, parts, query, progress });
  }
  const pending = query.descending ? 0 : database.store.sequences.countAbove(progress.since);
  const asked = progress.sent === 0 && since > highest && progress.since === since;
  const lastSeq = asked ? String(query.since) : formatSeq(progress.since, database);
  await stream.end(`\n],\n"last_seq":${JSON.stringify(lastSeq)},"pending":${pending}}\n`);
}

interface Sending {
  database: Database;
  query: ChangesQuery;
  progress: Progress;
  gone: AbortSignal;
}

async function sendRows(stream: AnswerStream, { database, query, progress, gone }: Sending): Promise<void> {
  const limit = query.limit - progress.sent;
  for await (const { rows, lastSeq } of readChanges(database, query, { since: progress.since, limit })) {
    if (gone.aborted) return;
    if (rows.length > 0) {
      const text = rows.join(',\r\n');
      await stream.write(progress.sent > 0 ? `,\r\n${text}` : text);
      progress.sent += rows.length;
    }
    progress.since = query.descending ? lastSeq : Math.max(progress.since, lastSeq);
  }
}

interface Waiting extends Omit<Sending, 'gone'> {
  exchange: Exchange;
  parts: ServerParts;
}

async function waitForRows(stream: AnswerStream, waiting: Waiting): Promise<void> {
  const { exchange, database, parts, query, progress } = waiting;
  const { feedMs } = parts.limits;
  const longest = query.heartbeatMs === undefined ? Math.min(query.timeoutMs ?? feedMs, feedMs) : feedMs;
  const feed = parts.feeds.enter(exchange.user);
  const ending = firstAbort([exchange.gone, feed.ended, database.ended, AbortSignal.timeout(longest)]);
  const over = ending.signal;
  const beat =
    query.heartbeatMs === undefined ? undefined : setInterval(() => void sendBeat(stream), query.heartbeatMs);
  try {
    await stream.flush();
    while (progress.sent === 0 && !over.aborted) {
      await nextWrite(database, progress.since, over);
      if (!over.aborted) await sendRows(stream, { database, query, progress, gone: over });
    }
  } finally {
    clearInterval(beat);
    ending.release();
    feed.leave();
  }
}

/** A line that says the connection lives; JSON readers take no notice of it. */
async function sendBeat(stream: AnswerStream): Promise<void> {
  await stream.write('\n');
  await stream.flush();
}

/** Resolves when there is something after `since`, or the wait is over. */
function nextWrite(database: Database, since: number, over: AbortSignal): Promise<void> {
  const { store } = database;
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      over.removeEventListener('abort', done);
      resolve();
    };
    const stop = store.onWrite(() => {
      if (store.sequences.highest() > since) done();
    });
    over.addEventListener('abort', done);
    if (over.aborted || store.sequences.highest() > since) done();
  });
}
