// The gateway: passes requests on to an Apache CouchDB, streaming both ways, and adds what CouchDB lacks on a mobile
// network and in a browser: gzip, `no-store`, cookies that no other site can use.
// Invariants: nothing is held back (a heartbeat reaches the client within `FLUSH_AFTER_MS`); who the client is, is
// CouchDB's to say: the gateway adds no credentials of its own, and nobody can speak as a trusted proxy through it.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { constants, createGzip } from 'node:zlib';
import { acceptsGzip } from './answer.ts';
import { hardenCookie } from './session-cookie.ts';

export interface CouchdbGateway {
  /** Answers a request whose url is CouchDB's own path, without a mount before it. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

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
/** Headers by which CouchDB would believe a proxy who a request is from. */
const PROXY_CLAIM = /^x-(auth-couchdb-|couchdb-|forwarded-)/;
/** Of the answer: ours, or of the connection behind. */
const NOT_PASSED_BACK = new Set([...HOP_BY_HOP, 'cache-control', 'set-cookie', 'location', 'server']);

/** `couchdbUrl` may carry credentials for provisioning; they are not used here. */
export function createCouchdbGateway({ couchdbUrl }: { couchdbUrl: string }): CouchdbGateway {
  const target = new URL(couchdbUrl);
  const isTls = target.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const open = new Set<ClientRequest>();
  return {
    handle(request, response) {
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      const upstream = (isTls ? httpsRequest : httpRequest)({
        agent,
        protocol: target.protocol,
        hostname: target.hostname.replace(/^\[|\]$/g, ''),
        port: target.port,
        method: request.method,
        path: target.pathname.replace(/\/$/, '') + (request.url ?? '/'),
        headers: headersToPass(request, target.host),
      });
      open.add(upstream);
      upstream.once('close', () => open.delete(upstream));
      upstream.once('error', (failure) => answerFault(failure, response));
      upstream.once('response', (answer) => passBack(answer, { request, response, target }));
      response.once('close', () => upstream.destroy());
      request.once('error', () => upstream.destroy());
      request.pipe(upstream);
    },
    close() {
      for (const upstream of open) upstream.destroy();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

function headersToPass(request: IncomingMessage, host: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { host };
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && !PROXY_CLAIM.test(name)) headers[name] = value;
  }
  if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked';
  return headers;
}

interface Passing {
  request: IncomingMessage;
  response: ServerResponse;
  target: URL;
}

function passBack(answer: IncomingMessage, { request, response, target }: Passing): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_PASSED_BACK.has(name)) response.setHeader(name, value);
  }
  const { location } = answer.headers;
  if (location !== undefined) response.setHeader('Location', pathBelow(target, location));
  const cookies = answer.headers['set-cookie'];
  if (cookies)
    response.setHeader(
      'Set-Cookie',
      cookies.map((cookie) => hardenCookie(cookie, request)),
    );
  // An answer that breaks off behind breaks off in front: half of it must not look whole.
  answer.once('error', () => response.destroy());
  answer.once('aborted', () => response.destroy());
  if (mayPack(answer, request)) return passPacked(answer, response);
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  answer.pipe(response);
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

function passPacked(answer: IncomingMessage, response: ServerResponse): void {
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
  answer.once('end', () => {
    clearTimeout(flushing);
    packer.end();
  });
  response.once('close', () => {
    clearTimeout(flushing);
    packer.destroy();
  });
  packer.pipe(response);
}

function answerFault(failure: NodeJS.ErrnoException, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const isDown = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'EAI_AGAIN',
  ].includes(failure.code ?? '');
  const [status, error, reason] = isDown
    ? [503, 'service unavailable', 'The database behind this server cannot be reached. Try again later.']
    : [502, 'bad_gateway', 'The database behind this server broke off its answer. Try again.'];
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify({ error, reason })}\n`);
}
