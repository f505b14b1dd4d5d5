// A server that answers as a CouchDB does and gives out what it was told to, as text: what no honest one would take in.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpRemote } from '#lib/sync/http-remote.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import { SCOPE } from '#tests/fixtures/syncing-device.ts';
import { realClock } from '#lib/device/real-clock.ts';

export interface HostileServer {
  remote: Remote;
  close(): Promise<void>;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** `rows`: of one `_changes` page, each the JSON text of a row. */
export async function aHostileServer(rows: readonly string[]): Promise<HostileServer> {
  const local = new Map<string, unknown>();
  const page = `{"results":[${rows.join(',')}],"last_seq":"9-x","pending":0}`;
  const nothing = '{"results":[],"last_seq":"9-x","pending":0}';
  const answerOf = (method: string, url: URL, body: string): [number, string] => {
    const [, , call = '', id = ''] = url.pathname.split('/');
    if (call === '_changes')
      return [200, /^(|0|"0")$/.test(url.searchParams.get('since') ?? '') ? page : nothing];
    if (call === '_local' && method === 'PUT') {
      local.set(id, { ...(JSON.parse(body) as object), _id: `_local/${id}`, _rev: '0-1' });
      return [201, '{"ok":true,"id":"a","rev":"0-1"}'];
    }
    if (call === '_local')
      return local.has(id)
        ? [200, JSON.stringify(local.get(id))]
        : [404, '{"error":"not_found","reason":"missing"}'];
    if (call === '_bulk_get') return [200, '{"results":[]}'];
    if (call === '_revs_diff') return [200, '{}'];
    if (call === '') return [200, `{"db_name":"${SCOPE}","update_seq":"9-x","doc_count":${rows.length}}`];
    return [404, '{"error":"not_found","reason":"missing"}'];
  };
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const [status, text] = answerOf(request.method ?? 'GET', url, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    remote: httpRemote({ url: `http://127.0.0.1:${port}/${SCOPE}`, fetch, clock: realClock }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
