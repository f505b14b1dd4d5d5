// Passing a request on to CouchDB and its answer back, streaming both ways: gzip towards the client, `no-store`, cookies no
// other site can use, attachments as downloads under a sandbox.
// Invariants: nothing is held back (a heartbeat reaches the client within `FLUSH_AFTER_MS`); an answer that breaks off
// behind breaks off in front.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { constants, createGzip } from 'node:zlib';
import { acceptsGzip } from './answer.ts';
import { upstreamFault, type Upstream } from './couchdb-upstream.ts';
import { endFeed, watchFeed, type FeedKind, type FeedTail } from './feed-end.ts';
import { hardenCookie } from './session-cookie.ts';
import { type Refusal } from './refusal.ts';

const FLUSH_AFTER_MS = 10;
const GZIP_LEVEL = 1;
const GZIP_FROM_BYTES = 1024;
const HOP_BY_HOP = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
  ],
  ...['transfer-encoding', 'upgrade', 'host', 'expect'],
]);
/**
 * Headers by which CouchDB would believe a proxy who a request is from, or what it asks: they are claims of whoever sends
 * them, and the names of some can be set in CouchDB. Of all that begin so, one is a wish.
 */
const isClaim = (name: string) =>
  (name.startsWith('x-') && name !== 'x-couch-full-commit') || name === 'forwarded';
/** Of the answer: ours, or of the connection behind. */
const NOT_PASSED_BACK = new Set([...HOP_BY_HOP, 'cache-control', 'set-cookie', 'location', 'server']);
/** What a browser may be shown as it is; anything else is somebody's attachment. */
const PLAIN_TYPE = /^(application\/json|text\/(plain|event-stream)|multipart\/)/;

export type Headers = Record<string, string | string[]>;

/** Headers of the body as it came: of none that was read and unpacked here. */
export const OF_THE_BODY = ['content-length', 'content-encoding', 'transfer-encoding'] as const;

/** What of a client's headers CouchDB may see. `left` names those that stay here. */
export function headersToPass(request: IncomingMessage, left: readonly string[] = []): Headers {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && !isClaim(name) && !left.includes(name))
      headers[name] = value;
  }
  if (request.headers['transfer-encoding'] !== undefined && !left.includes('transfer-encoding'))
    headers['transfer-encoding'] = 'chunked';
  return headers;
}

export interface Passing {
  request: IncomingMessage;
  response: ServerResponse;
  upstream: Upstream;
  path: string;
  headers: Headers;
  /** What was read of the request already; it is piped where nothing is said. */
  body?: Buffer;
  /** A feed that may have to end before CouchDB ends it. */
  feed?: { kind: FeedKind; since: string | null; ended: AbortSignal; afterMs: number };
  refuse: (refusal: Refusal) => void;
}

/** Resolves when CouchDB has begun to answer, or cannot: what it was asked to write is then written, or will not be. */
export function passOn(passing: Passing): Promise<void> {
  const { request, response, upstream, path, headers, body, refuse } = passing;
  return new Promise((resolve) => {
    const asked = upstream.open({ method: request.method ?? 'GET', path, headers });
    asked.once('close', resolve);
    asked.once('error', (failure) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else refuse(upstreamFault(failure));
    });
    asked.once('response', (answer) => {
      passBack(answer, passing);
      resolve();
    });
    response.once('close', () => asked.destroy());
    request.once('error', () => asked.destroy());
    if (body) asked.end(body.length > 0 ? body : undefined);
    else request.pipe(asked);
  });
}

function passBack(answer: IncomingMessage, { request, response, upstream, feed }: Passing): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_PASSED_BACK.has(name)) response.setHeader(name, value);
  }
  const { location } = answer.headers;
  if (location !== undefined) response.setHeader('Location', pathBelow(upstream.target, location));
  const cookies = answer.headers['set-cookie'];
  if (cookies)
    response.setHeader(
      'Set-Cookie',
      cookies.map((cookie) => hardenCookie(cookie, request)),
    );
  const type = answer.headers['content-type'];
  if (type !== undefined && !PLAIN_TYPE.test(type)) {
    response.setHeader('Content-Disposition', 'attachment');
    response.setHeader('Content-Security-Policy', 'sandbox');
  }
  answer.once('error', () => response.destroy());
  answer.once('aborted', () => response.destroy());
  const tail = feed && watchFeed(answer, feed.kind, feed.since);
  const finish = mayPack(answer, request) ? passPacked(answer, response) : passPlain(answer, response);
  if (feed && tail) endFeed(response, feed, () => endEarly(answer, { response, tail, finish }));
}

function endEarly(
  answer: IncomingMessage,
  { response, tail, finish }: { response: ServerResponse; tail: FeedTail; finish: (text: string) => void },
): void {
  const text = tail.end();
  if (text === undefined) return void response.destroy();
  answer.removeAllListeners('aborted');
  answer.removeAllListeners('data');
  answer.removeAllListeners('end');
  finish(text);
  answer.destroy();
}

/** CouchDB names itself in `Location`; the client knows it by the mount's path only. */
function pathBelow(target: URL, location: string): string {
  const url = new URL(location, target);
  const base = target.pathname.replace(/\/$/, '');
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  return path + url.search;
}

function mayPack(answer: IncomingMessage, request: IncomingMessage): boolean {
  const { headers, statusCode = 0 } = answer;
  if (request.method === 'HEAD' || statusCode === 204 || statusCode === 304) return false;
  if (headers['content-encoding'] !== undefined || !acceptsGzip(request.headers['accept-encoding']))
    return false;
  if (Number(headers['content-length'] ?? GZIP_FROM_BYTES) < GZIP_FROM_BYTES) return false;
  return /^(application\/json|text\/|multipart\/)/.test(String(headers['content-type'] ?? ''));
}

/** Both give back how to end the answer with a last text. */
function passPlain(answer: IncomingMessage, response: ServerResponse): (text: string) => void {
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  answer.pipe(response);
  return (text) => {
    answer.unpipe(response);
    response.end(text);
  };
}

function passPacked(answer: IncomingMessage, response: ServerResponse): (text: string) => void {
  response.removeHeader('Content-Length');
  response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Vary', 'Accept-Encoding');
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  const packer = createGzip({ level: GZIP_LEVEL });
  let flushing: NodeJS.Timeout | undefined;
  const flush = (): void => {
    flushing = undefined;
    packer.flush(constants.Z_SYNC_FLUSH);
  };
  answer.on('data', (chunk: Buffer) => {
    if (!packer.write(chunk)) answer.pause();
    flushing ??= setTimeout(flush, FLUSH_AFTER_MS);
  });
  packer.on('drain', () => answer.resume());
  const finish = (text = ''): void => {
    clearTimeout(flushing);
    packer.end(text);
  };
  answer.once('end', () => finish());
  response.once('close', () => {
    clearTimeout(flushing);
    packer.destroy();
  });
  packer.pipe(response);
  return finish;
}
