// How a feed of changes is written: one JSON object at once or by long poll, a line for each row when it goes on, an
// event for each row for browsers' EventSource. Source: Apache CouchDB 3.5, chttpd_db:changes_callback.
import { type FeedKind } from './changes-query.ts';

export interface FeedFormat {
  contentType: string;
  head: string;
  /** Rows as JSON, none of them empty; `isFirst` where none went before. */
  rows(rows: readonly string[], isFirst: boolean): string;
  /** What says that the connection lives while there is nothing to tell. */
  beat: string;
  tail(lastSeq: string, pending: number): string;
}

const JSON_TYPE = 'application/json';

const whole: FeedFormat = {
  contentType: JSON_TYPE,
  head: '{"results":[\n',
  rows: (rows, isFirst) => (isFirst ? '' : ',\r\n') + rows.join(',\r\n'),
  beat: '\n',
  tail: (lastSeq, pending) => `\n],\n"last_seq":${JSON.stringify(lastSeq)},"pending":${pending}}\n`,
};

const lines: FeedFormat = {
  contentType: JSON_TYPE,
  head: '',
  rows: (rows) => rows.map((row) => `${row}\n`).join(''),
  beat: '\n',
  tail: (lastSeq, pending) => `${JSON.stringify({ last_seq: lastSeq, pending })}\n`,
};

const events: FeedFormat = {
  contentType: 'text/event-stream',
  head: '',
  rows: (rows) => rows.map((row) => `data: ${row}\nid: ${seqOf(row)}\n\n`).join(''),
  beat: 'event: heartbeat\ndata: \n\n',
  tail: () => '',
};

const FORMATS: Record<FeedKind, FeedFormat> = {
  normal: whole,
  longpoll: whole,
  continuous: lines,
  eventsource: events,
};

export function formatOf(feed: FeedKind): FeedFormat {
  return FORMATS[feed];
}

const BEFORE_SEQ = '{"seq":';

/** The sequence of a row, which stands first in it and has no comma, as JSON. */
function seqOf(row: string): string {
  return row.slice(BEFORE_SEQ.length, row.indexOf(','));
}

/** The row without its sequence: `seq_interval` asks for few of them, since a cluster's cost much to make. */
export function withoutSeq(row: string): string {
  return `${BEFORE_SEQ}null${row.slice(row.indexOf(','))}`;
}
