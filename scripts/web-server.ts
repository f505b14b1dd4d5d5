// One node:http server: `/db` in front, the app behind it, and the security headers of both (security.md 1).
// Invariants: `/db` never reaches Kit (its CSRF check and body limit are not CouchDB's); every answer has its policy;
// only files whose name has their digest are kept by a browser.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mountServer, type MountedServer } from '#lib/server/mount.ts';
import { contentSecurityPolicy, DATA_POLICY } from './content-security.js';

/** An idle connection is kept so long, as proxies do: answers do not name it, so it must outlast a client's pauses. */
const IDLE_MS = 75_000;

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface WebServer {
  /** `http://127.0.0.1:4173`, by which this machine reaches it. */
  url: string;
  /** What is answered under `/administration`. Until it is given, 404. */
  serveAdministration(administration: MountedServer): void;
  /** The app. Until it is given, everything but `/db` answers 503. */
  serveApp(app: Listener): void;
  /** Takes no new requests, ends those that wait, and resolves when the last one is through. */
  close(): Promise<void>;
}

export interface WebServerOptions {
  host: string;
  /** 0 for any that is free. */
  port: number;
  database: MountedServer;
}

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
/** How long requests under way may take after `close`. */
const GRACE_MS = 3_000;

/** Rejects with Node's own error where it cannot listen (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export async function startWebServer({ host, port, database }: WebServerOptions): Promise<WebServer> {
  let app: Listener = answerStarting;
  let administration: MountedServer | undefined;
  const pages: Listener = (request, response) => {
    setPageHeaders(response);
    keepStoredPolicy(response);
    response.setHeader('Cache-Control', 'no-cache');
    app(request, response);
  };
  const administer: MountedServer = {
    handle: (request, response) =>
      administration ? administration.handle(request, response) : response.writeHead(404).end(),
  };
  const beside = mountServer('/administration', withDataPolicy(administer), pages);
  const mounted = mountServer('/db', withDataPolicy(database), beside);
  const server = createServer((request, response) => {
    setCommonHeaders(request, response);
    mounted(request, response);
  });
  server.keepAliveTimeout = IDLE_MS;
  await listen(server, host, port);
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `http://${reachable(host)}:${given}`,
    serveAdministration: (given) => {
      administration = given;
    },
    serveApp: (next) => {
      app = next;
    },
    close: () => closeServer(server),
  };
}

function withDataPolicy(database: MountedServer): MountedServer {
  return {
    handle(request, response) {
      response.setHeader('Content-Security-Policy', DATA_POLICY);
      if (request.headers['sec-fetch-mode'] === 'navigate') return refusePage(response);
      // That a connection stays open goes without saying in HTTP/1.1 (RFC 9112, section 9.3), and does all the same; that it
      // is closed is said to whoever asked for it (9.6).
      if (!/close/i.test(request.headers.connection ?? '')) response.removeHeader('Connection');
      database.handle(request, response);
    },
  };
}

/** Else whoever types an address into a covered tablet reads by its cookie what the cover hides (Fetch Metadata, W3C). */
function refusePage(response: ServerResponse): void {
  response.writeHead(403, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(
    '{"error":"forbidden","reason":"This is not a page. Open the app at the address without /db."}\n',
  );
}

function setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (!LOCAL.test(request.headers.host ?? '')) {
    response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  }
}

/**
 * What says something of pages and their files alone: a sync that finds nothing new pays for every byte of its answers'
 * heads. (Another site's page gets no data either: its requests come without the cookie, which is SameSite=Strict.)
 */
function setPageHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy());
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader(
    'Permissions-Policy',
    'camera=(self), geolocation=(self), microphone=(), payment=(), usb=()',
  );
}

/**
 * A 304 changes the headers of what the browser has stored (RFC 9111, section 4.3.4), and Kit's has no policy: with ours, the
 * stored page would lose the hash of its own start script, and stand still at its first line.
 */
function keepStoredPolicy(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...given: unknown[]) => {
    if (status === 304) response.removeHeader('Content-Security-Policy');
    return writeHead(status, ...given);
  };
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '3' });
  response.end('敲门 is starting. 正在启动，请稍候。\n');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Everywhere is reached here by this machine's own address. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    server.closeIdleConnections();
  });
}
