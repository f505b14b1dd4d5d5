// A line to a server that counts: every byte of TCP's payload either way, headers and all, and every request. Invariant:
// the browser sees one origin, and nothing is changed, held back or unpacked on the way.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CountingLine {
  /** `http://127.0.0.1:1234`, to be asked instead of the server. */
  origin: string;
  /** Bytes so far from the server to the browser. */
  received: number;
  /** Bytes so far from the browser to the server. */
  sent: number;
  /** Requests so far below `/db`. */
  requests: number;
  close(): Promise<void>;
}

const REQUEST_LINE = /(?:^|\n)(?:GET|HEAD|POST|PUT|DELETE) \/db\/?\S* HTTP\/1\.1\r\n/g;

export async function openCountingLine(to: { origin: string }): Promise<CountingLine> {
  const { hostname, port } = new URL(to.origin);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => [near, far].forEach((end) => end.destroy()));
    }
    near.on('data', (chunk: Buffer) => {
      line.sent += chunk.length;
      line.requests += [...chunk.toString('latin1').matchAll(REQUEST_LINE)].length;
    });
    far.on('data', (chunk: Buffer) => (line.received += chunk.length));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const line: CountingLine = {
    origin: `http://127.0.0.1:${address.port}`,
    received: 0,
    sent: 0,
    requests: 0,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return line;
}
