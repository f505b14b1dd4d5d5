// How a feed of CouchDB's ends at the gateway before CouchDB ends it: after its time, or when its reader's roles changed.
// Invariant: half an answer is never made to look whole: it ends between lines, or as an answer without rows, or is cut.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AskedCall } from './call-rules.ts';

export type FeedKind = 'longpoll' | 'lines';

/** Undefined for what ends by itself. */
export function feedOf({ segments, query }: AskedCall): FeedKind | undefined {
  if (segments.length !== 2 || segments[1] !== '_changes') return undefined;
  const feed = query.get('feed');
  if (feed === 'longpoll') return 'longpoll';
  return feed === 'continuous' || feed === 'eventsource' ? 'lines' : undefined;
}

export interface FeedTail {
  /** What must still be written, so that the answer is whole; undefined where it can only be cut. */
  end(): string | undefined;
}

const HEAD_AT_MOST = 64;
const EMPTY_SO_FAR = /^\{"results":\[\s*$/;

/** Watches what goes by. `since` is the sequence the client asked from. */
export function watchFeed(answer: IncomingMessage, kind: FeedKind, since: string | null): FeedTail {
  let head = '';
  let lastByte = 0x0a;
  answer.on('data', (chunk: Buffer) => {
    // Heartbeats are newlines: they say nothing, and there may be many.
    if (head.length < HEAD_AT_MOST)
      head += chunk.toString('latin1').replace(/\n+$/, '\n').slice(0, HEAD_AT_MOST);
    head = head.replace(/\n+$/, '\n');
    lastByte = chunk.at(-1) ?? lastByte;
  });
  return {
    end() {
      if (kind === 'lines') return lastByte === 0x0a ? '' : undefined;
      if (since === null || since === 'now' || !EMPTY_SO_FAR.test(head)) return undefined;
      return `],\n"last_seq":${JSON.stringify(unquoted(since))},"pending":0}\n`;
    },
  };
}

/** CouchDB takes a sequence as it is, or as a JSON string. */
function unquoted(since: string): string {
  return since.replace(/^"(.*)"$/, '$1');
}

/** Runs `end` once when the time is up or a signal comes, unless the answer is over by itself. */
export function endFeed(
  response: ServerResponse,
  { ended, afterMs }: { ended: AbortSignal; afterMs: number },
  end: () => void,
): void {
  const timer = setTimeout(end, afterMs);
  ended.addEventListener('abort', end);
  response.once('close', () => {
    clearTimeout(timer);
    ended.removeEventListener('abort', end);
  });
  if (ended.aborted) end();
}
