import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { couchClient } from './couch-client.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A server that answers every request with what came in. */
async function aMirror(answer?: { status: number; text: string }): Promise<string> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const seen = { method: request.method, url: request.url, headers: request.headers, text };
      response.writeHead(answer?.status ?? 200).end(answer?.text ?? JSON.stringify(seen));
    });
  });
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('couchClient', () => {
  it('sends JSON and Basic authentication in UTF-8, below the given root', async () => {
    const url = await aMirror();
    const answer = await couchClient({ url: `${url}/db/`, user: 'admin', password: '密码' }).request(
      'POST',
      '/a/_bulk_docs',
      { docs: [] },
    );
    expect(answer).toMatchObject({
      outcome: 'answered',
      status: 200,
      body: {
        method: 'POST',
        url: '/db/a/_bulk_docs',
        text: '{"docs":[]}',
        headers: {
          authorization: `Basic ${Buffer.from('admin:密码').toString('base64')}`,
          'content-type': 'application/json',
        },
      },
    });
  });

  it('hands back a refusal as it came, and a page of HTML as text', async () => {
    const refusing = await aMirror({
      status: 401,
      text: '{"error":"unauthorized","reason":"Name or password is incorrect."}',
    });
    expect(await couchClient({ url: refusing }).request('GET', '/')).toMatchObject({
      status: 401,
      body: { error: 'unauthorized' },
    });
    const portal = await aMirror({ status: 200, text: '<html>' });
    expect(await couchClient({ url: portal }).request('GET', '/')).toEqual({
      outcome: 'answered',
      status: 200,
      body: '<html>',
    });
  });

  it('says that nobody answered, and why', async () => {
    const url = await aMirror();
    await new Promise((done) => open.pop()?.close(done));
    const answer = await couchClient({ url }).request('GET', '/');
    expect(answer.outcome).toBe('unreachable');
    expect(answer.outcome === 'unreachable' && answer.reason).toContain('ECONNREFUSED');
  });
});
