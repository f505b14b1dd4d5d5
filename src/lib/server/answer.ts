// The way out of the server: JSON whole or streamed, gzip where the client takes it.
// Invariants: every answer is `Cache-Control: no-store` (CouchDB says `must-revalidate`, but a roster must not lie in a
// browser's cache on a shared tablet); an answer to HEAD has GET's headers and no body; nothing is sent twice.
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, createGzip, gzip, type Gzip } from 'node:zlib';
import { type Refusal } from './refusal.ts';

const JSON_TYPE = 'application/json';
const GZIP_LEVEL = 1;
/** Below this a packet more or less makes no difference. */
const GZIP_FROM_BYTES = 1024;
const gzipWhole = promisify(gzip);

/** A body sent in pieces. `write` waits for a slow client; after the client has gone it does nothing. */
export interface AnswerStream {
  write(piece: string | Buffer): Promise<void>;
  /** What was written so far reaches the client now, through gzip too. */
  flush(): Promise<void>;
  end(text: string): Promise<void>;
  /** Breaks the answer off, so that half of it does not look whole. */
  cutOff(): void;
}

export interface Answer {
  /** Sent with whatever answer comes. */
  header(name: string, value: string): void;
  json(status: number, value: unknown): Promise<void>;
  bytes(status: number, body: Buffer): void;
  empty(status: number): void;
  refuse(refusal: Refusal): Promise<void>;
  /** JSON, packed where the client takes it; of another type it goes as it is. */
  stream(status: number, contentType?: string): AnswerStream;
  /** Whether a status line has gone out. */
  started(): boolean;
}

export function createAnswer(request: IncomingMessage, response: ServerResponse): Answer {
  const isHead = request.method === 'HEAD';
  const takesGzip = acceptsGzip(request.headers['accept-encoding']);
  // Nobody may keep an answer, so there is no need to say by what it varies.
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');

  function sendWhole(status: number, body: Buffer): void {
    response.setHeader('Content-Length', body.length);
    response.writeHead(status);
    response.end(isHead ? undefined : body);
  }

  async function json(status: number, value: unknown): Promise<void> {
    const text = `${JSON.stringify(value)}\n`;
    response.setHeader('Content-Type', JSON_TYPE);
    if (!takesGzip || text.length < GZIP_FROM_BYTES) return sendWhole(status, Buffer.from(text));
    const packed = await gzipWhole(text, { level: GZIP_LEVEL });
    response.setHeader('Content-Encoding', 'gzip');
    sendWhole(status, packed);
  }

  return {
    header: (name, value) => void response.setHeader(name, value),
    json,
    bytes: sendWhole,
    empty(status) {
      response.writeHead(status);
      response.end();
    },
    async refuse(refusal) {
      if (refusal.allowed !== undefined) response.setHeader('Allow', refusal.allowed);
      if (refusal.retryAfterSeconds !== undefined)
        response.setHeader('Retry-After', String(refusal.retryAfterSeconds));
      // The rest of a body nobody will read is not waited for.
      if (!request.complete) response.setHeader('Connection', 'close');
      await json(refusal.status, { error: refusal.error, reason: refusal.reason, ...refusal.more });
    },
    stream(status, contentType = JSON_TYPE) {
      const packs = takesGzip && contentType === JSON_TYPE;
      response.setHeader('Content-Type', contentType);
      if (packs) response.setHeader('Content-Encoding', 'gzip');
      response.writeHead(status);
      if (isHead) response.end();
      return packs ? packedStream(response, isHead) : plainStream(response, isHead);
    },
    started: () => response.headersSent,
  };
}

function plainStream(response: ServerResponse, mute: boolean): AnswerStream {
  const write = async (piece: string | Buffer): Promise<void> => {
    if (mute || response.destroyed || piece.length === 0) return;
    if (!response.write(piece)) await drained(response);
  };
  return {
    write,
    flush() {
      if (!mute && !response.destroyed) response.flushHeaders();
      return Promise.resolve();
    },
    async end(text) {
      await write(text);
      if (!mute) response.end();
    },
    cutOff: () => void response.destroy(),
  };
}

function packedStream(response: ServerResponse, mute: boolean): AnswerStream {
  if (mute) return plainStream(response, mute);
  const packer: Gzip = createGzip({ level: GZIP_LEVEL });
  packer.pipe(response);
  response.once('close', () => packer.destroy());
  const write = async (piece: string | Buffer): Promise<void> => {
    if (response.destroyed || packer.destroyed || piece.length === 0) return;
    if (!packer.write(piece)) await drained(packer);
  };
  return {
    write,
    flush: () =>
      new Promise((resolve) => {
        if (packer.destroyed || response.destroyed) return resolve();
        const done = (): void => resolve();
        packer.once('close', done);
        packer.flush(constants.Z_SYNC_FLUSH, done);
      }),
    async end(text) {
      await write(text);
      if (!packer.destroyed) packer.end();
    },
    cutOff: () => void response.destroy(),
  };
}

async function drained(sink: ServerResponse | Gzip): Promise<void> {
  const gone = new AbortController();
  await Promise.race([once(sink, 'drain', gone), once(sink, 'close', gone)]).catch(() => undefined);
  gone.abort();
}

export function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .some((part) => /^(gzip|\*)(\s*;\s*q=(?!0(\.0*)?$).+)?$/.test(part));
}
