// A feed that waits for what comes: by long poll for its first rows, else until it is full, idle or over.
// Invariant: a beat never falls into the middle of a row.
import { type AnswerStream } from './answer.ts';
import { type FeedFormat } from './changes-format.ts';
import { type ChangesQuery } from './changes-query.ts';
import { type Database } from './database-catalog.ts';
import { firstAbort } from './first-abort.ts';

/** How far a feed has come. */
export interface Progress {
  /** Rows. */
  sent: number;
  since: number;
}

export interface Waiting {
  database: Database;
  query: ChangesQuery;
  progress: Progress;
  format: FeedFormat;
  /** When the feed is over, whatever comes. */
  over: AbortSignal;
  /** The longest a feed may last. */
  feedMs: number;
  /** Sends what there is after `progress.since`. */
  sendRows: (over: AbortSignal) => Promise<void>;
}

export async function waitForRows(stream: AnswerStream, waiting: Waiting): Promise<void> {
  const { database, query, progress, format, feedMs } = waiting;
  const isPoll = query.feed === 'longpoll';
  const idleMs = query.heartbeatMs === undefined ? Math.min(query.timeoutMs ?? feedMs, feedMs) : feedMs;
  const ending = firstAbort([waiting.over, ...(isPoll ? [AbortSignal.timeout(idleMs)] : [])]);
  const over = ending.signal;
  const isFull = (): boolean => progress.sent >= (isPoll ? 1 : query.limit);
  // A slow reader is not sent a second beat while the first one waits.
  const beating = beatEvery(query.heartbeatMs, () => sendBeat(stream, format));
  try {
    if (progress.sent === 0 && format.head === '') await stream.write('\n');
    await stream.flush();
    while (!isFull() && !over.aborted) {
      const came = await nextWrite(database, { since: progress.since, idleMs, over });
      if (came === 'idle') break;
      if (over.aborted) break;
      await waiting.sendRows(over);
      await stream.flush();
    }
  } finally {
    clearInterval(beating);
    ending.release();
  }
}

function beatEvery(ms: number | undefined, beat: () => Promise<void>): NodeJS.Timeout | undefined {
  if (ms === undefined) return undefined;
  let isBeating = false;
  return setInterval(() => {
    if (isBeating) return;
    isBeating = true;
    void beat().finally(() => (isBeating = false));
  }, ms);
}

async function sendBeat(stream: AnswerStream, { beat }: FeedFormat): Promise<void> {
  await stream.write(beat);
  await stream.flush();
}

interface NextWrite {
  since: number;
  idleMs: number;
  over: AbortSignal;
}

/** `news` when there is something after `since` or the wait is over, `idle` when nothing came in time. */
function nextWrite({ store }: Database, { since, idleMs, over }: NextWrite): Promise<'news' | 'idle'> {
  return new Promise((resolve) => {
    const done = (came: 'news' | 'idle'): void => {
      stop();
      clearTimeout(idle);
      over.removeEventListener('abort', end);
      resolve(came);
    };
    const end = (): void => done('news');
    const idle = setTimeout(() => done('idle'), idleMs);
    const stop = store.onWrite(() => {
      if (store.sequences.highest() > since) done('news');
    });
    over.addEventListener('abort', end);
    if (over.aborted || store.sequences.highest() > since) done('news');
  });
}
