// The line between a tablet and the server, which a journey can cut, or lead through the page of a captive portal.
// Invariant: the tablet sees one origin whatever the line does.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * `cut` ends connections without an answer; `unheard` does so once the server has the request and answers it; `portal`
 * answers everything with a page in 200, as hotels do.
 */
export type LineState = 'through' | 'cut' | 'unheard' | 'portal' | 'busy';

export interface Line {
  url: string;
  state: LineState;
  /** Requests of which this is true meet the state; the others go through. Absent: all. */
  only: ((method: string, path: string) => boolean) | undefined;
  /** Changes what a file of the app says on its way: a later release, say. */
  rewrite: ((path: string, body: string) => string) | undefined;
  /** Paths asked for so far, in order. */
  asked: string[];
  /** How fast the answers of the database come, each of them. Absent: as fast as they are given. */
  bytesPerSecond: number | undefined;
  /** Told of each request before it is passed on; what it makes of the line holds for this request already. */
  heard: ((method: string, path: string) => void) | undefined;
  close(): Promise<void>;
}

const PORTAL = '<!doctype html><html><head><title>Wi-Fi</title></head><body>请先登录 Wi-Fi</body></html>';

export async function openLine(to: { url: string }): Promise<Line> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => answer(line, to.url, { incoming, outgoing }));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const line: Line = {
    url: `http://127.0.0.1:${port}`,
    state: 'through',
    only: undefined,
    rewrite: undefined,
    bytesPerSecond: undefined,
    asked: [],
    heard: undefined,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return line;
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

function answer(line: Line, to: string, { incoming, outgoing }: Exchange): void {
  const { method = 'GET', url: path = '/' } = incoming;
  line.asked.push(`${method} ${path}`);
  line.heard?.(method, path);
  const meets = line.only === undefined || line.only(method, path);
  if (meets && line.state === 'cut') incoming.socket.destroy();
  else if (meets && line.state === 'portal') {
    outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PORTAL);
  } else if (meets && line.state === 'busy') {
    outgoing.writeHead(503, { 'content-type': 'text/plain' }).end('busy\n');
  } else {
    const unheard = meets && line.state === 'unheard';
    passOn(line, { url: new URL(path, to), unheard }, { incoming, outgoing });
  }
}

interface Passed {
  url: URL;
  /** Its answer is lost on the way. */
  unheard: boolean;
}

function passOn(line: Line, { url, unheard }: Passed, { incoming, outgoing }: Exchange): void {
  const rewrite = url.pathname.startsWith('/db') ? undefined : line.rewrite;
  const {
    'accept-encoding': _encoding,
    'if-none-match': _known,
    'if-modified-since': _since,
    ...others
  } = incoming.headers;
  // What is rewritten comes whole and unpacked.
  const headers = rewrite ? others : incoming.headers;
  const passed = request(url, { method: incoming.method, headers }, (answered) => {
    const status = answered.statusCode ?? 502;
    if (unheard) {
      incoming.socket.destroy();
      return;
    }
    if (!rewrite || status !== 200) {
      outgoing.writeHead(status, answered.headers);
      const { bytesPerSecond } = line;
      if (bytesPerSecond === undefined || !url.pathname.startsWith('/db/')) answered.pipe(outgoing);
      else void drips(answered, outgoing, bytesPerSecond);
      return;
    }
    const chunks: Buffer[] = [];
    answered.on('data', (chunk: Buffer) => chunks.push(chunk));
    answered.on('end', () => {
      const text = Buffer.concat(chunks);
      const body = Buffer.from(rewrite(url.pathname, text.toString('utf8')));
      const changed =
        !body.equals(text) && /text|javascript|json/.test(answered.headers['content-type'] ?? '');
      const { 'content-length': _length, etag: _etag, ...kept } = answered.headers;
      outgoing.writeHead(status, kept).end(changed ? body : text);
    });
  });
  passed.on('error', () => incoming.socket.destroy());
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

/** A tenth of a second's worth at a time, until all has come or one of the two is gone. */
async function drips(
  answered: IncomingMessage,
  outgoing: ServerResponse,
  bytesPerSecond: number,
): Promise<void> {
  const length = Math.ceil(bytesPerSecond / 10);
  try {
    for await (const chunk of answered as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length && !outgoing.destroyed; at += length) {
        outgoing.write(chunk.subarray(at, at + length));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}
